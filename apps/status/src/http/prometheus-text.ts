import type { Aggregator } from '../aggregator.ts';
import type { ClusterView } from '../cluster/cluster-view.ts';
import { connectorsNow, workersNow } from '../cluster/describe.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Metric {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Metrics in Prometheus's text format; the names of connector and task states are those that dashboards know. */
export function prometheusText(aggregator: Aggregator): string {
  const { staleMs, status } = aggregator.health();
  const { records, events } = aggregator;
  const own: readonly Metric[] = [
    single('millrace_status_records_total', 'counter', 'Records read since the start', records),
    single('millrace_status_events_total', 'counter', 'State transitions recorded since the start', events),
    single('millrace_status_stale_seconds', 'gauge', 'How old what is shown may be', staleMs / 1_000),
  ];
  const seen = status === 'starting' ? [] : clusterMetrics(aggregator.view());
  return [...own, ...seen].map(format).join('');
}

function clusterMetrics(view: ClusterView): readonly Metric[] {
  const connectors = connectorsNow(view);
  return [
    {
      name: 'kafka_connect_connector_status',
      type: 'gauge',
      help: 'State of each connector, 1 for the one it is in',
      samples: connectors.map(({ name, status }) => ({
        labels: { connector: name, status: (status?.state ?? 'UNASSIGNED').toLowerCase() },
        value: 1,
      })),
    },
    {
      name: 'kafka_connect_connector_task_status',
      type: 'gauge',
      help: 'State of each task, 1 for the one it is in',
      samples: connectors.flatMap(({ name, tasks }) =>
        tasks.map(([task, { state }]) => ({
          labels: { connector: name, task: String(task), status: state.toLowerCase() },
          value: 1,
        })),
      ),
    },
    {
      name: 'millrace_worker_tasks',
      type: 'gauge',
      help: 'Tasks that each worker runs by its own last words',
      samples: workersNow(view).map(({ worker, tasks }) => ({ labels: { worker }, value: tasks.length })),
    },
  ];
}

function single(name: string, type: Metric['type'], help: string, value: number): Metric {
  return { name, type, help, samples: [{ labels: {}, value }] };
}

function format({ name, type, help, samples }: Metric): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
