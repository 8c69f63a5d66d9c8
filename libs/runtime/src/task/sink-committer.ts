import type { SinkTask, TopicPartition, TopicPartitionOffset } from '@millrace/connect-api';
import { CommitFailedError, type GroupConsumer } from '@millrace/kafka';
import type { Logger } from 'pino';
import type { ErrorPolicy } from '../errors/error-policy.ts';
import type { SinkMeasures } from '../metrics/sink-measures.ts';
import type { SinkOffsets } from './sink-offsets.ts';
import type { TaskGate } from './task-gate.ts';
import { TimeLimitError, withLimit } from './waiting.ts';

export interface SinkCommitterOptions {
  readonly task: SinkTask;
  readonly offsets: SinkOffsets;
  readonly consumer: GroupConsumer;
  readonly gate: TaskGate;
  /** Offsets wait for the dead letters of what lies before them. */
  readonly policy: ErrorPolicy;
  /** A commit that takes longer counts as failed, and another may follow (`offset.flush.timeout.ms`). */
  readonly flushTimeoutMs: number;
  /** Milliseconds that the commit of partitions which are given up may take. */
  readonly closeTimeoutMs: number;
  readonly measures: SinkMeasures;
  readonly logger: Logger;
}

/** Commits what a sink task has taken care of, after its `preCommit` (spec/runtime.md section 5). */
export class SinkCommitter {
  readonly #options: SinkCommitterOptions;
  #underWay: { readonly done: Promise<void>; readonly since: number } | null = null;
  /** Number of the last commit that was sent. */
  sequence = 0;

  constructor(options: SinkCommitterOptions) {
    this.#options = options;
  }

  /**
   * The commit of every so often: waits for dead letters and `preCommit`, not for the broker. `rewound`: it failed, and consumption goes
   * back to what is committed; what was fetched since must be dropped. Throws DeadLetterError.
   */
  async commit(): Promise<'done' | 'rewound'> {
    const { task, offsets, consumer, measures, logger, flushTimeoutMs } = this.#options;
    if (this.#underWay !== null) {
      if (performance.now() - this.#underWay.since < flushTimeoutMs) {
        return 'done';
      }
      logger.warn('The last commit of offsets has not been answered in time');
      measures.task.commits.failed();
      this.#underWay = null;
    }
    if (!(await this.#deadLettersWritten(flushTimeoutMs))) {
      measures.task.commits.failed();
      return 'done';
    }
    let offered: readonly TopicPartitionOffset[];
    measures.task.watch.enter('preCommit');
    try {
      offered = await task.preCommit(offsets.current());
    } catch (error) {
      measures.task.commits.failed();
      logger.error({ err: error }, 'preCommit() failed; going back to the last commit');
      for (const offset of offsets.rewind()) {
        consumer.seek(offset);
      }
      return 'rewound';
    } finally {
      measures.task.watch.leave();
    }
    const acceptable = this.#acceptable(offered);
    if (acceptable.length > 0) {
      const done = this.#send(acceptable).finally(() => {
        if (this.#underWay?.done === done) {
          this.#underWay = null;
        }
      });
      this.#underWay = { done, since: performance.now() };
    }
    return 'done';
  }

  /** The last commit of partitions that are given up; never throws. Without the right to write it does nothing. */
  async commitClosing(partitions: readonly TopicPartition[]): Promise<void> {
    const { task, offsets, gate, logger, closeTimeoutMs } = this.#options;
    if (!gate.open) {
      return;
    }
    try {
      await withLimit(this.#underWay?.done ?? Promise.resolve(), closeTimeoutMs);
      await withLimit(this.#options.policy.written(), closeTimeoutMs);
      const acceptable = this.#acceptable(await task.preCommit(offsets.current(partitions)));
      if (acceptable.length > 0) {
        await withLimit(this.#send(acceptable), closeTimeoutMs);
      }
    } catch (error) {
      this.#options.measures.task.commits.failed();
      logger.error(
        { err: error },
        'The last commit of offsets failed; records since the one before are read again',
      );
    }
  }

  async #deadLettersWritten(limitMs: number): Promise<boolean> {
    try {
      await withLimit(this.#options.policy.written(), limitMs);
      return true;
    } catch (error) {
      if (!(error instanceof TimeLimitError)) {
        throw error;
      }
      this.#options.logger.warn('Dead letters have not been written in time; offsets are committed later');
      return false;
    }
  }

  #acceptable(offered: readonly TopicPartitionOffset[]): readonly TopicPartitionOffset[] {
    const { offsets, refused } = this.#options.offsets.acceptable(offered);
    if (refused.length > 0) {
      this.#options.logger.warn({ refused }, 'Offsets that the task offered for commit were ignored');
    }
    return offsets;
  }

  async #send(acceptable: readonly TopicPartitionOffset[]): Promise<void> {
    const { consumer, offsets, gate, measures, logger } = this.#options;
    const begin = performance.now();
    this.sequence += 1;
    const sequence = this.sequence;
    try {
      gate.check();
      await consumer.commit(acceptable);
      // The answer to an older commit says nothing of what a newer one has written.
      if (sequence === this.sequence) {
        measures.commitDone(performance.now() - begin);
        offsets.markCommitted(acceptable);
      } else {
        measures.commitSkipped();
      }
    } catch (error) {
      measures.task.commits.failed();
      const level = error instanceof CommitFailedError ? 'warn' : 'error';
      logger[level]({ err: error }, 'Offsets could not be committed');
    }
  }
}
