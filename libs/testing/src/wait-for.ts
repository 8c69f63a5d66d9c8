export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  /** Shown when time runs out: what was there instead. */
  readonly seen?: () => unknown;
}

/**
 * Polls until `condition` gives something truthy, which is returned; an error it throws counts as "not yet". When time runs
 * out, an Error says what was waited for and what was seen last.
 */
export async function waitFor<T>(
  description: string,
  condition: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<NonNullable<T>> {
  const limit = options.timeoutMs ?? 20_000;
  const deadline = Date.now() + limit;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== null && value !== undefined && value !== false && value !== 0 && value !== '') {
        return value;
      }
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadline) {
      const seen = options.seen === undefined ? last : options.seen();
      throw new Error(`Waited ${limit} ms in vain for ${description}; last seen: ${show(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, options.intervalMs ?? 50));
  }
}

function show(value: unknown): string {
  if (value instanceof Error) {
    return value.stack ?? value.message;
  }
  return typeof value === 'string' ? value : JSON.stringify(value, plain, 2);
}

function plain(_key: string, item: unknown): unknown {
  return typeof item === 'bigint' ? `${item}n` : item;
}
