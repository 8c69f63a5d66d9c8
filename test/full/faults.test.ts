import { afterAll, beforeAll, expect, it } from 'vitest';
import { startFaultBed } from '../faults/fault-bed.ts';
import { FAULTS } from '../faults/faults.ts';
import { Random } from '../simulation/random.ts';

const ROUNDS = Number(process.env['MILLRACE_FAULT_ROUNDS'] ?? '24');
const SEED = Number(process.env['MILLRACE_SEED'] ?? Date.now() % 1_000_000);

let bed: Awaited<ReturnType<typeof startFaultBed>>;

beforeAll(async () => {
  bed = await startFaultBed(5);
}, 180_000);

afterAll(async () => {
  await bed.close();
}, 60_000);

it(
  `five workers survive ${ROUNDS} random faults (seed ${SEED})`,
  async () => {
    const random = new Random(SEED);
    const names = Object.keys(FAULTS);
    const took: Record<string, number[]> = {};
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = random.pick(names) ?? '';
      bed.pipelines.startWriting();
      await FAULTS[name]?.(bed);
      (took[name] ??= []).push(await bed.pipelines.settle(120_000));
    }
    for (const [name, times] of Object.entries(took)) {
      console.log(`${name}: ${times.length} times, settled after ${times.join(', ')} ms`);
    }
    expect(Object.values(took).flat()).toHaveLength(ROUNDS);
  },
  ROUNDS * 180_000,
);
