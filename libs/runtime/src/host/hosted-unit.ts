import type { Props } from '@millrace/connect-api';
import type { TargetState } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import type { Report, UnitRunner } from '../task/task-runner.ts';
import { StallLog } from '../metrics/stall-log.ts';
import { Signal, TimeLimitError, withLimit } from '../task/waiting.ts';
import type { Lease } from './lease.ts';
import { unitKey, type StopOutcome, type TaskMetrics, type UnitEvent, type UnitRun } from './messages.ts';

export interface HostedUnitOptions {
  readonly of: UnitRun;
  readonly lease: Lease;
  /** Makes the runner out of plugins and clients. */
  readonly create: (report: Report) => Promise<UnitRunner>;
  /** Passes on what the unit tells, until it is stopped. */
  readonly send: (event: UnitEvent) => void;
  /** It has ended and needs no place in the host any more. */
  readonly onEnd: () => void;
  /** How long a unit that failed may take to release what it holds. */
  readonly gracefulTimeoutMs: number;
  readonly logger: Logger;
}

/** The unit was stopped before the call's turn came. */
class UnitStoppedError extends Error {
  constructor(unit: UnitRun) {
    super(`${unitKey(unit)} is being stopped`);
    this.name = 'UnitStoppedError';
  }
}

/**
 * One connector or task inside its host. Calls to it run one after another, since plugins are promised that they never
 * overlap; a stop lets the call at work finish within its time limit, and drops those that wait.
 */
export class HostedUnit {
  readonly of: UnitRun;
  readonly #options: HostedUnitOptions;
  readonly #stopping = new Signal();
  #runner: UnitRunner | null = null;
  #calls: Promise<unknown> = Promise.resolve();
  #releasing: Promise<StopOutcome> | null = null;
  #cancelled = false;
  readonly #stalls: StallLog;
  #described = false;

  constructor(options: HostedUnitOptions) {
    this.#options = options;
    this.of = options.of;
    const { connector, task } = options.of;
    this.#stalls = new StallLog(options.logger, { connector, task });
  }

  /** Brings it up once the lease is valid. Throws what makes it FAILED; everything is released then. */
  async start(): Promise<void> {
    try {
      await this.#call(async () => {
        await Promise.race([this.#options.lease.whenValid(), this.#stopping.raised]);
        this.#throwIfStopping();
        const runner = await this.#options.create(this.report);
        this.#runner = runner;
        if (this.#isCancelled()) {
          runner.cancel();
        }
        this.#throwIfStopping();
        await runner.start();
      });
    } catch (error) {
      await this.#release();
      throw error;
    }
  }

  /** Throws what makes it FAILED; everything is released then. */
  async setTargetState(state: TargetState): Promise<void> {
    try {
      await this.#call(async () => {
        await this.#runner?.setTargetState(state);
      });
    } catch (error) {
      await this.#release();
      throw error;
    }
  }

  taskConfigs(): Promise<readonly Props[]> {
    return this.#call(async () => {
      if (this.#runner?.taskConfigs === undefined) {
        throw new Error(`${unitKey(this.of)} has no task configurations`);
      }
      return this.#runner.taskConfigs();
    });
  }

  /** What it measures now; null for connectors, and before there is anything to measure. Logs when it begins and ceases to stall. */
  metrics(): TaskMetrics | null {
    const runner = this.#runner;
    const { connector, task } = this.of;
    if (task === null || runner?.metrics === undefined) {
      return null;
    }
    const values = Object.entries(runner.metrics()).filter(([, value]) => !Number.isNaN(value));
    const stalled = this.#releasing === null ? (runner.stalled?.() ?? null) : null;
    this.#stalls.tell(stalled);
    const description = this.#described ? undefined : runner.description;
    this.#described = true;
    return {
      connector,
      task,
      values: Object.fromEntries(values),
      stalled,
      ...(description === undefined ? {} : { description }),
    };
  }

  /** Ends it; what takes longer than `timeoutMs` is abandoned and can write no more. */
  async stop(timeoutMs: number): Promise<StopOutcome> {
    if (this.#releasing !== null) {
      await this.#releasing;
      return 'not-running';
    }
    return this.#release(timeoutMs);
  }

  /** What the unit's runner reports. */
  readonly report: Report = (event) => {
    if (this.#releasing !== null) {
      return;
    }
    if (event.kind === 'failed' || event.kind === 'lease-expired') {
      // Told when nothing of it is left, so that a restart cannot overlap with it.
      void this.#release().then(() => {
        this.#options.send(event);
      });
      return;
    }
    this.#options.send(event);
  };

  #release(timeoutMs = this.#options.gracefulTimeoutMs): Promise<StopOutcome> {
    this.#releasing ??= this.#stop(timeoutMs);
    return this.#releasing;
  }

  async #stop(timeoutMs: number): Promise<StopOutcome> {
    this.#stopping.raise();
    this.#runner?.interrupt?.();
    try {
      await withLimit(
        this.#calls.then(() => this.#runner?.stop()),
        timeoutMs,
      );
      return 'stopped';
    } catch (error) {
      if (!(error instanceof TimeLimitError)) {
        this.#options.logger.warn({ unit: unitKey(this.of), err: error }, 'Stopping failed');
        return 'stopped';
      }
      this.#cancelled = true;
      this.#runner?.cancel();
      return 'cancelled';
    } finally {
      this.#options.onEnd();
    }
  }

  #call<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#calls.then(() => {
      this.#throwIfStopping();
      return work();
    });
    // The next call waits for this one, whatever it comes to; its own caller is told.
    this.#calls = result.catch(() => undefined);
    return result;
  }

  #throwIfStopping(): void {
    if (this.#stopping.isRaised) {
      throw new UnitStoppedError(this.of);
    }
  }

  #isCancelled(): boolean {
    return this.#cancelled;
  }
}
