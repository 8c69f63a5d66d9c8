/** The task was abandoned because it did not stop in time. */
export class TaskCancelledError extends Error {
  constructor() {
    super('The task was cancelled; nothing more is written');
    this.name = 'TaskCancelledError';
  }
}

/** What stops a task from writing: the worker's lease, and its own cancellation (design invariant 4). */
export class TaskGate {
  readonly #checkLease: () => void;
  #cancelled = false;

  constructor(checkLease: () => void) {
    this.#checkLease = checkLease;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Whether the task may write now. */
  get open(): boolean {
    try {
      this.check();
      return true;
    } catch {
      return false;
    }
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
