/** The longest time setTimeout can wait, in milliseconds. */
export const LONGEST_TIMER = 2_147_483_647;

/** One timer that rings at the earliest of the times it was set to. */
export class Alarm {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | null = null;
  #at = Number.POSITIVE_INFINITY;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** `at` in terms of performance.now(); a time later than the one set already changes nothing. */
  setFor(at: number): void {
    if (at >= this.#at) return;
    this.cancel();
    this.#at = at;
    const delay = Math.min(Math.max(Math.ceil(at - performance.now()), 0), LONGEST_TIMER);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#at = Number.POSITIVE_INFINITY;
      this.#ring();
    }, delay);
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#at = Number.POSITIVE_INFINITY;
  }
}
