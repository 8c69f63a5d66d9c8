import type { Time } from '@millrace/kafka';

/** One pending call; setting it again puts it off. */
export class AlarmClock {
  readonly #time: Time;
  #cancel: (() => void) | null = null;

  constructor(time: Time) {
    this.#time = time;
  }

  get pending(): boolean {
    return this.#cancel !== null;
  }

  set(ms: number, ring: () => void): void {
    this.clear();
    this.#cancel = this.#time.after(ms, () => {
      this.#cancel = null;
      ring();
    });
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
