import { toError } from '@millrace/connect-api';
import { KafkaError } from '@millrace/kafka';
import type { Logger } from 'pino';
import { StoreTimeoutError } from '../errors.ts';
import type { RawRecord, TopicLog } from '../log/topic-log.ts';

export interface StatusWriterOptions {
  readonly log: Pick<TopicLog, 'topic' | 'append'>;
  readonly logger: Logger;
}

/** A record to be written. */
export interface StatusWrite extends RawRecord {
  /** Asked before it is sent again: whether it still says what is true. */
  readonly wanted: () => boolean;
}

interface Pending extends StatusWrite {
  readonly done: () => void;
}

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;
/** Per key; while the topic cannot be written, older records of a key give way to newer ones anyway. */
const MAX_WAITING = 64;

/**
 * Writes to the status topic without holding anybody up: per key one record at a time, in order. One that fails is sent again
 * while it is the newest of its key and still wanted (spec/topics.md section 4), so what waits is bounded by the number of keys.
 */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  /** What waits behind the record under way, by key. */
  readonly #lanes = new Map<string, Pending[]>();
  readonly #outstanding = new Set<Promise<void>>();
  #failing = false;
  #closed = false;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  write(write: StatusWrite): void {
    if (this.#closed) {
      return;
    }
    const written = new Promise<void>((done) => {
      this.#enqueue({ ...write, done });
    });
    this.#outstanding.add(written);
    void written.then(() => this.#outstanding.delete(written));
  }

  /** Resolves when everything written so far is acknowledged or given up. Throws StoreTimeoutError. */
  async flush(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(
          new StoreTimeoutError(
            `Statuses could not be written to ${this.#options.log.topic} within ${timeoutMs} ms`,
          ),
        );
      }, timeoutMs);
    });
    try {
      await Promise.race([Promise.all(this.#outstanding), limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What has not been sent by now is dropped. */
  close(): void {
    this.#closed = true;
  }

  #enqueue(pending: Pending): void {
    const key = pending.key.toString('utf8');
    const lane = this.#lanes.get(key);
    if (lane === undefined) {
      const waiting: Pending[] = [];
      this.#lanes.set(key, waiting);
      void this.#run(key, pending, waiting);
      return;
    }
    lane.push(pending);
    if (lane.length > MAX_WAITING) {
      lane.shift()?.done();
    }
  }

  async #run(key: string, first: Pending, lane: Pending[]): Promise<void> {
    for (let next: Pending | undefined = first; next !== undefined; next = lane.shift()) {
      await this.#send(next, lane);
      next.done();
    }
    this.#lanes.delete(key);
  }

  async #send(pending: Pending, lane: readonly Pending[]): Promise<void> {
    const { log, logger } = this.#options;
    for (let retryMs = FIRST_RETRY_MS; !this.#closed; retryMs = Math.min(retryMs * 2, MAX_RETRY_MS)) {
      try {
        await log.append([{ key: pending.key, value: pending.value }]);
        this.#failing = false;
        return;
      } catch (error) {
        const key = pending.key.toString('utf8');
        if (!(error instanceof KafkaError) || !error.retriable) {
          logger.error({ topic: log.topic, key, err: toError(error) }, 'A status could not be written');
          return;
        }
        if (!this.#failing) {
          this.#failing = true;
          logger.warn({ topic: log.topic, key, err: error }, 'Statuses cannot be written; trying again');
        }
        await new Promise((resolve) => setTimeout(resolve, retryMs));
        if (lane.length > 0 || !pending.wanted()) {
          return;
        }
      }
    }
  }
}
