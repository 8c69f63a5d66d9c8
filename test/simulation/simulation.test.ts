import { describe, expect, it } from 'vitest';
import { simulate, SimulationError } from './simulation.ts';

/** `MILLRACE_SEED=n` replays one run and prints its trace; `MILLRACE_SEEDS=n` makes a long run of so many. */
const only = process.env['MILLRACE_SEED'];
const count = Number(process.env['MILLRACE_SEEDS'] ?? 300);
const first = only === undefined ? 1 : Number(only);
const last = only === undefined ? count : first;
const BATCH = 25;

describe('a cluster under random faults, in virtual time', () => {
  for (let from = first; from <= last; from += BATCH) {
    const to = Math.min(last, from + BATCH - 1);
    it(`comes to rest with everything assigned once and evenly, and never runs anything twice (seeds ${from} to ${to})`, async () => {
      for (let seed = from; seed <= to; seed += 1) {
        await run(seed);
      }
    }, 120_000);
  }

  it.runIf(only === undefined)('does the same again for the same seed', async () => {
    expect(await simulate(1)).toEqual(await simulate(1));
  });
});

async function run(seed: number): Promise<void> {
  try {
    await simulate(seed);
  } catch (error) {
    if (only !== undefined && error instanceof SimulationError) {
      console.log(error.trace.join('\n'));
    }
    throw error;
  }
}
