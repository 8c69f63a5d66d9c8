import type { Worker } from '@millrace/runtime';
import type { StatusEntry } from '@millrace/topic-stores';
import type { Metric, Sample } from './prometheus-text.ts';

/**
 * What a worker knows of itself, under the names that existing dashboards read (the JVM's JMX beans as Prometheus's exporter prints
 * them; spec/runtime.md section 10).
 */
export function workerMetrics(worker: Worker): readonly Metric[] {
  const group = worker.group();
  const assigned = group?.assignment;
  const counts = worker.herder()?.counts() ?? { connectors: 0, tasks: 0 };
  return [
    gauge('kafka_connect_worker_connector_count', 'Connectors that run here', counts.connectors),
    gauge('kafka_connect_worker_task_count', 'Tasks that run here', counts.tasks),
    gauge(
      'kafka_connect_worker_rebalance_rebalancing',
      'Whether the worker is out of the group or joining it',
      worker.health().status === 'healthy' ? 0 : 1,
    ),
    gauge('kafka_connect_worker_rebalance_epoch', 'Generation of the group', group?.generation ?? -1),
    gauge(
      'kafka_connect_coordinator_assigned_connectors',
      'Connectors assigned to this worker',
      assigned?.connectors.length ?? 0,
    ),
    gauge(
      'kafka_connect_coordinator_assigned_tasks',
      'Tasks assigned to this worker',
      assigned?.tasks.length ?? 0,
    ),
    ...statusMetrics(worker),
    ...taskMetrics(worker),
    gauge('process_resident_memory_bytes', 'Memory of the main process', process.memoryUsage.rss()),
  ];
}

/** States of what is assigned here, as the status topic has them. */
function statusMetrics(worker: Worker): readonly Metric[] {
  const statuses = worker.statuses();
  const assignment = worker.herder()?.assignment() ?? { connectors: [], tasks: [] };
  const connectors = assignment.connectors.flatMap((name) => statuses?.connector(name) ?? []);
  const tasks = assignment.tasks.flatMap((id) => statuses?.task(id.connector, id.task) ?? []);
  const byConnector = Map.groupBy(tasks, (task) => task.connector);
  return [
    {
      name: 'kafka_connect_connector_status',
      type: 'gauge',
      help: 'State of each connector that is here, 1 for the one it is in',
      samples: connectors.map(stateSample),
    },
    {
      name: 'kafka_connect_connector_task_status',
      type: 'gauge',
      help: 'State of each task that is here, 1 for the one it is in',
      samples: tasks.map(stateSample),
    },
    ...(['RUNNING', 'FAILED', 'PAUSED', 'UNASSIGNED', 'RESTARTING'] as const).map((state): Metric => ({
      name: `kafka_connect_worker_connector_${state.toLowerCase()}_task_count`,
      type: 'gauge',
      help: `Tasks of each connector here that are ${state}`,
      samples: [...byConnector].map(([connector, own]) => ({
        labels: { connector },
        value: own.filter((task) => task.state === state).length,
      })),
    })),
  ];
}

function stateSample({ connector, task, state }: StatusEntry): Sample {
  const labels = { connector, ...(task === null ? {} : { task: String(task) }), status: state.toLowerCase() };
  return { labels, value: 1 };
}

/** The tasks' own counters: `source-record-poll-total` becomes `kafka_connect_source_task_source_record_poll_total`. */
function taskMetrics(worker: Worker): readonly Metric[] {
  const metrics = new Map<string, Sample[]>();
  for (const { connector, task, values } of worker.herder()?.taskMetrics() ?? []) {
    for (const [key, value] of Object.entries(values)) {
      const name = metricName(key);
      const samples = metrics.get(name) ?? [];
      samples.push({ labels: { connector, task: String(task) }, value });
      metrics.set(name, samples);
    }
  }
  return [...metrics].map(([name, samples]) => ({
    name,
    type: name.endsWith('_total') ? ('counter' as const) : ('gauge' as const),
    help: 'As the JMX attribute of this name',
    samples,
  }));
}

function metricName(key: string): string {
  const group = key.startsWith('source-')
    ? 'source_task'
    : key.startsWith('offset-')
      ? 'connector_task'
      : 'sink_task';
  return `kafka_connect_${group}_${key.replaceAll('-', '_')}`;
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, type: 'gauge', help, samples: [{ labels: {}, value }] };
}
