import { SourceRecord, type SourceOffset, type SourcePartition } from '@millrace/connect-api';
import { describe, expect, it } from 'vitest';
import { OffsetTracker } from '../../src/task/offset-tracker.ts';

const A: SourcePartition = { filename: 'a' };
const B: SourcePartition = { filename: 'b' };

function record(sourcePartition: SourcePartition, position: bigint): SourceRecord {
  return new SourceRecord({ sourcePartition, sourceOffset: { position }, topic: 't' });
}

function committable(tracker: OffsetTracker): readonly [string, SourceOffset | null][] {
  return tracker.committable().map(({ partition, offset }) => [String(partition['filename']), offset]);
}

describe('Source offsets', () => {
  it('may be committed only up to the first batch that is not acknowledged', () => {
    const tracker = new OffsetTracker();
    const first = tracker.submit([record(A, 1n), record(A, 2n)]);
    const second = tracker.submit([record(A, 3n)]);
    const third = tracker.submit([record(A, 4n)]);
    third.acked = true;
    expect(committable(tracker)).toEqual([]);
    first.acked = true;
    expect(committable(tracker)).toEqual([['a', { position: 2n }]]);
    second.acked = true;
    expect(committable(tracker)).toEqual([['a', { position: 4n }]]);
  });

  it('of one partition do not wait for those of another', () => {
    const tracker = new OffsetTracker();
    tracker.submit([record(A, 1n)]);
    tracker.submit([record(B, 7n)]).acked = true;
    expect(committable(tracker)).toEqual([['b', { position: 7n }]]);
  });

  it('of a batch that mixes partitions are all entered, the last of each counts', () => {
    const tracker = new OffsetTracker();
    tracker.submit([record(A, 1n), record(B, 5n), record(A, 2n), record(B, 6n)]).acked = true;
    expect(committable(tracker)).toEqual([
      ['a', { position: 2n }],
      ['b', { position: 6n }],
    ]);
  });

  it('are handed out again until their commit is known to have succeeded', () => {
    const tracker = new OffsetTracker();
    tracker.submit([record(A, 1n)]).acked = true;
    const offered = tracker.committable();
    expect(tracker.committable()).toEqual(offered);
    tracker.committed(offered);
    expect(tracker.committable()).toEqual([]);
  });

  it('that a later batch has overtaken are not lost when the older commit succeeds', () => {
    const tracker = new OffsetTracker();
    tracker.submit([record(A, 1n)]).acked = true;
    const offered = tracker.committable();
    tracker.submit([record(A, 2n)]).acked = true;
    expect(committable(tracker)).toEqual([['a', { position: 2n }]]);
    tracker.committed(offered);
    expect(committable(tracker)).toEqual([['a', { position: 2n }]]);
  });

  it('of equal partitions are one, whatever the order of their keys and whichever object they are', () => {
    const tracker = new OffsetTracker();
    tracker.submit([record({ a: 1n, b: 'x' }, 1n)]).acked = true;
    tracker.submit([record({ b: 'x', a: 1n }, 2n)]).acked = true;
    expect(tracker.committable()).toEqual([{ partition: { a: 1n, b: 'x' }, offset: { position: 2n } }]);
  });

  it('may be null, which removes the offset', () => {
    const tracker = new OffsetTracker();
    tracker.submit([new SourceRecord({ sourcePartition: A, sourceOffset: null, topic: 't' })]).acked = true;
    expect(tracker.committable()).toEqual([{ partition: A, offset: null }]);
  });
});
