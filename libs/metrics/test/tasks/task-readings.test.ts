import { describe, expect, it } from 'vitest';
import {
  ATTRIBUTES,
  decodeTaskReadings,
  encodeTaskReadings,
  taskMetrics,
  type TaskReading,
} from '../../src/index.ts';

const published = (tasks: readonly TaskReading[]): unknown =>
  JSON.parse(JSON.stringify(encodeTaskReadings({ timestamp: 7, intervalMs: 10_000, tasks }))) as unknown;

describe("What a worker publishes of its tasks' metrics", () => {
  it('comes back as it was, to three decimals', () => {
    const tasks: readonly TaskReading[] = [
      { connector: 'a', task: 0, values: { 'running-ratio': 0.123456, 'batch-size-max': 7 }, stalled: null },
      { connector: 'b', task: 0, values: { 'partition-count': 3 }, stalled: 'put' },
      { connector: 'a', task: 1, values: { 'running-ratio': 1, 'batch-size-max': 0 }, stalled: null },
    ];
    const read = decodeTaskReadings(published(tasks));
    expect(read).toMatchObject({ timestamp: 7, intervalMs: 10_000 });
    expect(read?.tasks).toEqual([
      { connector: 'a', task: 0, values: { 'running-ratio': 0.123, 'batch-size-max': 7 }, stalled: null },
      { connector: 'a', task: 1, values: { 'running-ratio': 1, 'batch-size-max': 0 }, stalled: null },
      { connector: 'b', task: 0, values: { 'partition-count': 3 }, stalled: 'put' },
    ]);
  });

  it('fits into one record for a thousand tasks', () => {
    const attributes = ATTRIBUTES.filter(
      ({ group, kind }) =>
        kind !== 'text' &&
        ['connector-task-metrics', 'source-task-metrics', 'task-error-metrics'].includes(group),
    );
    const tasks = Array.from({ length: 1_000 }, (_, task): TaskReading => {
      const values = attributes.map(({ attribute }, index): [string, number] => [
        attribute,
        (task + index) * 1.23456789,
      ]);
      return {
        connector: 'a-connector-of-some-name',
        task,
        values: Object.fromEntries(values),
        stalled: null,
      };
    });
    expect(JSON.stringify(published(tasks)).length).toBeLessThan(500_000);
  });

  it.each([
    ['null', null],
    ['a text', 'x'],
    ['a list', []],
    ['an older form', { timestamp: 1, tasks: [] }],
    ['no times', { groups: [] }],
  ])('is nothing where it is %s', (_what, value) => {
    expect(decodeTaskReadings(value)).toBeNull();
  });

  it.each([
    ['a group that is none', [1, null, {}, { attributes: 1, tasks: [] }]],
    ['a task that is none', [{ attributes: ['a'], tasks: [1, null, { connector: 1 }, { connector: 'x' }] }]],
  ])('skips %s', (_what, groups) => {
    expect(decodeTaskReadings({ timestamp: 1, intervalMs: 1, groups })?.tasks).toEqual([]);
  });

  it('leaves out values that are no numbers, and those that are missing', () => {
    const read = decodeTaskReadings({
      timestamp: 1,
      intervalMs: 1,
      groups: [
        {
          attributes: ['a', 'b', 3, 'd'],
          tasks: [{ connector: 'x', task: 0, values: ['no', 2, 3], stalled: 4 }],
        },
      ],
    });
    expect(read?.tasks).toEqual([{ connector: 'x', task: 0, values: { b: 2 }, stalled: null }]);
  });
});

describe("Tasks' metrics for Prometheus", () => {
  it("stand under the JVM's names, with connector, task and what else is given; unknown ones are left out", () => {
    const metrics = taskMetrics([
      {
        connector: 'a',
        task: 1,
        values: { 'source-record-poll-total': 5, 'total-retries': 2, 'invented-later': 1 },
        stalled: 'poll',
        labels: { worker: 'w' },
      },
      { connector: 'b', task: 0, values: {}, stalled: null },
    ]);
    expect(metrics.map(({ name, type, samples }) => ({ name, type, samples }))).toEqual([
      {
        name: 'kafka_connect_source_task_source_record_poll_total',
        type: 'counter',
        samples: [{ labels: { connector: 'a', task: '1', worker: 'w' }, value: 5 }],
      },
      {
        name: 'kafka_connect_task_error_total_retries',
        type: 'counter',
        samples: [{ labels: { connector: 'a', task: '1', worker: 'w' }, value: 2 }],
      },
      {
        name: 'kafka_connect_connector_task_stalled',
        type: 'gauge',
        samples: [{ labels: { connector: 'a', task: '1', reason: 'poll' }, value: 1 }],
      },
    ]);
  });
});
