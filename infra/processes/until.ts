import { setTimeout as pause } from 'node:timers/promises';

export interface UntilOptions {
  readonly limitMs: number;
  readonly everyMs?: number;
  /** Called in between; what it throws ends the waiting. */
  readonly check?: () => void;
}

/** Time ran out while waiting. */
export class WaitedInVainError extends Error {}

/** Asks again and again until there is an answer that is not null; errors of `ask` count as none. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null> | T | null,
  options: UntilOptions,
): Promise<T> {
  const { limitMs, everyMs = 50, check } = options;
  const deadline = performance.now() + limitMs;
  let last: unknown = null;
  while (performance.now() < deadline) {
    check?.();
    try {
      const answer = await ask();
      if (answer !== null) {
        return answer;
      }
    } catch (error) {
      last = error;
    }
    await pause(everyMs);
  }
  throw new WaitedInVainError(`Waited ${limitMs / 1_000} s in vain for ${what}`, { cause: last });
}
