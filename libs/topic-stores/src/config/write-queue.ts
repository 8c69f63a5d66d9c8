import { StoreTimeoutError } from '../errors.ts';
import type { ConfigTail } from './config-tail.ts';
import type { ConfigWriteResult } from './config-write.ts';
import type { Operation } from './write-group.ts';

/** A write that waits for its answer. */
export interface Queued extends Operation {
  /** Of `performance.now()`. */
  readonly enqueuedAt: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (result: ConfigWriteResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes in the order they came, each until it is answered or its time is over. */
export class WriteQueue {
  readonly #tail: ConfigTail;
  readonly #waiting = new Map<string, Queued>();

  constructor(tail: ConfigTail) {
    this.#tail = tail;
  }

  get size(): number {
    return this.#waiting.size;
  }

  waiting(): readonly Queued[] {
    return [...this.#waiting.values()];
  }

  add(operation: Operation, timeoutMs: number): Promise<ConfigWriteResult> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const message = `The write was not acknowledged within ${timeoutMs} ms; it is not known whether it took effect`;
        this.reject(queued, new StoreTimeoutError(message));
      }, timeoutMs);
      const queued: Queued = { ...operation, enqueuedAt: performance.now(), timer, resolve, reject };
      this.#waiting.set(queued.id, queued);
      this.#tail.watch(queued.id);
    });
  }

  resolve(queued: Queued, result: ConfigWriteResult): void {
    if (this.#end(queued)) {
      queued.resolve(result);
    }
  }

  reject(queued: Queued, error: unknown): void {
    if (this.#end(queued)) {
      queued.reject(error);
    }
  }

  #end(queued: Queued): boolean {
    clearTimeout(queued.timer);
    this.#tail.forget(queued.id);
    return this.#waiting.delete(queued.id);
  }
}
