/** Lets the event loop handle what else has come. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Something was not done in time. */
export class TimeLimitError extends Error {
  readonly limitMs: number;

  constructor(limitMs: number) {
    super(`not done within ${limitMs} ms`);
    this.name = 'TimeLimitError';
    this.limitMs = limitMs;
  }
}

/** Rejects with TimeLimitError when `promise` takes longer than `ms`; what it does goes on. */
export async function withLimit<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new TimeLimitError(ms));
    }, ms);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** True once `promise` has settled either way, false when that takes longer than `ms`. */
export async function settledWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  try {
    await withLimit(
      promise.then(
        () => undefined,
        () => undefined,
      ),
      ms,
    );
    return true;
  } catch {
    return false;
  }
}

/** A moment that others wait for. */
export class Signal {
  readonly raised: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #resolve: () => void = () => undefined;
  #isRaised = false;

  constructor() {
    this.raised = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get isRaised(): boolean {
    return this.#isRaised;
  }

  raise(): void {
    this.#isRaised = true;
    this.#resolve();
    for (const wake of this.#waiting) {
      wake();
    }
    this.#waiting.clear();
  }

  /**
   * Settles with `promise`, or resolves to undefined when the signal is raised first. Unlike a race with `raised`, it leaves nothing
   * behind on a signal that is raised much later or never.
   */
  or<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        resolve(undefined);
      };
      promise.then(resolve, reject).finally(() => this.#waiting.delete(wake));
      if (this.#isRaised) {
        wake();
      } else {
        this.#waiting.add(wake);
      }
    });
  }
}
