import { jmxName, type Attribute, type AttributeGroup } from './attribute.ts';

type Row = readonly [attribute: string, help: string];

/** Rows whose names end in `-total` count up, the others may go either way. */
function numbers(group: AttributeGroup, rows: readonly Row[]): readonly Attribute[] {
  return rows.map(([attribute, help]) => ({
    group,
    attribute,
    name: jmxName(group, attribute),
    kind: attribute.endsWith('-total') ? 'counter' : 'gauge',
    help,
  }));
}

function counters(group: AttributeGroup, rows: readonly Row[]): readonly Attribute[] {
  return numbers(group, rows).map((attribute) => ({ ...attribute, kind: 'counter' }));
}

function texts(group: AttributeGroup, rows: readonly Row[]): readonly Attribute[] {
  return numbers(group, rows).map((attribute) => ({ ...attribute, kind: 'text' }));
}

/** Everything that is shown: the JVM's attributes (spec/runtime.md section 10), and ours, which are marked. */
export const ATTRIBUTES: readonly Attribute[] = [
  ...texts('connector-metrics', [
    ['status', 'State of the connector'],
    ['connector-type', 'source or sink'],
    ['connector-class', 'Class of the connector'],
    ['connector-version', 'Version of the connector'],
  ]),
  // Ours.
  ...numbers('connector-metrics', [
    ['auto-restart-attempts-total', 'Automatic restarts of the connector'],
    ['auto-restart-given-up', 'Whether the connector is FAILED and is not restarted automatically any more'],
  ]),
  ...texts('connector-task-metrics', [
    ['status', 'State of the task'],
    ['connector-class', "Class of the task's connector"],
    ['connector-version', "Version of the task's connector"],
    ['connector-type', 'source or sink'],
    ['task-class', 'Class of the task'],
    ['task-version', 'Version of the task'],
    ['key-converter-class', 'Class of the converter of keys'],
    ['key-converter-version', 'Version of the converter of keys'],
    ['value-converter-class', 'Class of the converter of values'],
    ['value-converter-version', 'Version of the converter of values'],
    ['header-converter-class', 'Class of the converter of headers'],
    ['header-converter-version', 'Version of the converter of headers'],
  ]),
  ...numbers('connector-task-metrics', [
    ['running-ratio', 'Share of its life that the task was RUNNING, from 0 to 1'],
    ['pause-ratio', 'Share of its life that the task was PAUSED, from 0 to 1'],
    ['offset-commit-max-time-ms', 'Longest commit of offsets lately, in milliseconds'],
    ['offset-commit-avg-time-ms', 'Mean time of a commit of offsets lately, in milliseconds'],
    ['offset-commit-success-percentage', 'Share of commits of offsets that succeeded lately, from 0 to 1'],
    ['offset-commit-failure-percentage', 'Share of commits of offsets that failed lately, from 0 to 1'],
    ['batch-size-max', 'Most records of one poll or put lately'],
    ['batch-size-avg', 'Mean number of records of a poll or put lately'],
    // Ours.
    ['offset-commit-success-total', 'Commits of offsets that succeeded'],
    ['offset-commit-failure-total', 'Commits of offsets that failed'],
    ['auto-restart-attempts-total', 'Automatic restarts of the task'],
    ['auto-restart-given-up', 'Whether the task is FAILED and is not restarted automatically any more'],
  ]),
  ...texts('connector-transform-metrics', [
    ['transform-class', 'Class of the transform'],
    ['transform-version', 'Version of the transform'],
  ]),
  ...texts('connector-predicate-metrics', [
    ['predicate-class', 'Class of the predicate'],
    ['predicate-version', 'Version of the predicate'],
  ]),
  ...numbers('source-task-metrics', [
    ['source-record-poll-rate', 'Records that the task gave, before transforms, per second'],
    ['source-record-poll-total', 'Records that the task gave, before transforms'],
    ['source-record-write-rate', 'Records that were written to Kafka, per second'],
    ['source-record-write-total', 'Records that were written to Kafka'],
    ['poll-batch-max-time-ms', 'Longest poll lately that gave records, in milliseconds'],
    ['poll-batch-avg-time-ms', 'Mean time of a poll that gave records lately, in milliseconds'],
    ['source-record-active-count', 'Records that Kafka has not acknowledged yet'],
    ['source-record-active-count-max', 'Most records that were not acknowledged lately'],
    ['source-record-active-count-avg', 'Mean number of records that were not acknowledged lately'],
  ]),
  ...numbers('sink-task-metrics', [
    ['sink-record-read-rate', 'Records that were read from Kafka, before transforms, per second'],
    ['sink-record-read-total', 'Records that were read from Kafka, before transforms'],
    ['sink-record-send-rate', 'Records that the task was given, per second'],
    ['sink-record-send-total', 'Records that the task was given'],
    ['sink-record-lag-max', 'Most records of one partition that the task was not given yet'],
    ['partition-count', 'Partitions assigned to the task'],
    ['offset-commit-seq-no', 'Number of the last commit of offsets'],
    ['offset-commit-completion-rate', 'Commits of offsets that were completed, per second'],
    ['offset-commit-completion-total', 'Commits of offsets that were completed'],
    ['offset-commit-skip-rate', 'Commits of offsets that were answered too late to count, per second'],
    ['offset-commit-skip-total', 'Commits of offsets that were answered too late to count'],
    ['put-batch-max-time-ms', 'Longest put lately, in milliseconds'],
    ['put-batch-avg-time-ms', 'Mean time of a put lately, in milliseconds'],
    ['sink-record-active-count', 'Records that were read and whose offsets are not committed yet'],
    ['sink-record-active-count-max', 'Most records lately that were read and not committed'],
    ['sink-record-active-count-avg', 'Mean number of records lately that were read and not committed'],
  ]),
  ...numbers('connect-worker-metrics', [
    ['connector-count', 'Connectors that run here'],
    ['task-count', 'Tasks that run here'],
    ['connector-startup-attempts-total', 'Starts of connectors that came to an end'],
    ['connector-startup-success-total', 'Starts of connectors that succeeded'],
    [
      'connector-startup-success-percentage',
      'Share of starts of connectors that succeeded lately, from 0 to 1',
    ],
    ['connector-startup-failure-total', 'Starts of connectors that failed'],
    ['connector-startup-failure-percentage', 'Share of starts of connectors that failed lately, from 0 to 1'],
    ['task-startup-attempts-total', 'Starts of tasks that came to an end'],
    ['task-startup-success-total', 'Starts of tasks that succeeded'],
    ['task-startup-success-percentage', 'Share of starts of tasks that succeeded lately, from 0 to 1'],
    ['task-startup-failure-total', 'Starts of tasks that failed'],
    ['task-startup-failure-percentage', 'Share of starts of tasks that failed lately, from 0 to 1'],
    ['connector-total-task-count', 'Tasks of the connector'],
    ['connector-running-task-count', 'Tasks of the connector that are RUNNING'],
    ['connector-paused-task-count', 'Tasks of the connector that are PAUSED'],
    ['connector-failed-task-count', 'Tasks of the connector that are FAILED'],
    ['connector-unassigned-task-count', 'Tasks of the connector that are UNASSIGNED'],
    ['connector-destroyed-task-count', 'Tasks of the connector that are DESTROYED'],
    ['connector-restarting-task-count', 'Tasks of the connector that are RESTARTING'],
  ]),
  ...texts('connect-worker-rebalance-metrics', [
    ['connect-protocol', 'Protocol that the group agreed upon'],
    ['leader-name', "URL of the group's leader"],
  ]),
  ...numbers('connect-worker-rebalance-metrics', [
    ['epoch', 'Generation of the group'],
    ['completed-rebalances-total', 'Rebalances that this worker completed'],
    ['rebalancing', 'Whether the worker is out of the group or joining it'],
    ['rebalance-max-time-ms', 'Longest rebalance lately, in milliseconds'],
    ['rebalance-avg-time-ms', 'Mean time of a rebalance lately, in milliseconds'],
    ['time-since-last-rebalance-ms', 'Milliseconds since the last rebalance was completed'],
  ]),
  ...counters('task-error-metrics', [
    ['total-record-failures', 'Failures in processing records, those that were tried again included'],
    ['total-record-errors', 'Records that could not be processed'],
    ['total-records-skipped', 'Records that were left out because of errors'],
    ['total-retries', 'Operations that were tried again'],
    ['total-errors-logged', 'Errors that were logged'],
    ['deadletterqueue-produce-requests', 'Records that were to be written to the dead letter queue'],
    ['deadletterqueue-produce-failures', 'Records that could not be written to the dead letter queue'],
  ]),
  ...numbers('task-error-metrics', [
    ['last-error-timestamp', 'When the task last met an error, in milliseconds since the epoch; 0: never'],
  ]),
  ...numbers('connect-coordinator-metrics', [
    ['assigned-connectors', 'Connectors assigned to this worker'],
    ['assigned-tasks', 'Tasks assigned to this worker'],
    ['join-rate', 'Rounds of the group that this worker joined, per second'],
    ['join-total', 'Rounds of the group that this worker joined'],
    ['heartbeat-rate', 'Heartbeats that were answered, per second'],
    ['heartbeat-total', 'Heartbeats that were answered'],
    ['last-heartbeat-seconds-ago', 'Seconds since a heartbeat was last answered'],
    ['rebalance-total', 'Rebalances that this worker completed'],
    ['rebalance-rate-per-hour', 'Rebalances that this worker completed lately, per hour'],
    ['rebalance-latency-avg', 'Mean time of a rebalance lately, in milliseconds'],
    ['rebalance-latency-max', 'Longest rebalance lately, in milliseconds'],
    ['rebalance-latency-total', 'Time that all rebalances took, in milliseconds'],
    ['last-rebalance-seconds-ago', 'Seconds since the last rebalance was completed'],
  ]),
];

/** Attributes of the JVM that are not shown, and why. */
export const LEFT_OUT: readonly {
  readonly group: AttributeGroup;
  readonly attribute: string;
  readonly reason: string;
}[] = [
  ...['transaction-size-min', 'transaction-size-max', 'transaction-size-avg'].map((attribute) => ({
    group: 'source-task-metrics' as const,
    attribute,
    reason: 'there are no transactions without exactly-once delivery, and the JVM shows NaN then',
  })),
  ...[
    'join-time-avg',
    'join-time-max',
    'sync-rate',
    'sync-total',
    'sync-time-avg',
    'sync-time-max',
    'heartbeat-response-time-max',
    'failed-rebalance-total',
    'failed-rebalance-rate-per-hour',
  ].map((attribute) => ({
    group: 'connect-coordinator-metrics' as const,
    attribute,
    reason: 'single requests of the group protocol are not measured; rebalances are, from end to end',
  })),
];

const BY_NAME: ReadonlyMap<string, Attribute> = new Map(
  ATTRIBUTES.map((each) => [`${each.group} ${each.attribute}`, each]),
);

/** The attribute in the first of these groups that has it. */
export function attributeNamed(groups: readonly AttributeGroup[], attribute: string): Attribute | undefined {
  for (const group of groups) {
    const found = BY_NAME.get(`${group} ${attribute}`);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
