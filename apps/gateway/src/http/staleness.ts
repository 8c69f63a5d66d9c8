import { AsyncLocalStorage } from 'node:async_hooks';

/** How old what a request was answered from is, in milliseconds; 0 while it is known to be complete. */
interface Staleness {
  ms: number;
}

const storage = new AsyncLocalStorage<Staleness>();

/** Runs a request with a staleness of its own. */
export function withStaleness<T>(run: () => T): T {
  return storage.run({ ms: 0 }, run);
}

/** Says that the current request is answered from a state of this age. */
export function noteStale(ms: number): void {
  const current = storage.getStore();
  if (current !== undefined) {
    current.ms = Math.max(current.ms, ms);
  }
}

export function currentStaleMs(): number {
  return storage.getStore()?.ms ?? 0;
}
