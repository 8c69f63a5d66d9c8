import { waitFor } from '@millrace/testing';
import { StoreTimeoutError, type ConfigBackingStore } from '@millrace/topic-stores';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestCluster } from './test-cluster.ts';

let cluster: TestCluster;

beforeEach(() => {
  cluster = new TestCluster();
});

afterEach(async () => {
  await cluster.close();
});

describe('the config topic', () => {
  it('makes the group agree anew when connectors come and go, and tasks are committed', async () => {
    const workers = [await cluster.start('worker-1'), await cluster.start('worker-2')];
    await cluster.addConnector('a', 3);
    await cluster.balanced(workers, 1, 3);
    await cluster.addConnector('b', 1);
    await cluster.balanced(workers, 2, 4);
    await cluster.setTasks('a', 5);
    await cluster.balanced(workers, 2, 6);
    await cluster.setTasks('a', 2);
    await cluster.balanced(workers, 2, 3);
    await cluster.removeConnector('a');
    await cluster.balanced(workers, 1, 1);
  });

  it('makes it agree once on many changes at a time', async () => {
    const worker = await cluster.start('worker-1');
    await waitFor('the first round', () => worker.rounds.length > 0);
    const writer = await cluster.configStore();
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        writer.write({ kind: 'create-connector', connector: `c${index}`, config: { name: `c${index}` } }),
      ),
    );
    const { generation } = worker.coordinator.state();
    await cluster.balanced([worker], 50, 0);
    expect(worker.coordinator.state().generation - generation).toBeLessThanOrEqual(2);
    await writer.stop();
  });

  it("leaves the group in peace when a connector's configuration or target state changes", async () => {
    await cluster.addConnector('a', 1);
    const worker = await cluster.start('worker-1');
    await cluster.balanced([worker], 1, 1);
    const { generation } = worker.coordinator.state();
    const writer = await cluster.configStore();
    await writer.write({ kind: 'put-connector', connector: 'a', config: { name: 'a', more: 'yes' } });
    await writer.write({ kind: 'set-target-state', connector: 'a', state: 'PAUSED' });
    const { offset } = writer.snapshot();
    await waitFor('both to be read', () => worker.configStore.snapshot().offset >= offset);
    // Were there a round to come, this one would come after it.
    await cluster.addConnector('b', 0);
    await cluster.balanced([worker], 2, 1);
    expect(worker.coordinator.state().generation - generation).toBeLessThanOrEqual(2);
    await writer.stop();
  });
});

describe('a worker that has not read the config topic as far as the others', () => {
  /** Follows nothing by itself; what it knows is what it knew when it was made, until `read` succeeds. */
  function lagging(
    store: ConfigBackingStore,
    read: () => ReturnType<ConfigBackingStore['read']>,
  ): ConfigBackingStore {
    let known = store.snapshot();
    return {
      start: () => Promise.resolve(),
      stop: () => store.stop(),
      addListener: () => undefined,
      snapshot: () => known,
      staleMs: () => 0,
      write: (write) => store.write(write),
      read: async () => {
        known = await read();
        return known;
      },
    };
  }

  it('reads it before it starts what it is given', async () => {
    const store = await cluster.configStore();
    const stale = lagging(store, () => store.read());
    await cluster.addConnector('a', 4);
    const first = await cluster.start('worker-1');
    await cluster.balanced([first], 1, 4);
    const second = await cluster.start('worker-2', { configStore: stale });
    await cluster.balanced([first, second], 1, 4);
  });

  it('reads it before it decides for the others', async () => {
    const store = await cluster.configStore();
    const stale = lagging(store, () => store.read());
    const leader = await cluster.start('worker-1', { configStore: stale });
    await waitFor('the leader', () => leader.coordinator.state().isLeader);
    await cluster.addConnector('a', 4);
    const second = await cluster.start('worker-2');
    await cluster.balanced([leader, second], 1, 4);
    expect(leader.coordinator.state().isLeader).toBe(true);
  });

  it('tells everyone of the mismatch when it is the leader and cannot read it, and goes on when it can', async () => {
    const store = await cluster.configStore();
    let readable = false;
    const stale = lagging(store, () =>
      readable ? store.read() : Promise.reject(new StoreTimeoutError('The config topic cannot be read')),
    );
    const leader = await cluster.start('worker-1', { configStore: stale });
    await waitFor('the leader', () => leader.coordinator.state().isLeader);
    await cluster.addConnector('a', 4);
    const second = await cluster.start('worker-2');
    await waitFor('rounds in vain', () => second.coordinator.state().generation > leader.rounds.length + 1);
    expect([...leader.units, ...second.units]).toEqual([]);
    readable = true;
    await cluster.balanced([leader, second], 1, 4);
  });

  it('keeps what it runs while it tries, gives it up after the last try, and comes back later', async () => {
    await cluster.addConnector('a', 4);
    const store = await cluster.configStore();
    let readable = false;
    const stale = lagging(store, () =>
      readable ? store.read() : Promise.reject(new StoreTimeoutError('The config topic cannot be read')),
    );
    const first = await cluster.start('worker-1');
    const second = await cluster.start('worker-2', { configStore: stale });
    await cluster.balanced([first, second], 1, 4);
    const had = second.units;

    await cluster.addConnector('b', 4);
    await waitFor('the end of its tries', () => second.told.find((line) => line.startsWith('lost')), {
      seen: () => second.told,
    });
    expect(second.told.filter((line) => line.startsWith('revoked'))).toEqual([]);
    expect(had).not.toEqual([]);
    await cluster.balanced([first], 2, 8);
    expect(second.units).toEqual([]);
    readable = true;
    await cluster.balanced([first, second], 2, 8);
  });
});
