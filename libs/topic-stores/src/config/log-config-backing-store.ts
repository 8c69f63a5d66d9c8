import type { TransactionalLogWriter } from '@millrace/kafka';
import type { Logger } from 'pino';
import { StoreTimeoutError } from '../errors.ts';
import type { TopicLog } from '../log/topic-log.ts';
import type { ClusterConfigState } from './cluster-config-state.ts';
import { CompareAndAppend } from './compare-and-append.ts';
import type { ConfigBackingStore, ConfigUpdateListener } from './config-backing-store.ts';
import type { ConfigChange } from './config-fold.ts';
import { ConfigTail } from './config-tail.ts';
import type { ConfigWrite, ConfigWriteResult } from './config-write.ts';
import type { UncommittedReader } from './uncommitted-reader.ts';

export interface LogConfigBackingStoreOptions {
  readonly log: TopicLog;
  readonly writer: TransactionalLogWriter;
  readonly uncommitted: UncommittedReader;
  readonly logger: Logger;
}

/** As the JVM: a write, its read-back included, may take so long. */
const WRITE_LIMIT_MS = 30_000;
const READ_LIMIT_MS = 30_000;

/**
 * The config store over a log (the JVM's KafkaConfigBackingStore).
 *
 * Records: `connector-X`, `target-state-X`, `task-X-n`, `commit-X`, `restart-connector-X`, `tasks-fencing-X`, `logger-cluster-NS`
 * (spec/topics.md section 2), each written by `write` alone, in the order of `write-rules.ts`. Task records count only once
 * their `commit-X` is read; compaction may leave a commit without its tasks, which makes the connector inconsistent until its
 * owner writes a whole set again. The records of one write are one transaction.
 */
export class LogConfigBackingStore implements ConfigBackingStore {
  readonly #log: TopicLog;
  readonly #tail: ConfigTail;
  readonly #writer: CompareAndAppend;
  readonly #listeners: ConfigUpdateListener[] = [];
  #started = false;

  constructor({ log, writer, uncommitted, logger }: LogConfigBackingStoreOptions) {
    this.#log = log;
    this.#tail = new ConfigTail({
      log,
      logger,
      onChange: (change) => {
        for (const listener of this.#listeners) {
          tell(listener, change);
        }
      },
      onAdvance: () => {
        for (const listener of this.#listeners) {
          listener.onAdvance?.();
        }
      },
    });
    this.#writer = new CompareAndAppend({ tail: this.#tail, writer, uncommitted, logger });
  }

  async start(): Promise<void> {
    await this.#tail.start();
    this.#started = true;
  }

  async stop(): Promise<void> {
    await this.#writer.stop();
    await this.#log.stop();
  }

  addListener(listener: ConfigUpdateListener): void {
    this.#listeners.push(listener);
  }

  snapshot(): ClusterConfigState {
    return this.#tail.snapshot();
  }

  async read(timeoutMs = READ_LIMIT_MS): Promise<ClusterConfigState> {
    await this.#tail.readToEnd(timeoutMs);
    return this.#tail.snapshot();
  }

  staleMs(): number {
    return this.#log.staleMs();
  }

  async write(write: ConfigWrite, timeoutMs = WRITE_LIMIT_MS): Promise<ConfigWriteResult> {
    if (!this.#started) {
      throw new StoreTimeoutError('The config topic has not been read yet');
    }
    return this.#writer.write(write, timeoutMs);
  }
}

function tell(listener: ConfigUpdateListener, change: ConfigChange): void {
  switch (change.kind) {
    case 'connector-updated':
      listener.onConnectorConfigUpdate?.(change.connector);
      return;
    case 'connector-removed':
      listener.onConnectorConfigRemove?.(change.connector);
      return;
    case 'tasks-updated':
      listener.onTaskConfigUpdate?.(change.tasks, change.connector);
      return;
    case 'target-state':
      listener.onTargetStateChange?.(change.connector);
      return;
    case 'session-key':
      listener.onSessionKeyUpdate?.(change.key);
      return;
    case 'restart':
      listener.onRestartRequest?.(change.request);
      return;
    case 'logger':
      listener.onLoggerLevelUpdate?.(change.namespace, change.level);
  }
}
