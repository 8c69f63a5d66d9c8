import { encodeTaskReadings, type TaskReading } from '@millrace/metrics';
import { beforeEach, describe, expect, it } from 'vitest';
import { stallTransition } from '../../src/cluster/stall-transition.ts';
import { WorkerReadings } from '../../src/cluster/worker-readings.ts';

const reading = (connector: string, task: number, stalled: string | null = null): TaskReading => ({
  connector,
  task,
  values: { 'running-ratio': 1 },
  stalled,
});

const record = (...tasks: readonly TaskReading[]): unknown =>
  encodeTaskReadings({ timestamp: 1, intervalMs: 10_000, tasks });

describe('What workers publish of their tasks', () => {
  let now: number;
  let readings: WorkerReadings;

  beforeEach(() => {
    now = 0;
    readings = new WorkerReadings(() => now);
  });

  it('is known by worker and task, until the worker takes it back', () => {
    readings.take('w1', record(reading('a', 0), reading('a', 1)));
    readings.take('w2', record(reading('b', 0)));
    expect(readings.of('w1', 'a', 1)).toEqual(reading('a', 1));
    expect(readings.of('w2', 'a', 1)).toBeNull();
    readings.take('w1', null);
    expect(readings.of('w1', 'a', 1)).toBeNull();
    expect(readings.of('w2', 'b', 0)).not.toBeNull();
  });

  it('says nothing any more when three records did not come: the worker was killed', () => {
    readings.take('w', record(reading('a', 0)));
    now = 30_000;
    expect(readings.of('w', 'a', 0)).not.toBeNull();
    now = 30_001;
    expect(readings.of('w', 'a', 0)).toBeNull();
  });

  it('tells which tasks begin and cease to stall, once', () => {
    const none = { begun: [], ended: [] };
    expect(readings.take('w', record(reading('a', 0), reading('a', 1)))).toEqual(none);
    const stalling = record(reading('a', 0, 'poll'), reading('a', 1));
    expect(readings.take('w', stalling)).toEqual({
      begun: [{ connector: 'a', task: 0, reason: 'poll' }],
      ended: [],
    });
    expect(readings.take('w', stalling)).toEqual(none);
    expect(readings.take('w', record(reading('a', 0), reading('a', 1)))).toEqual({
      begun: [],
      ended: [{ connector: 'a', task: 0, reason: 'poll' }],
    });
  });

  it('tells the end of a stall when the task leaves the worker, or the worker stops', () => {
    const ended = { begun: [], ended: [{ connector: 'a', task: 0, reason: 'put' }] };
    readings.take('w', record(reading('a', 0, 'put')));
    expect(readings.take('w', record(reading('b', 0)))).toEqual(ended);
    readings.take('w', record(reading('a', 0, 'put')));
    expect(readings.take('w', null)).toEqual(ended);
  });
});

describe('An event of the history', () => {
  const a0 = { connector: 'a', task: 0, reason: 'poll' };
  const a1 = { connector: 'a', task: 1, reason: 'poll' };
  const b0 = { connector: 'b', task: 0, reason: 'poll' };

  it('is written when stalls begin or end, and only then', () => {
    expect(stallTransition('w', { begun: [], ended: [] })).toBeNull();
    expect(stallTransition('w', { begun: [a0], ended: [] })).toMatchObject({
      kind: 'stall',
      state: 'STALLED',
      worker: 'w',
      connector: 'a',
      task: 0,
      detail: { begun: [a0], ended: [] },
    });
    expect(stallTransition('w', { begun: [], ended: [a0] })).toMatchObject({ state: 'ENDED' });
  });

  it('is about a task or connector only where all of it is', () => {
    const subject = (begun: readonly (typeof a0)[], ended: readonly (typeof a0)[]) => {
      const { state, connector, task } = stallTransition('w', { begun, ended }) ?? {};
      return { state, connector, task };
    };
    expect(subject([a1], [a0])).toEqual({ state: 'STALLED', connector: 'a', task: null });
    expect(subject([a0, b0], [])).toEqual({ state: 'STALLED', connector: null, task: null });
  });
});
