import {
  RetriableError,
  type Props,
  type SourceRecord,
  type SourceTask,
  type SourceTaskContext,
} from '@millrace/connect-api';
import type { Producer } from '@millrace/kafka';
import type { TargetState } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import type { ErrorPolicy } from '../errors/error-policy.ts';
import { errorData } from '../host/error-data.ts';
import { LeaseExpiredError } from '../host/lease.ts';
import type { TaskDescription } from '../host/task-description.ts';
import type { StallReason } from '../metrics/progress-watch.ts';
import type { SourceMeasures } from '../metrics/source-measures.ts';
import { PauseSwitch } from './pause-switch.ts';
import type { SourceOffsetCommitter } from './source-offset-committer.ts';
import type { SourceSender } from './source-sender.ts';
import type { TaskGate } from './task-gate.ts';
import type { Report, UnitRunner } from './task-runner.ts';
import { nextTurn, settledWithin, Signal } from './waiting.ts';

export interface SourceTaskRunnerOptions {
  readonly task: SourceTask;
  readonly props: Props;
  readonly context: SourceTaskContext;
  readonly paused: boolean;
  readonly sender: SourceSender;
  readonly committer: SourceOffsetCommitter;
  readonly policy: ErrorPolicy;
  readonly measures: SourceMeasures;
  readonly description: TaskDescription;
  readonly producer: Producer;
  readonly gate: TaskGate;
  readonly offsetFlushIntervalMs: number;
  /** Milliseconds a stop may wait for records that are under way. */
  readonly drainTimeoutMs: number;
  readonly report: Report;
  readonly logger: Logger;
  /** Releases what was made for this task (producer excepted). */
  readonly dispose: () => Promise<void>;
}

/** How long a poll may go on after a stop was asked for, before the task's `stop()` interrupts it. */
const POLL_PATIENCE_MS = 1_000;
/** For the last commit, on top of the drain. */
const LAST_COMMIT_MS = 1_000;

/** Runs a source task with at-least-once delivery (WorkerSourceTask; spec/runtime.md section 3). */
export class SourceTaskRunner implements UnitRunner {
  readonly description: TaskDescription;
  readonly #options: SourceTaskRunnerOptions;
  readonly #pause: PauseSwitch;
  readonly #stopping = new Signal();
  #loop: Promise<void> = Promise.resolve();
  #commitTimer: NodeJS.Timeout | null = null;
  #begun = false;
  #started = false;
  #sending = false;
  #told: 'running' | 'paused' | null = null;
  #taskStopped: Promise<void> | null = null;

  constructor(options: SourceTaskRunnerOptions) {
    this.#options = options;
    this.description = options.description;
    this.#pause = new PauseSwitch(options.paused);
  }

  async start(): Promise<void> {
    if (!this.#pause.paused) {
      await this.#startTask();
    }
    this.#tellState();
    this.#loop = this.#run();
  }

  setTargetState(state: TargetState): void {
    this.#pause.set(state !== 'STARTED');
  }

  interrupt(): void {
    this.#stopping.raise();
    this.#pause.release();
  }

  /** Commit comes before the task's `stop()`, as in the JVM, unless its poll has to be interrupted. */
  async stop(): Promise<void> {
    const { producer, gate, sender, committer, drainTimeoutMs, logger } = this.#options;
    this.interrupt();
    if (!(await settledWithin(this.#loop, POLL_PATIENCE_MS))) {
      void this.#stopTask();
      await this.#loop;
    }
    if (this.#commitTimer !== null) {
      clearInterval(this.#commitTimer);
    }
    if (this.#started && gate.open) {
      if (!(await settledWithin(sender.drain(), drainTimeoutMs))) {
        logger.warn('Not every record was acknowledged before the task ended; those are read again');
      }
      await committer.commitLast(LAST_COMMIT_MS);
    }
    await this.#stopTask();
    await producer.close(0);
    await this.#options.dispose();
  }

  cancel(): void {
    this.#options.gate.cancel();
    this.interrupt();
  }

  metrics(): Readonly<Record<string, number>> {
    const { sender, policy, measures } = this.#options;
    return { ...measures.values(sender), ...policy.metrics() };
  }

  stalled(): StallReason | null {
    const { sender, measures } = this.#options;
    const reason = measures.stalled(this.#sending || sender.active > 0, sender.polled - sender.active);
    return this.#told === 'running' ? reason : null;
  }

  async #startTask(): Promise<void> {
    const { task, context, props, committer, offsetFlushIntervalMs } = this.#options;
    this.#begun = true;
    task.initialize(context);
    await task.start(props);
    this.#started = true;
    this.#commitTimer = setInterval(() => {
      void committer.commit();
    }, offsetFlushIntervalMs);
  }

  async #run(): Promise<void> {
    const { report, gate } = this.#options;
    try {
      await this.#pollUntilStopped();
    } catch (error) {
      // A failed task does not commit on its timer any more (spec/runtime.md section 3).
      if (this.#commitTimer !== null) {
        clearInterval(this.#commitTimer);
      }
      if (error instanceof LeaseExpiredError) {
        report({ kind: 'lease-expired' });
      } else if (!gate.cancelled) {
        report({ kind: 'failed', error: errorData(error) });
      }
    }
  }

  async #pollUntilStopped(): Promise<void> {
    const { sender, measures } = this.#options;
    while (!this.#stopping.isRaised) {
      sender.check();
      if (this.#pause.paused) {
        await this.#resumed();
        continue;
      }
      const records = await this.#poll();
      if (records !== null && records.length > 0) {
        this.#sending = true;
        // Back-pressure: without a broker the producer takes no more, and a stop must not wait for one.
        await this.#stopping.or(sender.send(records));
        this.#sending = false;
        measures.sent(sender.active);
      }
      // A task that always has records must not keep the host from its messages and its sockets.
      await nextTurn();
    }
    sender.check();
  }

  /** Waits out a pause. A task that was paused from the beginning is started after it. */
  async #resumed(): Promise<void> {
    this.#tellState();
    while (this.#pause.paused && !this.#stopping.isRaised) {
      await this.#pause.changed();
    }
    if (this.#stopping.isRaised) {
      return;
    }
    if (!this.#begun) {
      await this.#startTask();
    }
    this.#tellState();
  }

  #tellState(): void {
    const state = this.#pause.paused ? 'paused' : 'running';
    if (state !== this.#told) {
      this.#told = state;
      this.#options.measures.task.reached(state);
      this.#options.report({ kind: state, version: this.#options.task.version() });
    }
  }

  async #poll(): Promise<readonly SourceRecord[] | null> {
    const { measures } = this.#options;
    measures.pollBegins();
    let given: number | null = null;
    try {
      const records = await this.#options.task.poll();
      given = records?.length ?? null;
      return records;
    } catch (error) {
      if (error instanceof RetriableError) {
        this.#options.logger.warn({ err: error }, 'poll() failed for now; polling again');
        return null;
      }
      throw error;
    } finally {
      measures.pollEnded(given);
    }
  }

  #stopTask(): Promise<void> {
    this.#taskStopped ??= this.#callStop();
    return this.#taskStopped;
  }

  async #callStop(): Promise<void> {
    if (!this.#begun) {
      return;
    }
    try {
      await this.#options.task.stop();
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'stop() failed');
    }
  }
}
