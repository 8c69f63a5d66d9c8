import { setTimeout as pause } from 'node:timers/promises';

export interface OpenLoop {
  readonly perSecond: number;
  readonly seconds: number;
}

/** What came of a load, and what it took to make it. */
export interface LoadResult {
  /** Milliseconds of each request from the moment it was due to its answer, ascending. */
  readonly latencies: readonly number[];
  readonly failed: number;
  /** Milliseconds by which requests were sent after they were due, ascending; part of the latencies. */
  readonly lateness: readonly number[];
  /** CPU time of this process in parts of a core: near 1 it is this that is measured. */
  readonly cores: number;
}

/**
 * Sends requests when they are due, however long the answers to earlier ones take: a server that falls behind is not spared, and
 * the time that a request waits counts. `send` resolves to whether the answer was right.
 */
export async function openLoop(
  { perSecond, seconds }: OpenLoop,
  send: () => Promise<boolean>,
): Promise<LoadResult> {
  const latencies: number[] = [];
  const lateness: number[] = [];
  const answers: Promise<void>[] = [];
  let failed = 0;
  const cpu = process.cpuUsage();
  const begin = performance.now();
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const due = begin + (index * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 0) {
      await pause(early);
    }
    lateness.push(performance.now() - due);
    answers.push(
      send().then((right) => {
        latencies.push(performance.now() - due);
        failed += right ? 0 : 1;
      }),
    );
  }
  await Promise.all(answers);
  const { user, system } = process.cpuUsage(cpu);
  const ascending = (values: number[]): readonly number[] => values.sort((a, b) => a - b);
  return {
    latencies: ascending(latencies),
    failed,
    lateness: ascending(lateness),
    cores: (user + system) / 1_000 / (performance.now() - begin),
  };
}

/** The value that so large a part of the others (0 to 1) does not exceed, of values in ascending order. NaN of nothing. */
export function percentile(ascending: readonly number[], part: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * part) - 1)] ?? NaN;
}
