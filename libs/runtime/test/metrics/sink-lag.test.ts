import type { TopicPartition } from '@millrace/connect-api';
import { waitFor } from '@millrace/testing';
import { beforeEach, expect, it } from 'vitest';
import { SinkLag } from '../../src/metrics/sink-lag.ts';
import { SinkOffsets } from '../../src/task/sink-offsets.ts';
import { silent } from '../task/parts.ts';

const at = (partition: number, offset: number) => ({ topic: 't', partition, offset });

let now: number;
let asked: (readonly TopicPartition[])[];
let ends: () => Promise<readonly ReturnType<typeof at>[]>;
/** Of the consumer. */
let positions: Map<number, number>;
let offsets: SinkOffsets;
let lag: SinkLag;

beforeEach(() => {
  now = 0;
  asked = [];
  positions = new Map();
  ends = () => Promise.resolve([at(0, 100), at(1, 40)]);
  offsets = new SinkOffsets();
  offsets.assign(at(0, 90));
  offsets.assign(at(1, 10));
  lag = new SinkLag({
    consumer: {
      endOffsets: (partitions) => {
        asked.push(partitions);
        return ends();
      },
      position: ({ partition }) => Promise.resolve(positions.get(partition) ?? 0),
    },
    offsets,
    maxAgeMs: 1_000,
    now: () => now,
    logger: silent,
  });
});

it('is not known before the ends are', () => {
  expect(lag.max(false)).toBeNaN();
});

it('is the largest of all partitions, or of those that are not paused, and falls as records are put', async () => {
  lag.refresh();
  await waitFor('the ends', () => lag.max(false) === 30);
  expect(lag.max(false, [{ topic: 't', partition: 1 }])).toBe(10);
  offsets.put(at(1, 40));
  expect(lag.max(false)).toBe(10);
  offsets.put(at(0, 120));
  expect(lag.max(false)).toBe(0);
  offsets.remove(offsets.assigned());
  expect(lag.max(false)).toBeNaN();
});

it('asks once at a time, not more often than it must, and not without partitions', async () => {
  lag.refresh();
  lag.refresh();
  await waitFor('the ends', () => lag.max(false) === 30);
  now = 999;
  lag.refresh();
  expect(asked).toHaveLength(1);
  now = 1_000;
  lag.refresh();
  expect(asked).toHaveLength(2);
  offsets.remove(offsets.assigned());
  await waitFor('nothing to be known', () => Number.isNaN(lag.max(false)));
  now = 5_000;
  lag.refresh();
  expect(asked).toHaveLength(2);
});

it('is not known while brokers do not answer: that is not the task standing still', async () => {
  lag.refresh();
  await waitFor('the ends', () => lag.max(false) === 30);
  now = 1_000;
  ends = () => Promise.reject(new Error('away'));
  lag.refresh();
  await waitFor('nothing to be known', () => Number.isNaN(lag.max(false)));
});

it('does not count control records at the end of a partition, which nobody is ever given', async () => {
  positions.set(1, 40);
  lag.refresh();
  await waitFor('the looks', () => lag.max(false) === 10);
  // What waits to be put lies between, and does count.
  expect(lag.max(true)).toBe(30);
});
