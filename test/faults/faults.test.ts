import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFaultBed } from './fault-bed.ts';
import { FAULTS } from './faults.ts';
import { signalTree } from './process-tree.ts';
import { workerProcess, workers } from './worker-list.ts';
import { waitFor } from '@millrace/testing';

describe('three workers under load', () => {
  let bed: Awaited<ReturnType<typeof startFaultBed>>;

  beforeAll(async () => {
    bed = await startFaultBed();
  }, 120_000);

  afterAll(async () => {
    await bed.close();
  }, 60_000);

  it.each(Object.entries(FAULTS))(
    'lose no line and run everything again after %s',
    async (name, fault) => {
      bed.pipelines.startWriting();
      await fault(bed);
      const tookMs = await bed.pipelines.settle();
      console.log(
        `${name}: settled ${tookMs} ms after it was over; ${bed.pipelines.repeated()} lines repeated so far`,
      );
    },
    180_000,
  );

  it('a worker that wakes up after others took its work writes nothing more', async () => {
    const { cluster, rest, pipelines } = bed;
    const zombie = await workerProcess(cluster, rest, 'follower');
    signalTree(zombie.process.pid, 'SIGSTOP');
    pipelines.append(100);
    await pipelines.arrived();
    const before = pipelines.outputLengths();
    signalTree(zombie.process.pid, 'SIGCONT');
    await waitFor('the worker to be back', async () =>
      (await workers(rest)).some(
        ({ id, connectors, tasks }) => id === zombie.workerId && connectors.length + tasks.length > 0,
      ),
    );
    pipelines.append(100);
    await pipelines.settle();
    const after = pipelines.outputLengths();
    expect(after.map((length, index) => length - (before[index] ?? 0))).toEqual(before.map(() => 100));
  }, 120_000);
});
