import { startBroker, TcpProxy, waitFor, type KafkaBroker } from '@millrace/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestCluster } from './test-cluster.ts';

let proxy: TcpProxy;
let broker: KafkaBroker;
let cluster: TestCluster;

beforeAll(async () => {
  proxy = await TcpProxy.start();
  broker = await startBroker({ proxyPort: proxy.port });
  proxy.retarget(broker.proxyTarget ?? 0);
});

afterAll(async () => {
  await broker.stop();
  await proxy.close();
});

beforeEach(() => {
  cluster = new TestCluster(broker.bootstrapServers);
});

afterEach(async () => {
  await cluster.close();
});

describe('a broker that restarts', () => {
  it('disturbs no worker whose session is long enough', async () => {
    await cluster.addConnector('a', 4);
    const patient = { sessionTimeoutMs: 60_000, rebalanceTimeoutMs: 60_000 };
    const workers = [await cluster.start('worker-1', patient), await cluster.start('worker-2', patient)];
    await cluster.balanced(workers, 1, 4);
    const before = cluster.running(...workers);
    const leases = workers.map(({ leaseUntil }) => leaseUntil);

    await broker.restart();
    await waitFor('leases to be renewed', () =>
      workers.every(({ leaseUntil }, index) => leaseUntil > (leases[index] ?? 0) + 1_000),
    );
    await cluster.addConnector('b', 2);
    await cluster.balanced(workers, 2, 6);
    for (const worker of workers) {
      expect(worker.told.filter((line) => line.startsWith('lost'))).toEqual([]);
      expect(worker.units).toEqual(expect.arrayContaining([...(before[worker.id] ?? [])]));
    }
  });
});

describe('a worker that is cut off from the broker', () => {
  it('stops everything when its lease is over, not earlier, and works again when it is back', async () => {
    await cluster.addConnector('a', 4);
    const stays = await cluster.start('worker-1');
    const throughProxy = { 'bootstrap.servers': `127.0.0.1:${proxy.port}` };
    const cut = await cluster.start('worker-2', { clientProps: throughProxy });
    await cluster.balanced([stays, cut], 1, 4);

    proxy.cut();
    await waitFor('the end of its lease', () => cut.told.some((line) => line.startsWith('lost')));
    expect(cut.units).toEqual([]);
    expect(cut.lostAt).toBeGreaterThanOrEqual(cut.leaseUntil);
    await cluster.balanced([stays], 1, 4);

    proxy.restore();
    await cluster.balanced([stays, cut], 1, 4);
  });

  it('leaves all the same when it is told to', async () => {
    const throughProxy = { 'bootstrap.servers': `127.0.0.1:${proxy.port}` };
    const worker = await cluster.start('worker-1', { clientProps: throughProxy });
    await waitFor('the first round', () => worker.rounds.length > 0);
    proxy.cut();
    await expect(worker.coordinator.leave()).resolves.toBeUndefined();
    proxy.restore();
  });
});
