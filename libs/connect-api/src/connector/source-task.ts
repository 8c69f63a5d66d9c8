import type { SourceOffset, SourcePartition, SourceRecord } from '../data/records.ts';
import type { PluginLogger, Props } from './plugin.ts';

/** Reads committed source offsets. */
export interface OffsetStorageReader {
  /** The committed offset of a partition, or null. Reads to the end of the offset topic first. */
  offset(partition: SourcePartition): Promise<SourceOffset | null>;
  /** The same for several partitions, in the same order. */
  offsets(partitions: readonly SourcePartition[]): Promise<(SourceOffset | null)[]>;
}

/** Lets a source task define transactions (`transaction.boundary=connector`); absent otherwise. */
export interface TransactionContext {
  commitTransaction(record?: SourceRecord): void;
  abortTransaction(record?: SourceRecord): void;
}

export interface SourceTaskContext {
  readonly logger: PluginLogger;
  readonly offsetStorageReader: OffsetStorageReader;
  readonly transactionContext: TransactionContext | undefined;
  /** The task's configuration with references resolved. */
  configs(): Props;
}

/** Where a record was written. */
export interface RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
}

/**
 * A source task. Called in its task host, one call at a time: `initialize`, `start`, `poll` over and over, `stop`.
 * An error thrown by `start` or `poll` makes the task FAILED, except RetriableError from `poll`, which counts as null.
 */
export abstract class SourceTask {
  #context: SourceTaskContext | undefined;

  protected get context(): SourceTaskContext {
    if (this.#context === undefined) {
      throw new Error('SourceTask.context is there only after initialize()');
    }
    return this.#context;
  }

  initialize(context: SourceTaskContext): void {
    this.#context = context;
  }

  abstract version(): string;

  abstract start(props: Props): void | Promise<void>;

  /**
   * The next records, or null when there are none now. May wait for some, but should return within a second or two, and
   * must return soon after `stop` was called, which may happen while a poll is under way. A poll that does not return within
   * `task.progress.timeout.ms` (5 minutes unless configured) makes the task show as stalled, which changes nothing for it.
   */
  abstract poll(): Promise<readonly SourceRecord[] | null> | readonly SourceRecord[] | null;

  /** Called after offsets were committed. Errors are logged only. */
  commit?(): void | Promise<void>;

  /**
   * Called for each record once the broker has acknowledged it, or with null metadata when it was dropped by a
   * transform or a tolerated error. Errors are logged only. Not implementing it is faster.
   */
  commitRecord?(record: SourceRecord, metadata: RecordMetadata | null): void | Promise<void>;

  abstract stop(): void | Promise<void>;
}
