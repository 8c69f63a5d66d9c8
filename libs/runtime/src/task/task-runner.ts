import type { TargetState } from '@millrace/topic-stores';
import type { UnitEvent } from '../host/messages.ts';

/** What runs one connector or task inside a host. */
export interface UnitRunner {
  /** Brings it up; resolves when it has reached its first state. Throws what makes it FAILED. */
  start(): Promise<void>;
  setTargetState(state: TargetState): Promise<void> | void;
  /** Ends it and resolves when nothing of it runs any more. */
  stop(): Promise<void>;
  /** Forbids it every further write, for good; called when `stop` took too long. */
  cancel(): void;
  /** Counters for metrics; connectors have none. */
  metrics?(): Readonly<Record<string, number>>;
}

/** How a runner reports. */
export type Report = (event: UnitEvent) => void;

/** What stops a task from writing: the worker's lease, and its own cancellation. */
export class TaskGate {
  readonly #checkLease: () => void;
  #cancelled = false;

  constructor(checkLease: () => void) {
    this.#checkLease = checkLease;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  cancel(): void {
    this.#cancelled = true;
  }

  /** Throws LeaseExpiredError, or TaskCancelledError, when nothing may be written. */
  readonly check = (): void => {
    if (this.#cancelled) {
      throw new TaskCancelledError();
    }
    this.#checkLease();
  };
}

/** The task was abandoned because it did not stop in time. */
export class TaskCancelledError extends Error {
  constructor() {
    super('The task was cancelled; nothing more is written');
    this.name = 'TaskCancelledError';
  }
}

/** A switch that a loop waits on while its task is paused. */
export class PauseSwitch {
  #paused: boolean;
  #waiting: (() => void)[] = [];

  constructor(paused: boolean) {
    this.#paused = paused;
  }

  get paused(): boolean {
    return this.#paused;
  }

  set(paused: boolean): void {
    this.#paused = paused;
    this.release();
  }

  /** Lets whoever waits look again. */
  release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      resolve();
    }
  }

  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
