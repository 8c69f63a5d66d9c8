import {
  groupMetrics,
  stateMetrics,
  taskMetrics,
  type LabelledReading,
  type Metric,
  type MetricType,
} from '@millrace/metrics';
import type { Aggregator } from '../aggregator.ts';
import type { ClusterView } from '../cluster/cluster-view.ts';
import { connectorsNow, workersNow, type ConnectorNow } from '../cluster/describe.ts';

/**
 * The aggregator's own metrics, and those of the whole cluster under the names that dashboards know from its workers. What a worker
 * measures of a task has the worker as a label: it stands where a scrape of the worker itself would have its `instance`.
 */
export function clusterMetrics(aggregator: Aggregator): readonly Metric[] {
  const { staleMs, status } = aggregator.health();
  const { records, events } = aggregator;
  const own: readonly Metric[] = [
    single('millrace_status_records_total', 'counter', 'Records read since the start', records),
    single('millrace_status_events_total', 'counter', 'State transitions recorded since the start', events),
    single('millrace_status_stale_seconds', 'gauge', 'How old what is shown may be', staleMs / 1_000),
  ];
  return status === 'starting' ? own : [...own, ...seen(aggregator.view())];
}

function seen(view: ClusterView): readonly Metric[] {
  const connectors = connectorsNow(view);
  const readings = new Map(connectors.map((connector) => [connector.name, readingsOf(view, connector)]));
  const workers = workersNow(view);
  return [
    ...stateMetrics(
      connectors.map(({ name, status }) => ({
        connector: name,
        task: null,
        state: status?.state ?? 'UNASSIGNED',
      })),
      connectors.flatMap(({ tasks }) => tasks.map(([, status]) => status)),
    ),
    ...groupMetrics(
      'connector-metrics',
      connectors.map((connector) => ({
        labels: { connector: connector.name },
        values: textsOf(connector, readings.get(connector.name)?.[0]),
      })),
    ),
    ...taskMetrics([...readings.values()].flat()),
    ...groupMetrics(
      'connect-worker-metrics',
      workers.map(({ worker, connectors: own, tasks }) => ({
        labels: { worker },
        values: { 'connector-count': own.length, 'task-count': tasks.length },
      })),
    ),
    {
      name: 'millrace_worker_tasks',
      type: 'gauge',
      help: 'Tasks that each worker runs by its own last words',
      samples: workers.map(({ worker, tasks }) => ({ labels: { worker }, value: tasks.length })),
    },
  ];
}

/** What the workers that have the connector's tasks now told of them lately. */
function readingsOf(view: ClusterView, { name, tasks, stalls }: ConnectorNow): readonly LabelledReading[] {
  return tasks.flatMap(([task, { workerId }]) => {
    const reading = view.statuses.readings.of(workerId, name, task);
    return reading === null
      ? []
      : { ...reading, stalled: stalls.get(task) ?? null, labels: { worker: workerId } };
  });
}

/** No record tells what type a connector is of; what its tasks measure does. */
function textsOf(
  { config, status }: ConnectorNow,
  reading: LabelledReading | undefined,
): Readonly<Record<string, string>> {
  const type = reading === undefined ? null : 'sink-record-read-total' in reading.values ? 'sink' : 'source';
  return {
    ...(type === null ? {} : { 'connector-type': type }),
    ...(config.class === null ? {} : { 'connector-class': config.class }),
    ...(typeof status?.version === 'string' ? { 'connector-version': status.version } : {}),
  };
}

function single(name: string, type: MetricType, help: string, value: number): Metric {
  return { name, type, help, samples: [{ labels: {}, value }] };
}
