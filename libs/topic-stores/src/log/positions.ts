import { StoreTimeoutError } from '../errors.ts';

interface Waiting {
  readonly targets: ReadonlyMap<number, number>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** How far each partition has been read, and those who wait for that. */
export class Positions {
  readonly #topic: string;
  readonly #offsets = new Map<number, number>();
  readonly #waiting = new Set<Waiting>();

  constructor(topic: string) {
    this.#topic = topic;
  }

  /** The offset of the next record. */
  get(partition: number): number {
    return this.#offsets.get(partition) ?? 0;
  }

  /** Partitions have been read up to these offsets. */
  advance(offsets: ReadonlyMap<number, number>): void {
    for (const [partition, offset] of offsets) {
      this.#offsets.set(partition, offset);
    }
    for (const waiting of this.#waiting) {
      if (this.#reached(waiting.targets)) {
        this.#end(waiting);
        waiting.resolve();
      }
    }
  }

  /** Resolves when every partition has been read up to its offset. Throws StoreTimeoutError. */
  reach(targets: ReadonlyMap<number, number>, timeoutMs: number): Promise<void> {
    if (this.#reached(targets)) {
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end(waiting);
        const goal = [...targets]
          .map(([partition, offset]) => `${this.#topic}-${partition}@${offset}`)
          .join(', ');
        reject(new StoreTimeoutError(`${goal} was not reached within ${timeoutMs} ms`));
      }, timeoutMs);
      const waiting: Waiting = { targets, resolve, reject, timer };
      this.#waiting.add(waiting);
    });
  }

  close(): void {
    for (const waiting of this.#waiting) {
      this.#end(waiting);
      waiting.reject(new StoreTimeoutError(`Topic ${this.#topic} is no longer read`));
    }
  }

  #reached(targets: ReadonlyMap<number, number>): boolean {
    for (const [partition, offset] of targets) {
      if (this.get(partition) < offset) {
        return false;
      }
    }
    return true;
  }

  #end(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
  }
}
