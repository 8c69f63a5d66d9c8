import type { SourceTask } from '@millrace/connect-api';
import type { OffsetBackingStore } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import type { CommitMeasures } from '../metrics/commit-measures.ts';
import { OffsetTracker } from './offset-tracker.ts';
import type { TaskGate } from './task-gate.ts';
import { withLimit } from './waiting.ts';

export interface SourceOffsetCommitterOptions {
  readonly connector: string;
  readonly task: SourceTask;
  readonly offsets: OffsetBackingStore;
  readonly gate: TaskGate;
  /** Milliseconds that one write may take; what takes longer is written again with the next commit. */
  readonly flushTimeoutMs: number;
  readonly measures: CommitMeasures;
  readonly logger: Logger;
}

/** Commits the offsets of acknowledged records, one commit at a time; what fails is kept for the next one. */
export class SourceOffsetCommitter {
  readonly tracker = new OffsetTracker();
  readonly #options: SourceOffsetCommitterOptions;
  #underWay: Promise<void> | null = null;

  constructor(options: SourceOffsetCommitterOptions) {
    this.#options = options;
  }

  /** Commits what may be committed; never rejects. A call while another is under way is that one. */
  commit(limitMs = this.#options.flushTimeoutMs): Promise<void> {
    this.#underWay ??= this.#commit(limitMs).finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  /** Waits for a commit that is under way, then commits what it did not include. */
  async commitLast(limitMs: number): Promise<void> {
    await this.#underWay;
    await this.commit(limitMs);
  }

  async #commit(limitMs: number): Promise<void> {
    const { task, offsets, connector, measures, logger, gate } = this.#options;
    const begin = performance.now();
    const committable = this.tracker.committable();
    try {
      gate.check();
      if (committable.length > 0) {
        await withLimit(offsets.set(connector, committable), limitMs);
        this.tracker.committed(committable);
      }
      measures.succeeded(performance.now() - begin);
    } catch (error) {
      measures.failed();
      logger.warn({ err: error }, 'Source offsets could not be committed; they are kept for the next time');
      return;
    }
    try {
      await task.commit?.();
    } catch (error) {
      logger.error({ err: error }, 'commit() failed');
    }
  }
}
