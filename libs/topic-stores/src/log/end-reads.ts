import { toError } from '@millrace/connect-api';
import { StoreTimeoutError } from '../errors.ts';
import type { Positions } from './positions.ts';

interface Waiting {
  readonly deadline: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export interface EndReadsOptions {
  readonly topic: string;
  readonly positions: Positions;
  /** Where each partition ends now. */
  readonly ends: () => Promise<ReadonlyMap<number, number>>;
}

const RETRY_MS = 100;

/**
 * Reads to the end. Requests that arrive while the end is being looked up share the next look, so that each rests on one
 * that began after it came (design section 5).
 */
export class EndReads {
  readonly #options: EndReadsOptions;
  readonly #open = new Set<Waiting>();
  #next: Waiting[] = [];
  #looking = false;
  #closed = false;
  #failure: Error | undefined;

  constructor(options: EndReadsOptions) {
    this.#options = options;
  }

  /** Resolves when all that was there at the time of the call has been read. Throws StoreTimeoutError. */
  request(timeoutMs: number): Promise<void> {
    const { topic } = this.#options;
    if (this.#closed) {
      return Promise.reject(new StoreTimeoutError(`Topic ${topic} is no longer read`));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#end(waiting);
        const why = this.#failure === undefined ? '' : `: ${this.#failure.message}`;
        const message = `Topic ${topic} could not be read to its end within ${timeoutMs} ms${why}`;
        reject(new StoreTimeoutError(message, { cause: this.#failure }));
      }, timeoutMs);
      const waiting: Waiting = { deadline: performance.now() + timeoutMs, resolve, reject, timer };
      this.#open.add(waiting);
      this.#next.push(waiting);
      if (!this.#looking) {
        this.#looking = true;
        void this.#look();
      }
    });
  }

  close(): void {
    this.#closed = true;
    for (const waiting of this.#open) {
      this.#end(waiting);
      waiting.reject(new StoreTimeoutError(`Topic ${this.#options.topic} is no longer read`));
    }
  }

  async #look(): Promise<void> {
    for (let served = this.#take(); served.length > 0; served = this.#take()) {
      try {
        const ends = await this.#options.ends();
        this.#failure = undefined;
        void this.#serve(served, ends);
      } catch (error) {
        this.#failure = toError(error);
        this.#next.unshift(...served);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#looking = false;
  }

  #take(): Waiting[] {
    const taken = this.#next.filter((waiting) => this.#open.has(waiting));
    this.#next = [];
    return taken;
  }

  async #serve(served: readonly Waiting[], ends: ReadonlyMap<number, number>): Promise<void> {
    const limit = Math.max(...served.map(({ deadline }) => deadline)) - performance.now();
    try {
      await this.#options.positions.reach(ends, Math.max(limit, 1));
    } catch {
      // Each of them has a limit of its own, which is over by now.
      return;
    }
    for (const waiting of served) {
      this.#end(waiting);
      waiting.resolve();
    }
  }

  #end(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#open.delete(waiting);
  }
}
