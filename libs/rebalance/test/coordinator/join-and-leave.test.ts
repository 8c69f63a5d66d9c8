import { waitFor } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestCluster } from './test-cluster.ts';

describe('workers of a group on a real broker', () => {
  let cluster: TestCluster;

  beforeEach(() => {
    cluster = new TestCluster();
  });

  afterEach(async () => {
    await cluster.close();
  });

  it('run everything on the only one', async () => {
    await cluster.addConnector('a', 2);
    const worker = await cluster.start('worker-1');
    await cluster.balanced([worker], 1, 2);
    expect(worker.coordinator.state()).toMatchObject({
      isLeader: true,
      leaderUrl: 'http://worker-1:8083/',
      protocol: 'sessioned',
      assignment: { connectors: ['a'] },
    });
    expect(worker.leaseUntil).toBeGreaterThan(performance.now());
  });

  it('spread six tasks over three, as Kafka itself sees it', async () => {
    for (const connector of ['a', 'b', 'c']) {
      await cluster.addConnector(connector, 2);
    }
    const workers = [
      await cluster.start('worker-1'),
      await cluster.start('worker-2'),
      await cluster.start('worker-3'),
    ];
    await cluster.balanced(workers, 3, 6);
    const group = await waitFor('a stable group', async () => {
      const described = await cluster.describe();
      return described.state === 'Stable' ? described : null;
    });
    expect(group).toMatchObject({ protocolType: 'connect', protocol: 'sessioned' });
    expect(group.members.map(({ groupInstanceId }) => groupInstanceId).sort()).toEqual([
      'worker-1',
      'worker-2',
      'worker-3',
    ]);
    const states = workers.map(({ coordinator }) => coordinator.state());
    expect(new Set(states.map(({ generation }) => generation)).size).toBe(1);
    expect(states.filter(({ isLeader }) => isLeader)).toHaveLength(1);
  });

  it('speak the compatible protocol when one of them speaks no newer one', async () => {
    await cluster.addConnector('a', 2);
    const workers = [
      await cluster.start('worker-1'),
      await cluster.start('worker-2', { connectProtocol: 'compatible' }),
    ];
    await cluster.balanced(workers, 1, 2);
    expect(workers.map(({ coordinator }) => coordinator.state().protocol)).toEqual([
      'compatible',
      'compatible',
    ]);
  });

  it('give the one that comes its share when what was running has stopped, and stop nothing else', async () => {
    await cluster.addConnector('a', 4);
    const first = await cluster.start('worker-1');
    await cluster.balanced([first], 1, 4);
    const stopped = Promise.withResolvers<undefined>();
    first.stopping = () => stopped.promise;

    const second = await cluster.start('worker-2');
    await waitFor('the revocation', () => first.told.includes('revoked a-0 a-1'));
    expect(second.units).toEqual([]);
    stopped.resolve(undefined);
    await cluster.balanced([first, second], 1, 4);
    expect(first.units).toEqual(['a', 'a-2', 'a-3']);
    expect(first.told.filter((line) => line.startsWith('revoked'))).toEqual(['revoked a-0 a-1']);
    expect(second.told.filter((line) => /^(revoked|lost)/.test(line))).toEqual([]);
  });

  it('take over what one of them leaves behind, which has stopped everything by then', async () => {
    await cluster.addConnector('a', 4);
    const [first, second] = [await cluster.start('worker-1'), await cluster.start('worker-2')];
    await cluster.balanced([first, second], 1, 4);
    const leftWith: (readonly string[])[] = [];
    first.stopping = () => {
      leftWith.push(second.units);
      return Promise.resolve();
    };
    const before = second.units;
    await first.coordinator.leave();
    expect(first.units).toEqual([]);
    expect(leftWith).toEqual([before]);
    await cluster.balanced([second], 1, 4);
    expect(second.told.filter((line) => /^(revoked|lost)/.test(line))).toEqual([]);
    await expect(first.coordinator.finished).resolves.toBeUndefined();
  });

  it('wait for one that is slow to stop, though their own requests are given up and sent again meanwhile', async () => {
    await cluster.addConnector('a', 4);
    // An answer is waited for a quarter of this.
    const short = { rebalanceTimeoutMs: 4_000 };
    const first = await cluster.start('worker-1', short);
    await cluster.balanced([first], 1, 4);
    first.stopping = () => new Promise((resolve) => setTimeout(resolve, 2_000));
    const second = await cluster.start('worker-2', short);
    const third = await cluster.start('worker-3', short);
    await cluster.balanced([first, second, third], 1, 4);
    for (const { told } of [first, second, third]) {
      expect(told.filter((line) => line.startsWith('lost'))).toEqual([]);
    }
  });

  it('leave also before they have joined, and when they were never started', async () => {
    const started = await cluster.start('worker-1');
    const prepared = await cluster.prepare('worker-2');
    await Promise.all([started.coordinator.leave(), prepared.coordinator.leave()]);
    await expect(started.coordinator.finished).resolves.toBeUndefined();
    await expect(prepared.coordinator.finished).resolves.toBeUndefined();
    expect(await cluster.describe()).toMatchObject({ members: [] });
  });
});

describe('a delay for lost assignments', () => {
  it('leaves them where they are until it is over', async () => {
    const cluster = new TestCluster();
    await cluster.addConnector('a', 4);
    const delayed = { scheduledRebalanceMaxDelayMs: 1_000 };
    const leader = await cluster.start('worker-1', delayed);
    await waitFor('the leader', () => leader.coordinator.state().isLeader);
    const second = await cluster.start('worker-2', delayed);
    await cluster.balanced([leader, second], 1, 4);
    const kept = leader.units;
    leader.told.length = 0;

    await second.coordinator.leave();
    await cluster.balanced([leader], 1, 4);
    const assigned = leader.told.filter((line) => line.startsWith('assigned'));
    expect(assigned.length).toBeGreaterThanOrEqual(2);
    expect(assigned[0]?.split(' ').slice(1).sort()).toEqual(kept);
    await cluster.close();
  });
});

describe('a drained worker', () => {
  it('gives up everything, takes nothing, and is given work again afterwards', async () => {
    const cluster = new TestCluster();
    await cluster.addConnector('a', 4);
    const drained = new Set<string>();
    const [first, second] = [
      await cluster.start('worker-1', { drained: () => drained }),
      await cluster.start('worker-2', { drained: () => drained }),
    ];
    await cluster.balanced([first, second], 1, 4);
    const changed = (): void => {
      for (const { coordinator } of [first, second]) {
        coordinator.requestRejoin('a worker is drained, or no longer');
      }
    };

    drained.add('worker-1');
    changed();
    await cluster.balanced([second], 1, 4);
    expect(first.units).toEqual([]);
    await cluster.addConnector('b', 2);
    await cluster.balanced([second], 2, 6);
    expect(first.units).toEqual([]);

    drained.clear();
    changed();
    await cluster.balanced([first, second], 2, 6);
    await cluster.close();
  });
});
