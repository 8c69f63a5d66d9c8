/** A wait that a stop ends early. */
export class IdleWait {
  #wake: (() => void) | null = null;
  #stopped = false;

  get stopped(): boolean {
    return this.#stopped;
  }

  async wait(ms: number): Promise<void> {
    if (this.#stopped) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }
}
