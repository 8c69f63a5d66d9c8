import type { SinkRecord } from '../data/records.ts';
import type { TopicPartition } from './connector.ts';
import type { PluginLogger, Props } from './plugin.ts';

/** The position after the last record of a partition that a sink has taken care of. */
export interface TopicPartitionOffset extends TopicPartition {
  readonly offset: number;
}

/** Sends records a sink cannot handle to the dead letter queue or the log. */
export interface ErrantRecordReporter {
  /** Resolves when the report is written; throws when the tolerance is `none`. */
  report(record: SinkRecord, error: Error): Promise<void>;
}

export interface SinkTaskContext {
  readonly logger: PluginLogger;
  readonly errantRecordReporter: ErrantRecordReporter | undefined;
  configs(): Props;
  /** Rewinds or forwards consumption before the next `put`. */
  offset(offsets: readonly TopicPartitionOffset[]): void;
  /** Milliseconds to wait before the next `put`, e.g. before a retry; once. */
  timeout(milliseconds: number): void;
  /** Partitions assigned to this task now. */
  assignment(): readonly TopicPartition[];
  pause(...partitions: TopicPartition[]): void;
  resume(...partitions: TopicPartition[]): void;
  /** Asks for an offset commit as soon as possible. */
  requestCommit(): void;
}

/**
 * A sink task. Called in its task host, one call at a time: `initialize`, `start`, `open` with each assignment, `put`
 * over and over (also with an empty batch), `preCommit`/`flush` before offsets are committed, `close` before
 * partitions leave, `stop`. Contract: spec/runtime.md section 5.
 */
export abstract class SinkTask {
  #context: SinkTaskContext | undefined;

  protected get context(): SinkTaskContext {
    if (this.#context === undefined) {
      throw new Error('SinkTask.context is there only after initialize()');
    }
    return this.#context;
  }

  initialize(context: SinkTaskContext): void {
    this.#context = context;
  }

  abstract version(): string;

  abstract start(props: Props): void | Promise<void>;

  /** RetriableError: the same batch is put again. Any other error: the task is FAILED. */
  abstract put(records: readonly SinkRecord[]): void | Promise<void>;

  /** Makes everything put so far durable. `offsets` are the positions that will be committed. */
  flush(_offsets: readonly TopicPartitionOffset[]): void | Promise<void> {
    return undefined;
  }

  /** Returns the offsets safe to commit; the default flushes and returns all of them. */
  async preCommit(offsets: readonly TopicPartitionOffset[]): Promise<readonly TopicPartitionOffset[]> {
    await this.flush(offsets);
    return offsets;
  }

  open(_partitions: readonly TopicPartition[]): void | Promise<void> {
    return undefined;
  }

  close(_partitions: readonly TopicPartition[]): void | Promise<void> {
    return undefined;
  }

  abstract stop(): void | Promise<void>;
}
