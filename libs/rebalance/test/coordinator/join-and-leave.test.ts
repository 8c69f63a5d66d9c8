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

  it('runs everything on the only worker', async () => {
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

  it('spreads six tasks over three workers, as Kafka itself sees it', async () => {
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
  });
});
