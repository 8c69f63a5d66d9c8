import { describe, expect, it } from 'vitest';
import { BuilderPool } from '../../src/producer/builder-pool.ts';
import { PartitionQueue } from '../../src/producer/partition-queue.ts';
import { SendInProgress } from '../../src/producer/pending-send.ts';
import { TopicRoute } from '../../src/producer/topic-route.ts';
import { partitionForKey } from '../../src/records/murmur2.ts';
import type { ProducerRecord } from '../../src/records/record.ts';

const SETTINGS = {
  batchSize: 1000,
  lingerMs: 0,
  maxRequestSize: 1_000_000,
  ignoreKeys: false,
  adaptive: false,
};

interface RouteOptions {
  readonly leaders: readonly number[];
  /** The random numbers, in turn. */
  readonly random?: readonly number[];
  readonly settings?: Partial<typeof SETTINGS>;
}

function route({ leaders, random = [0], settings }: RouteOptions): TopicRoute {
  const all = { ...SETTINGS, ...settings };
  const pool = new BuilderPool({ compression: 'none', compressionLevel: undefined });
  let next = 0;
  const made = new TopicRoute({
    settings: all,
    createQueue: (partition) => new PartitionQueue({ topic: 't', partition }, all, pool),
    random: () => random[next++ % random.length] ?? 0,
  });
  made.learn({ topic: 't', partitions: leaders.map((leader, partition) => ({ partition, leader })) }, 0);
  return made;
}

function keyed(key: string | null, size = 100): ProducerRecord {
  const bytes = key === null ? null : Buffer.from(key);
  return { topic: 't', partition: null, timestamp: 0, key: bytes, value: Buffer.alloc(size), headers: [] };
}

/** The partitions that records take, each appended where it goes. */
function place(to: TopicRoute, records: readonly ProducerRecord[]): (number | undefined)[] {
  const send = new SendInProgress(records, { timestamp: 0, calledAt: 0 }, () => undefined);
  return records.map((record) => {
    const queue = to.choose(record);
    queue?.append(record, send);
    return queue?.partition;
  });
}

describe('a record without a key', () => {
  it('sticks to a partition for batch.size bytes, then to another one', () => {
    const to = route({ leaders: [1, 1, 1], random: [0.9, 0, 0.4] });
    const partitions = place(
      to,
      Array.from({ length: 30 }, () => keyed(null)),
    );
    expect(partitions.slice(0, 9)).toEqual(Array.from({ length: 9 }, () => 2));
    expect(new Set(partitions.slice(9, 18))).toEqual(new Set([0]));
    expect(partitions.at(-1)).toBe(2);
  });

  it('avoids partitions without a leader while there are others', () => {
    expect(place(route({ leaders: [-1, 7], random: [0] }), [keyed(null)])).toEqual([1]);
    expect(place(route({ leaders: [-1, -1], random: [0.6] }), [keyed(null)])).toEqual([1]);
  });

  it('prefers of two the partition with less to do', () => {
    const to = route({ leaders: [1, 1], random: [0, 0, 0, 0.9], settings: { adaptive: true, batchSize: 1 } });
    expect(place(to, [keyed(null), keyed(null)])).toEqual([0, 1]);
  });
});

describe('a record with a key', () => {
  it('goes where its key says, leader or not', () => {
    const to = route({ leaders: [-1, -1, -1] });
    const keys = ['a', 'b', 'c', 'd'];
    expect(
      place(
        to,
        keys.map((key) => keyed(key)),
      ),
    ).toEqual(keys.map((key) => partitionForKey(Buffer.from(key), 3)));
  });

  it('goes as one without where partitioner.ignore.keys says so', () => {
    const to = route({ leaders: [1, 1, 1], random: [0.5], settings: { ignoreKeys: true } });
    expect(
      place(
        to,
        ['a', 'b', 'c', 'd'].map((key) => keyed(key)),
      ),
    ).toEqual([1, 1, 1, 1]);
  });
});

describe('a topic that was made anew with fewer partitions', () => {
  it('has no more of the old ones', () => {
    const to = route({ leaders: [1, 1, 1] });
    to.learn({ topic: 't', partitions: [{ partition: 0, leader: 1 }] }, 1);
    expect(to.choose({ ...keyed(null), partition: 2 })).toBeUndefined();
    expect(to.choose(keyed('c'))?.partition).toBe(0);
  });
});
