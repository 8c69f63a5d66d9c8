import { beforeEach, describe, expect, it } from 'vitest';
import { ATTRIBUTES, type AttributeGroup } from '@millrace/metrics';
import { RebalanceMeasures } from '../../src/metrics/rebalance-measures.ts';
import { SinkMeasures } from '../../src/metrics/sink-measures.ts';
import { SourceMeasures } from '../../src/metrics/source-measures.ts';
import { StartupMeasures } from '../../src/metrics/startup-measures.ts';
import { measuring, policy } from '../task/parts.ts';

let now: number;
const settings = { samples: 2, windowMs: 10_000, now: (): number => now };

beforeEach(() => {
  now = 1_000;
});

const numbersOf = (...groups: readonly AttributeGroup[]): readonly string[] =>
  ATTRIBUTES.filter(({ group, kind }) => groups.includes(group) && kind !== 'text')
    .map(({ attribute }) => attribute)
    // The herder counts those.
    .filter((attribute) => !attribute.startsWith('auto-restart-'))
    .sort();

describe('What a source task measures', () => {
  it('is every number of its groups', () => {
    const measures = new SourceMeasures(measuring(settings));
    const values = { ...measures.values({ polled: 0, written: 0, active: 0 }), ...policy().metrics() };
    expect(Object.keys(values).sort()).toEqual(
      [...numbersOf('connector-task-metrics', 'source-task-metrics', 'task-error-metrics')].sort(),
    );
  });

  it('is about polls that gave something, and what became of it', () => {
    const measures = new SourceMeasures(measuring(settings));
    measures.task.reached('running');
    for (const [ms, records] of [
      [100, 10],
      [5_000, null],
      [300, 30],
    ] as const) {
      measures.pollBegins();
      now += ms;
      measures.pollEnded(records);
    }
    measures.sent(40);
    expect(measures.values({ polled: 40, written: 25, active: 15 })).toMatchObject({
      'source-record-poll-total': 40,
      'source-record-poll-rate': 4,
      'source-record-write-total': 25,
      'source-record-write-rate': 2.5,
      'poll-batch-max-time-ms': 300,
      'poll-batch-avg-time-ms': 200,
      'batch-size-max': 30,
      'batch-size-avg': 20,
      'source-record-active-count': 15,
      'source-record-active-count-max': 40,
      'source-record-active-count-avg': 27.5,
      'running-ratio': 1,
      'pause-ratio': 0,
    });
  });

  it('says how commits of offsets went', () => {
    const { task } = new SourceMeasures(measuring(settings));
    expect(task.values()).toMatchObject({
      'offset-commit-success-percentage': 0,
      'offset-commit-failure-percentage': 0,
      'offset-commit-max-time-ms': Number.NaN,
    });
    task.commits.succeeded(10);
    task.commits.succeeded(20);
    task.commits.succeeded(30);
    task.commits.failed();
    expect(task.values()).toMatchObject({
      'offset-commit-max-time-ms': 30,
      'offset-commit-avg-time-ms': 20,
      'offset-commit-success-percentage': 0.75,
      'offset-commit-failure-percentage': 0.25,
      'offset-commit-success-total': 3,
      'offset-commit-failure-total': 1,
    });
  });
});

describe('What a sink task measures', () => {
  const progress = { active: 4, partitions: 2, sequence: 7, lag: 9 };

  it('is every number of its groups', () => {
    const measures = new SinkMeasures(measuring(settings));
    const values = { ...measures.values(progress), ...policy().metrics() };
    expect(Object.keys(values).sort()).toEqual(
      [...numbersOf('connector-task-metrics', 'sink-task-metrics', 'task-error-metrics')].sort(),
    );
  });

  it('is about what was read and put, and commits that count or not', () => {
    const measures = new SinkMeasures(measuring(settings));
    measures.read(12);
    measures.putBegins();
    now += 50;
    measures.putFailed();
    measures.putBegins();
    now += 200;
    measures.putDone(10, 1);
    measures.commitDone(5);
    measures.commitSkipped();
    expect(measures.values(progress)).toMatchObject({
      'sink-record-read-total': 12,
      'sink-record-send-total': 10,
      'sink-record-send-rate': 1,
      'put-batch-max-time-ms': 200,
      'put-batch-avg-time-ms': 200,
      'batch-size-avg': 10,
      'offset-commit-completion-total': 1,
      'offset-commit-skip-total': 1,
      'offset-commit-seq-no': 7,
      'partition-count': 2,
      'sink-record-lag-max': 9,
      'sink-record-active-count': 4,
    });
  });
});

describe('Starts of connectors and tasks', () => {
  it('are counted by how they ended; one that was stopped before is none', () => {
    const startups = new StartupMeasures(settings);
    const task = { key: 'task:a-0', task: 0 };
    const connector = { key: 'connector:a', task: null };
    startups.begins(task.key);
    startups.reached(task, 'RUNNING');
    startups.reached(task, 'PAUSED');
    startups.begins(task.key);
    startups.reached(task, 'FAILED');
    startups.begins(task.key);
    startups.reached(task, 'UNASSIGNED');
    startups.begins(connector.key);
    startups.reached(connector, 'STOPPED');
    // It failed later, after it had started.
    startups.reached(connector, 'FAILED');
    expect(startups.values()).toEqual({
      'connector-startup-attempts-total': 1,
      'connector-startup-success-total': 1,
      'connector-startup-success-percentage': 1,
      'connector-startup-failure-total': 0,
      'connector-startup-failure-percentage': 0,
      'task-startup-attempts-total': 2,
      'task-startup-success-total': 1,
      'task-startup-success-percentage': 0.5,
      'task-startup-failure-total': 1,
      'task-startup-failure-percentage': 0.5,
    });
  });
});

describe('The membership of a worker', () => {
  it('measures rebalances from the first preparation to the assignment', () => {
    const measures = new RebalanceMeasures(settings);
    expect(measures.rebalances()).toMatchObject({
      'completed-rebalances-total': 0,
      'rebalance-avg-time-ms': Number.NaN,
      'time-since-last-rebalance-ms': Number.NaN,
    });
    measures.joins();
    now += 100;
    // The assignment was of no use: the same rebalance goes on.
    measures.joins();
    now += 100;
    expect(measures.rebalancing).toBe(true);
    measures.assigned();
    expect(measures.rebalancing).toBe(false);
    now += 1_000;
    measures.lost();
    now += 300;
    measures.joins();
    now += 100;
    measures.assigned();
    now += 2_000;
    expect(measures.rebalances()).toEqual({
      'completed-rebalances-total': 2,
      'rebalance-max-time-ms': 400,
      'rebalance-avg-time-ms': 300,
      'time-since-last-rebalance-ms': 2_000,
    });
    expect(measures.coordinator()).toMatchObject({
      'join-total': 3,
      'rebalance-total': 2,
      'rebalance-latency-total': 600,
      'last-rebalance-seconds-ago': 2,
    });
  });

  it('counts heartbeats that renewed it, not a lease that is taken back', () => {
    const measures = new RebalanceMeasures(settings);
    measures.renewed(5_000);
    now += 1_000;
    measures.renewed(6_000);
    now += 500;
    measures.renewed(2_500);
    expect(measures.coordinator()).toMatchObject({ 'heartbeat-total': 2, 'last-heartbeat-seconds-ago': 0.5 });
  });

  it('measures every number of its groups, but what others know', () => {
    const measures = new RebalanceMeasures(settings);
    const known = [...Object.keys(measures.rebalances()), ...Object.keys(measures.coordinator())];
    const others = ['epoch', 'rebalancing', 'assigned-connectors', 'assigned-tasks'];
    expect([...known, ...others].sort()).toEqual(
      numbersOf('connect-worker-rebalance-metrics', 'connect-coordinator-metrics'),
    );
  });
});
