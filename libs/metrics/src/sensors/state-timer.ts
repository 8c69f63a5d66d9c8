/** Which share of its life something spent in each of its states. */
export class StateTimer<S extends string> {
  readonly #now: () => number;
  readonly #spent = new Map<S, number>();
  readonly #begin: number;
  #state: S;
  #since: number;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(state: S, now: () => number) {
    this.#now = now;
    this.#state = state;
    this.#begin = now();
    this.#since = this.#begin;
  }

  change(state: S): void {
    const now = this.#now();
    this.#spent.set(this.#state, (this.#spent.get(this.#state) ?? 0) + now - this.#since);
    this.#state = state;
    this.#since = now;
  }

  /** From 0 to 1. */
  ratio(state: S): number {
    const now = this.#now();
    const current = state === this.#state ? now - this.#since : 0;
    const life = now - this.#begin;
    return life === 0 ? 0 : ((this.#spent.get(state) ?? 0) + current) / life;
  }
}
