import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryStatusBackingStore, MemoryTopic } from '@millrace/topic-stores';
import { encodeTaskReadings, type TaskReading } from '@millrace/metrics';
import { MetricsPublisher } from '../../src/worker/metrics-publisher.ts';

describe("The metrics of a worker's tasks", () => {
  let tasks: TaskReading[];
  let written: unknown[];
  let publisher: MetricsPublisher;
  const record = (): unknown => encodeTaskReadings({ timestamp: 7, intervalMs: 1_000, tasks });

  beforeEach(() => {
    vi.useFakeTimers();
    tasks = [];
    written = [];
    const store = memoryStatusBackingStore(new MemoryTopic('status', 5));
    store.putOwn = (kind, id, value) => written.push([kind, id, value]);
    publisher = new MetricsPublisher({
      store,
      workerId: 'w',
      intervalMs: 1_000,
      tasks: () => tasks,
      now: () => 7,
    });
    publisher.start();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('are one record of all tasks, every so often', () => {
    tasks = [{ connector: 'X', task: 0, values: { 'source-record-poll-total': 5 }, stalled: null }];
    vi.advanceTimersByTime(2_000);
    expect(written).toEqual([
      ['metrics', 'w', record()],
      ['metrics', 'w', record()],
    ]);
  });

  it('are not written without tasks, and removed when the last one is gone or the worker stops', () => {
    vi.advanceTimersByTime(2_000);
    expect(written).toEqual([]);
    tasks = [{ connector: 'X', task: 0, values: {}, stalled: null }];
    vi.advanceTimersByTime(1_000);
    tasks = [];
    vi.advanceTimersByTime(2_000);
    expect(written.slice(1)).toEqual([['metrics', 'w', null]]);
    tasks = [{ connector: 'X', task: 0, values: {}, stalled: null }];
    vi.advanceTimersByTime(1_000);
    publisher.stop();
    vi.advanceTimersByTime(5_000);
    expect(written.slice(2)).toEqual([
      ['metrics', 'w', record()],
      ['metrics', 'w', null],
    ]);
  });
});
