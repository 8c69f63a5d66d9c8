/**
 * Why a RUNNING task is said not to move though there is work. A call of the plugin that does not return: `poll`, `put`, `preCommit`.
 * `acknowledgement`: records of a source are not acknowledged. `lag`: a sink has records to read, and none is put.
 */
export type StallReason = 'poll' | 'put' | 'preCommit' | 'acknowledgement' | 'lag';

/** Work that waits, with a mark that changes whenever some of it is done. */
export interface WaitingWork {
  readonly reason: StallReason;
  readonly mark: number;
}

export interface ProgressWatchOptions {
  /** Milliseconds without progress after which a task counts as stalled (`task.progress.timeout.ms`); 0: it never does. */
  readonly limitMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/**
 * Finds out whether a task moves. The task's loop tells it of the calls that may hang; whoever collects metrics asks it every so often,
 * so that what costs nothing per record is looked at then.
 */
export class ProgressWatch {
  readonly #options: ProgressWatchOptions;
  #call: StallReason | null = null;
  #callSince = 0;
  #waiting: (WaitingWork & { readonly since: number }) | null = null;

  constructor(options: ProgressWatchOptions) {
    this.#options = options;
  }

  /** A call of the plugin begins. */
  enter(call: StallReason): void {
    this.#call = call;
    this.#callSince = this.#options.now();
  }

  /** It has returned or thrown; the milliseconds it took. */
  leave(): number {
    this.#call = null;
    return this.#options.now() - this.#callSince;
  }

  /** Why the task does not move; null: it does, or has nothing to do. `work` is what waits now, null for none. */
  stalled(work: WaitingWork | null): StallReason | null {
    const { limitMs, now } = this.#options;
    const at = now();
    const before = this.#waiting;
    if (work === null) {
      this.#waiting = null;
    } else if (before?.reason !== work.reason || before.mark !== work.mark) {
      this.#waiting = { ...work, since: at };
    }
    if (limitMs === 0) {
      return null;
    }
    if (this.#call !== null && at - this.#callSince >= limitMs) {
      return this.#call;
    }
    return this.#waiting !== null && at - this.#waiting.since >= limitMs ? this.#waiting.reason : null;
  }
}
