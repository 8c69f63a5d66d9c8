/** The clock and the timers that a membership runs on; a simulation injects its own. */
export interface Time {
  /** Milliseconds of a clock that is never set. */
  now(): number;
  /** Calls `run` once, `ms` from now; the returned function calls it off. */
  after(ms: number, run: () => void): () => void;
}

/** `performance.now()` and Node's timers. */
export const systemTime: Time = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
