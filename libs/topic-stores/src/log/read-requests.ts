import { StoreTimeoutError } from '../errors.ts';

interface Waiting {
  readonly resolve: () => void;
  readonly timer: NodeJS.Timeout;
}

/** Requests to read to the end: those that came before a read began are served by it. */
export class ReadRequests {
  readonly #topic: string;
  #waiting: Waiting[] = [];

  constructor(topic: string) {
    this.#topic = topic;
  }

  get pending(): boolean {
    return this.#waiting.length > 0;
  }

  add(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((waiting) => waiting.timer !== timer);
        reject(new StoreTimeoutError(`Topic ${this.#topic} could not be read to its end within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiting.push({ resolve, timer });
    });
  }

  /** Takes those that wait now; call the result when a read that began after this has reached the end. */
  take(): () => void {
    const served = this.#waiting;
    return () => {
      this.#waiting = this.#waiting.filter((waiting) => !served.includes(waiting));
      for (const { resolve, timer } of served) {
        clearTimeout(timer);
        resolve();
      }
    };
  }
}
