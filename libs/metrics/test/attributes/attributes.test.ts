import { describe, expect, it } from 'vitest';
import { ATTRIBUTES, groupMetrics, LEFT_OUT, stateMetrics, type AttributeGroup } from '../../src/index.ts';

/** Every attribute of the JVM (4.3.1), by its MBean type. */
const JVM: Readonly<Record<AttributeGroup, readonly string[]>> = {
  'connector-metrics': ['status', 'connector-type', 'connector-class', 'connector-version'],
  'connector-task-metrics': [
    ...['status', 'running-ratio', 'pause-ratio', 'offset-commit-max-time-ms', 'offset-commit-avg-time-ms'],
    ...['batch-size-max', 'batch-size-avg', 'offset-commit-failure-percentage'],
    ...['offset-commit-success-percentage', 'connector-class', 'connector-version', 'connector-type'],
    ...['task-class', 'task-version', 'key-converter-class', 'value-converter-class'],
    ...['key-converter-version', 'value-converter-version', 'header-converter-class'],
    'header-converter-version',
  ],
  'connector-transform-metrics': ['transform-class', 'transform-version'],
  'connector-predicate-metrics': ['predicate-class', 'predicate-version'],
  'source-task-metrics': [
    ...['source-record-poll-rate', 'source-record-poll-total', 'source-record-write-rate'],
    ...['source-record-write-total', 'poll-batch-max-time-ms', 'poll-batch-avg-time-ms'],
    ...['source-record-active-count', 'source-record-active-count-max', 'source-record-active-count-avg'],
    ...['transaction-size-min', 'transaction-size-max', 'transaction-size-avg'],
  ],
  'sink-task-metrics': [
    ...['sink-record-read-rate', 'sink-record-read-total', 'sink-record-send-rate', 'sink-record-send-total'],
    ...['sink-record-lag-max', 'partition-count', 'offset-commit-seq-no', 'offset-commit-completion-rate'],
    ...['offset-commit-completion-total', 'offset-commit-skip-rate', 'offset-commit-skip-total'],
    ...['put-batch-max-time-ms', 'put-batch-avg-time-ms', 'sink-record-active-count'],
    ...['sink-record-active-count-max', 'sink-record-active-count-avg'],
  ],
  'connect-worker-metrics': [
    ...['connector-count', 'task-count'],
    ...['connector', 'task'].flatMap((unit) => [
      ...['attempts-total', 'success-total', 'success-percentage', 'failure-total', 'failure-percentage'].map(
        (what) => `${unit}-startup-${what}`,
      ),
    ]),
    ...['total', 'running', 'paused', 'failed', 'unassigned', 'destroyed', 'restarting'].map(
      (state) => `connector-${state}-task-count`,
    ),
  ],
  'connect-worker-rebalance-metrics': [
    ...['connect-protocol', 'leader-name', 'epoch', 'completed-rebalances-total', 'rebalancing'],
    ...['rebalance-max-time-ms', 'rebalance-avg-time-ms', 'time-since-last-rebalance-ms'],
  ],
  'task-error-metrics': [
    ...['total-record-failures', 'total-record-errors', 'total-records-skipped', 'total-retries'],
    ...['total-errors-logged', 'deadletterqueue-produce-requests', 'deadletterqueue-produce-failures'],
    'last-error-timestamp',
  ],
  'connect-coordinator-metrics': [
    ...['assigned-connectors', 'assigned-tasks', 'join-time-avg', 'join-time-max', 'join-rate', 'join-total'],
    ...['sync-time-avg', 'sync-time-max', 'sync-rate', 'sync-total', 'heartbeat-response-time-max'],
    ...['heartbeat-rate', 'heartbeat-total', 'last-heartbeat-seconds-ago', 'rebalance-latency-avg'],
    ...['rebalance-latency-max', 'rebalance-latency-total', 'rebalance-total', 'rebalance-rate-per-hour'],
    ...['failed-rebalance-total', 'failed-rebalance-rate-per-hour', 'last-rebalance-seconds-ago'],
  ],
};

/** Ours, beside the JVM's. */
const OURS = [
  'connector-task-metrics offset-commit-success-total',
  'connector-task-metrics offset-commit-failure-total',
  ...['connector-metrics', 'connector-task-metrics'].flatMap((group) => [
    `${group} auto-restart-attempts-total`,
    `${group} auto-restart-given-up`,
  ]),
];

const nameOf = ({ group, attribute }: { group: string; attribute: string }): string =>
  `${group} ${attribute}`;

describe('The table of attributes', () => {
  it("has each of the JVM's, or says why not", () => {
    const known = [...ATTRIBUTES, ...LEFT_OUT].map(nameOf);
    const jvm = Object.entries(JVM).flatMap(([group, all]) =>
      all.map((attribute) => nameOf({ group, attribute })),
    );
    expect([...known].sort()).toEqual([...jvm, ...OURS].sort());
    expect(LEFT_OUT.every(({ reason }) => reason !== '')).toBe(true);
  });

  it('gives each a Prometheus name of its own', () => {
    expect(new Set(ATTRIBUTES.map(({ name }) => name)).size).toBe(ATTRIBUTES.length);
    for (const { name } of ATTRIBUTES) {
      expect(name).toMatch(/^kafka_connect_[a-z]+(_[a-z]+)*$/);
    }
  });

  it.each([
    'kafka_connect_worker_connector_count',
    'kafka_connect_worker_task_count',
    'kafka_connect_worker_connector_running_task_count',
    'kafka_connect_worker_connector_failed_task_count',
    'kafka_connect_worker_connector_paused_task_count',
    'kafka_connect_worker_connector_unassigned_task_count',
    'kafka_connect_worker_connector_destroyed_task_count',
    'kafka_connect_worker_rebalance_rebalancing',
    'kafka_connect_coordinator_assigned_connectors',
    'kafka_connect_coordinator_assigned_tasks',
    'kafka_connect_connector_status',
    'kafka_connect_connector_connector_class',
    'kafka_connect_connector_connector_type',
    'kafka_connect_connector_connector_version',
    'kafka_connect_connector_task_status',
    'kafka_connect_task_error_total_record_failures',
  ])('has %s, which dashboards read', (name) => {
    expect(ATTRIBUTES.map((each) => each.name)).toContain(name);
  });

  it.each([
    ['source-record-poll-total', 'counter'],
    ['total-record-failures', 'counter'],
    ['running-ratio', 'gauge'],
    ['last-error-timestamp', 'gauge'],
    ['task-class', 'text'],
  ])('knows that %s is a %s', (attribute, kind) => {
    expect(ATTRIBUTES.find((each) => each.attribute === attribute)?.kind).toBe(kind);
  });
});

describe('Attributes of a group', () => {
  it('are families, with texts as labels; what is not known is left out', () => {
    const reading = (connector: string, rate: number) => ({
      labels: { connector, task: '0' },
      values: { 'task-class': 'T', 'batch-size-avg': rate },
    });
    const metrics = groupMetrics('connector-task-metrics', [reading('a', 1), reading('b', Number.NaN)]);
    expect(metrics).toEqual([
      {
        name: 'kafka_connect_connector_task_task_class',
        type: 'gauge',
        help: 'Class of the task',
        samples: [
          { labels: { connector: 'a', task: '0', task_class: 'T' }, value: 1 },
          { labels: { connector: 'b', task: '0', task_class: 'T' }, value: 1 },
        ],
      },
      {
        name: 'kafka_connect_connector_task_batch_size_avg',
        type: 'gauge',
        help: 'Mean number of records of a poll or put lately',
        samples: [{ labels: { connector: 'a', task: '0' }, value: 1 }],
      },
    ]);
  });

  it('must be in the table', () => {
    expect(() => groupMetrics('connector-metrics', [{ labels: {}, values: { mood: 1 } }])).toThrow(
      'Attribute mood of connector-metrics is not in the table of attributes',
    );
  });
});

it('states are in lower case, and counted by connector', () => {
  const task = (number: number, state: string) => ({ connector: 'c', task: number, state });
  const metrics = stateMetrics(
    [{ connector: 'c', task: null, state: 'RUNNING' }],
    [task(0, 'RUNNING'), task(1, 'FAILED'), task(2, 'RUNNING')],
  );
  const samples = new Map(metrics.map(({ name, samples: all }) => [name, all]));
  expect(samples.get('kafka_connect_connector_status')).toEqual([
    { labels: { connector: 'c', status: 'running' }, value: 1 },
  ]);
  expect(samples.get('kafka_connect_connector_task_status')?.[1]).toEqual({
    labels: { connector: 'c', task: '1', status: 'failed' },
    value: 1,
  });
  const counts = Object.fromEntries(
    ['total', 'running', 'failed', 'paused', 'restarting'].map((state) => [
      state,
      samples.get(`kafka_connect_worker_connector_${state}_task_count`)?.[0]?.value,
    ]),
  );
  expect(counts).toEqual({ total: 3, running: 2, failed: 1, paused: 0, restarting: 0 });
});
