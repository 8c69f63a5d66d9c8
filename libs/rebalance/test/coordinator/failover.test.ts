import { createAdmin } from '@millrace/kafka';
import { waitFor } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkerReplacedError } from '../../src/index.ts';
import { TestCluster, type TestWorker } from './test-cluster.ts';

/** Longer than any test waits: what happens all the same does not wait for the session time-out. */
const LONG_SESSION_MS = 60_000;

let cluster: TestCluster;

beforeEach(() => {
  cluster = new TestCluster();
});

afterEach(async () => {
  await cluster.close();
});

async function threeWorkers(): Promise<readonly [leader: TestWorker, TestWorker, TestWorker]> {
  await cluster.addConnector('a', 6);
  const leader = await cluster.start('worker-1');
  await waitFor('the leader', () => leader.coordinator.state().isLeader);
  const [second, third] = [await cluster.start('worker-2'), await cluster.start('worker-3')];
  await cluster.balanced([leader, second, third], 1, 6);
  return [leader, second, third];
}

describe('a worker that dies', () => {
  it('loses its work to the others after its session, and nothing else moves', async () => {
    const [leader, second, third] = await threeWorkers();
    const kept = [leader.units, third.units];
    await second.crash();
    await cluster.balanced([leader, third], 1, 6);
    expect(leader.units).toEqual(expect.arrayContaining([...(kept[0] ?? [])]));
    expect(third.units).toEqual(expect.arrayContaining([...(kept[1] ?? [])]));
    for (const { told } of [leader, third]) {
      expect(told.filter((line) => line.startsWith('lost'))).toEqual([]);
    }
  });

  it('is replaced as leader when it was that', async () => {
    const [leader, second, third] = await threeWorkers();
    await leader.crash();
    await cluster.balanced([second, third], 1, 6);
    expect([second, third].filter(({ coordinator }) => coordinator.state().isLeader)).toHaveLength(1);
  });

  it('is removed at once by its successor with the same id, which then gets its share', async () => {
    await cluster.addConnector('a', 4);
    const long = { sessionTimeoutMs: LONG_SESSION_MS };
    const [first, second] = [await cluster.start('worker-1', long), await cluster.start('worker-2', long)];
    await cluster.balanced([first, second], 1, 4);
    await second.crash();
    const successor = await cluster.start('worker-2', long);
    await cluster.balanced([first, successor], 1, 4);
    expect(first.told.filter((line) => line.startsWith('lost'))).toEqual([]);
  });
});

describe('a worker id that two processes have', () => {
  it('stays with the first while that lives, and goes to the second when it leaves', async () => {
    await cluster.addConnector('a', 2);
    const first = await cluster.start('worker-1');
    await cluster.balanced([first], 1, 2);
    let asked = 0;
    const second = await cluster.start('worker-1', {
      isPredecessorDead: () => {
        asked += 1;
        return Promise.resolve(false);
      },
    });
    await waitFor('the second to ask several times', () => asked > 3);
    expect([first.units.length, second.units.length]).toEqual([3, 0]);
    await first.coordinator.leave();
    await cluster.balanced([second], 1, 2);
  });

  it('belongs to the one that came last: one that finds itself replaced begins no work', async () => {
    await cluster.addConnector('a', 2);
    const first = await cluster.start('worker-1', { isReplaced: () => Promise.resolve(true) });
    await expect(first.coordinator.finished).rejects.toBeInstanceOf(WorkerReplacedError);
    expect(first.rounds).toEqual([]);
    expect(await cluster.describe()).toMatchObject({ members: [] });
  });

  it('is asked about when the broker has thrown the worker out', async () => {
    await cluster.addConnector('a', 2);
    let replaced = false;
    const worker = await cluster.start('worker-1', { isReplaced: () => Promise.resolve(replaced) });
    await cluster.balanced([worker], 1, 2);
    replaced = true;
    await createAdmin(worker.client).removeStaticMember(cluster.groupId, 'worker-1');
    await expect(worker.coordinator.finished).rejects.toThrow(
      'Another process has taken over the worker id worker-1; this one stops',
    );
    expect(worker.units).toEqual([]);
    expect(worker.told.filter((line) => line.startsWith('lost'))).toHaveLength(1);
  });
});

describe('a worker that the broker has thrown out though nobody has its id', () => {
  it('stops everything, joins again, and asks until it has an answer', async () => {
    await cluster.addConnector('a', 2);
    let failures = 3;
    const worker = await cluster.start('worker-1', {
      isReplaced: () => {
        if (worker.rounds.length === 0 || failures === 0) {
          return Promise.resolve(false);
        }
        failures -= 1;
        return Promise.reject(new Error('The status topic cannot be read'));
      },
    });
    await cluster.balanced([worker], 1, 2);
    const { memberId } = worker.coordinator.state();
    await createAdmin(worker.client).removeStaticMember(cluster.groupId, 'worker-1');
    await waitFor('another membership', () => {
      const now = worker.coordinator.state().memberId;
      return now !== '' && now !== memberId;
    });
    await cluster.balanced([worker], 1, 2);
    expect(failures).toBe(0);
    expect(worker.told.filter((line) => line.startsWith('lost'))).toHaveLength(1);
  });
});
