/** Lets one piece of code wait until another says that something has changed. */
export class Signal {
  readonly #waiting = new Set<() => void>();

  notify(): void {
    for (const wake of this.#waiting) {
      wake();
    }
  }

  /** Resolves at the next `notify`, at the latest after `timeoutMs`. */
  wait(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(timeoutMs, MAX_TIMER_MS));
      this.#waiting.add(wake);
    });
  }
}

/** The longest time setTimeout can wait; callers loop anyway. */
const MAX_TIMER_MS = 2_147_483_647;
