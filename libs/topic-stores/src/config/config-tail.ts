import type { Logger } from 'pino';
import type { LogEntry, TopicLog } from '../log/topic-log.ts';
import type { ClusterConfigState } from './cluster-config-state.ts';
import { ConfigFold, type ConfigChange } from './config-fold.ts';
import { operationOf, restoredOf } from './config-headers.ts';
import { decodeConfigRecord, isUnreadable } from './config-records.ts';

export interface ConfigTailOptions {
  readonly log: TopicLog;
  readonly logger: Logger;
  /** Told of what is read after start-up. */
  readonly onChange: (change: ConfigChange) => void;
  /** Told after each record that is read after start-up, also one that changes nothing. */
  readonly onAdvance: () => void;
}

/** The config topic has one partition. */
const PARTITION = 0;

/** What has been read of the config topic: its state, and what the writer needs to know of the log. */
export class ConfigTail {
  readonly #options: ConfigTailOptions;
  readonly #fold = new ConfigFold();
  /** Offset of the newest committed record of every key. */
  readonly #newest = new Map<string, number>();
  /** Operations that are watched for, and whether they have been read. */
  readonly #operations = new Map<string, boolean>();
  #started = false;

  constructor(options: ConfigTailOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#options.log.start((entry) => {
      this.#onEntry(entry);
    });
    this.#started = true;
  }

  snapshot(): ClusterConfigState {
    return this.#fold.snapshot();
  }

  /** A fold of one's own that goes on from here. */
  copy(): ConfigFold {
    return new ConfigFold(this.#fold);
  }

  /** The offset of the next record; markers of transactions count. */
  position(): number {
    return this.#options.log.position(PARTITION);
  }

  readToEnd(timeoutMs: number): Promise<void> {
    return this.#options.log.readToEnd(timeoutMs);
  }

  readTo(offset: number, timeoutMs: number): Promise<void> {
    return this.#options.log.readTo({ partition: PARTITION, offset }, timeoutMs);
  }

  /** Offset of the newest committed record of a key, -1 for none. */
  newestOffset(key: string): number {
    return this.#newest.get(key) ?? -1;
  }

  /** Looks out for the records of an operation, until `forget`. */
  watch(operation: string): void {
    this.#operations.set(operation, false);
  }

  forget(operation: string): void {
    this.#operations.delete(operation);
  }

  /** Whether a watched operation has been read, and so is committed. */
  hasRead(operation: string): boolean {
    return this.#operations.get(operation) ?? false;
  }

  #onEntry(entry: LogEntry): void {
    this.#take(entry);
    if (this.#started) {
      this.#options.onAdvance();
    }
  }

  #take(entry: LogEntry): void {
    const { key, value, offset } = entry;
    const operation = operationOf(entry);
    if (operation !== null && this.#operations.has(operation)) {
      this.#operations.set(operation, true);
    }
    if (key !== null) {
      this.#newest.set(key, offset);
    }
    const record = decodeConfigRecord(key, value);
    if (isUnreadable(record)) {
      const { log, logger } = this.#options;
      logger.warn(
        { topic: log.topic, offset, key, reason: record.reason },
        'Skipped a record of the config topic',
      );
      if (record.kind === 'ignored') {
        this.#fold.skip(offset);
      }
      return;
    }
    const change = this.#fold.apply(record, offset, restoredOf(entry));
    if (change !== null && this.#started) {
      this.#options.onChange(change);
    }
  }
}
