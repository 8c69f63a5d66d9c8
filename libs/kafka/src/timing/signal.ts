import { LONGEST_TIMER } from './alarm.ts';

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
      const timer = setTimeout(wake, Math.min(timeoutMs, LONGEST_TIMER));
      this.#waiting.add(wake);
    });
  }
}
