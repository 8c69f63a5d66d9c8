import { describe, expect, it } from 'vitest';
import { createProducer } from '../../src/producer/create-producer.ts';
import type { PendingSend, Producer } from '../../src/producer/producer.ts';
import { atEnd, logger, record } from '../cluster.ts';
import { FakeCluster, type Fate } from './fake-cluster.ts';

function producerOf(cluster: FakeCluster, settings: Readonly<Record<string, string>> = {}): Producer {
  const quick = { 'retry.backoff.ms': '1', 'retry.backoff.max.ms': '2', 'linger.ms': '0', ...settings };
  const producer = createProducer(cluster.client(), quick, { logger });
  atEnd(() => producer.close(0));
  return producer;
}

/** Sends of ten records each, over the partitions in turn. */
function sendMany(producer: Producer, count: number, partitions: number): PendingSend[] {
  return Array.from({ length: count }, (_, send) =>
    producer.send(
      Array.from({ length: 10 }, (_each, index) =>
        record('t', String(send * 10 + index), { partition: (send * 10 + index) % partitions }),
      ),
    ),
  );
}

async function failuresOf(sends: readonly PendingSend[]): Promise<readonly Error[]> {
  const results = await Promise.all(sends.map(({ done }) => done));
  return results.flatMap(({ failed }) => failed.map(({ error }) => error));
}

describe('a producer', () => {
  it('follows leaders that move, and every partition keeps its order', async () => {
    const cluster = new FakeCluster([1, 2, 3]);
    const producer = producerOf(cluster, { 'max.request.size': '1000' });
    let requests = 0;
    cluster.fate = () => {
      requests += 1;
      // All leaders move one broker on, and metadata is behind.
      if (requests % 7 === 0) cluster.actual = cluster.actual.map((leader) => (leader % 3) + 1);
      return 'take';
    };
    expect(await failuresOf(sendMany(producer, 300, 3))).toEqual([]);
    for (const partition of [0, 1, 2]) {
      expect(cluster.log.get(partition)).toEqual(
        Array.from({ length: 1000 }, (_, at) => String(at * 3 + partition)),
      );
    }
    // One refresh at a time for all of them, and not for each failure.
    expect(cluster.refreshes).toBeLessThan(requests);
  });

  it('writes twice rather than not at all when answers get lost, never out of order', async () => {
    const cluster = new FakeCluster([1]);
    const producer = producerOf(cluster, { 'max.request.size': '1000' });
    const fates: readonly Fate[] = ['take', 'lose', 'take-and-lose-answer', 'take', 'take-and-lose-answer'];
    let requests = 0;
    cluster.fate = () => fates[requests++ % fates.length] ?? 'take';
    expect(await failuresOf(sendMany(producer, 100, 1))).toEqual([]);
    const written = cluster.log.get(0) ?? [];
    expect(written.length).toBeGreaterThan(1000);
    expect([...new Set(written)]).toEqual(Array.from({ length: 1000 }, (_, at) => String(at)));
  });

  it('gives up at once on what will not pass, and goes on with the rest', async () => {
    const cluster = new FakeCluster([1, 1]);
    const producer = producerOf(cluster);
    cluster.fate = () => ({ errorCode: 29 });
    const [refused] = await failuresOf([producer.send([record('t', 'a', { partition: 0 })])]);
    expect(refused?.message).toMatch(/^Produce to t-0: TOPIC_AUTHORIZATION_FAILED/);
    cluster.fate = () => 'take';
    expect(await failuresOf([producer.send([record('t', 'b', { partition: 0 })])])).toEqual([]);
    expect(cluster.log.get(0)).toEqual(['b']);
  });

  it('gives up after as many attempts as retries allow', async () => {
    const cluster = new FakeCluster([1]);
    let attempts = 0;
    cluster.fate = () => {
      attempts += 1;
      return 'lose';
    };
    const [failure] = await failuresOf([producerOf(cluster, { retries: '2' }).send([record('t', 'a')])]);
    expect(failure?.message).toBe('The connection is lost');
    expect(attempts).toBe(3);
  });

  it('waits for a leader where there is none', async () => {
    const cluster = new FakeCluster([-1]);
    const sent = producerOf(cluster).send([record('t', 'a')]);
    await expect(Promise.race([sent.done, Promise.resolve('waits')])).resolves.toBe('waits');
    cluster.actual = [2];
    expect(await failuresOf([sent])).toEqual([]);
    expect(cluster.log.get(0)).toEqual(['a']);
  });

  it('keeps several requests under way, each for other partitions', async () => {
    const cluster = new FakeCluster([1, 1, 1, 1]);
    let most = 0;
    cluster.fate = () => {
      most = Math.max(most, cluster.inFlight.size);
      return 'take';
    };
    // One batch fits into a request.
    const producer = producerOf(cluster, { 'max.request.size': '2000', 'batch.size': '1000' });
    const sends = Array.from({ length: 40 }, (_, index) =>
      producer.send([record('t', '.'.repeat(1_200), { partition: index % 4 })]),
    );
    expect(await failuresOf(sends)).toEqual([]);
    expect(most).toBeGreaterThan(1);
  });
});
