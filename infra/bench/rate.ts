import { setTimeout as pause } from 'node:timers/promises';

const SAMPLE_MS = 25;
const STALL_LIMIT_MS = 120_000;

/**
 * Units per second while a count goes from its first sign of life to `target`: what a node needs to begin is not in it. `count`
 * is asked again and again; `check` is called in between and may throw.
 */
export async function rateTo(
  target: number,
  count: () => Promise<number>,
  check: () => void,
): Promise<number> {
  let begin: { readonly at: number; readonly count: number } | null = null;
  let last = { at: performance.now(), count: 0 };
  for (;;) {
    check();
    const now = await count();
    const at = performance.now();
    if (now !== last.count) {
      begin ??= { at, count: now };
      last = { at, count: now };
    } else if (at - last.at > STALL_LIMIT_MS) {
      throw new Error(`${now} of ${target} after ${STALL_LIMIT_MS / 1_000} s without progress`);
    }
    if (now >= target) {
      return begin === null || at === begin.at ? NaN : ((now - begin.count) / (at - begin.at)) * 1_000;
    }
    await pause(SAMPLE_MS);
  }
}
