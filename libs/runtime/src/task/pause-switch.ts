/** A switch that a loop waits on while its task is paused. */
export class PauseSwitch {
  #paused: boolean;
  #waiting: (() => void)[] = [];

  constructor(paused: boolean) {
    this.#paused = paused;
  }

  get paused(): boolean {
    return this.#paused;
  }

  set(paused: boolean): void {
    this.#paused = paused;
    this.release();
  }

  /** Lets whoever waits look again. */
  release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      resolve();
    }
  }

  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
