import { KafkaError } from '@millrace/kafka';
import { StoreTimeoutError, type ConfigBackingStore } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { ConfigUnreadableError } from './coordinator-errors.ts';

export interface ConfigCatchUpOptions {
  readonly configStore: ConfigBackingStore;
  readonly workerSyncTimeoutMs: number;
  readonly scheduledRebalanceMaxDelayMs: number;
  readonly retryBackoffMs: number;
  readonly logger: Logger;
}

const RETRIES = 5;

/**
 * Reads the config topic as far as the group has agreed on it. A worker that cannot goes on with what it runs and tries again,
 * with growing pauses; past the last try it must give everything up (spec/group-protocol.md section 3). Other than the JVM's
 * it stays in the group meanwhile: with no rebalance delay, what it runs would be given to others at once.
 */
export class ConfigCatchUp {
  readonly #options: ConfigCatchUpOptions;
  #retries = RETRIES;

  constructor(options: ConfigCatchUpOptions) {
    this.#options = options;
  }

  /** 0: read. Else how long to wait before the next try; throws ConfigUnreadableError after the last one. */
  async readTo(offset: number): Promise<number> {
    const { configStore, logger, scheduledRebalanceMaxDelayMs, retryBackoffMs, workerSyncTimeoutMs } =
      this.#options;
    const failure = await this.#read(offset);
    if (failure === null) {
      this.#retries = RETRIES;
      return 0;
    }
    if (this.#retries === 0) {
      this.#retries = RETRIES;
      throw new ConfigUnreadableError(
        `The config topic could not be read to offset ${offset} (worker.sync.timeout.ms=${workerSyncTimeoutMs}, ${RETRIES} retries); it is read to ${configStore.snapshot().offset}`,
        { cause: failure },
      );
    }
    const pauseMs = Math.max(scheduledRebalanceMaxDelayMs / 10 / this.#retries, retryBackoffMs);
    logger.warn(
      { err: failure, offset, retries: this.#retries, pauseMs },
      'The config topic could not be read in time',
    );
    this.#retries -= 1;
    return pauseMs;
  }

  async #read(offset: number): Promise<Error | null> {
    const { configStore, workerSyncTimeoutMs } = this.#options;
    try {
      const { offset: reached } = await configStore.read(workerSyncTimeoutMs);
      return reached >= offset ? null : new StoreTimeoutError(`The config topic ends at offset ${reached}`);
    } catch (error) {
      if (error instanceof StoreTimeoutError || error instanceof KafkaError) {
        return error;
      }
      throw error;
    }
  }
}
