import {
  groupMetrics,
  stateMetrics,
  taskMetrics,
  type AttributeGroup,
  type GroupReading,
  type Metric,
} from '@millrace/metrics';
import type { Worker } from '@millrace/runtime';
import { descriptionMetrics } from './description-metrics.ts';

/**
 * What a worker knows of itself, under the names that existing dashboards read (the JVM's JMX beans as Prometheus's exporter prints
 * them; spec/runtime.md section 10). Attributes that it does not measure are in `LEFT_OUT` of `@millrace/metrics`.
 */
export function workerMetrics(worker: Worker): readonly Metric[] {
  return [
    ...own('connect-worker-metrics', {
      'connector-count': worker.herder()?.counts().connectors ?? 0,
      'task-count': worker.herder()?.counts().tasks ?? 0,
      ...worker.herder()?.startups(),
    }),
    ...own('connect-worker-rebalance-metrics', rebalances(worker)),
    ...own('connect-coordinator-metrics', {
      'assigned-connectors': worker.group()?.assignment.connectors.length ?? 0,
      'assigned-tasks': worker.group()?.assignment.tasks.length ?? 0,
      ...worker.rebalances()?.coordinator(),
    }),
    ...unitMetrics(worker),
    ...descriptionMetrics(worker.herder()?.taskDescriptions() ?? []),
    ...taskMetrics(worker.herder()?.taskMetrics() ?? []),
    ...restartMetrics(worker),
    {
      name: 'process_resident_memory_bytes',
      type: 'gauge',
      help: 'Memory of the main process',
      samples: [{ labels: {}, value: process.memoryUsage.rss() }],
    },
  ];
}

function own(group: AttributeGroup, values: GroupReading['values']): readonly Metric[] {
  return groupMetrics(group, [{ labels: {}, values }]);
}

function rebalances(worker: Worker): GroupReading['values'] {
  const group = worker.group();
  const measures = worker.rebalances();
  const healthy = worker.health().status === 'healthy';
  return {
    epoch: group?.generation ?? -1,
    rebalancing: healthy && measures?.rebalancing !== true ? 0 : 1,
    ...measures?.rebalances(),
    // Not known before the first round.
    ...(group?.protocol == null ? {} : { 'connect-protocol': group.protocol }),
    ...(group?.leaderUrl == null ? {} : { 'leader-name': group.leaderUrl }),
  };
}

/** States of what is assigned here, as the status topic has them, and what the connectors are. */
function unitMetrics(worker: Worker): readonly Metric[] {
  const statuses = worker.statuses();
  const assignment = worker.herder()?.assignment() ?? { connectors: [], tasks: [] };
  const connectors = assignment.connectors.flatMap((name) => statuses?.connector(name) ?? []);
  const tasks = assignment.tasks.flatMap((id) => statuses?.task(id.connector, id.task) ?? []);
  return [
    ...stateMetrics(connectors, tasks),
    ...groupMetrics(
      'connector-metrics',
      connectors.map(({ connector, version }) => {
        const plugin = worker.connectorPlugin(connector);
        return {
          labels: { connector },
          values: {
            ...(plugin === null ? {} : { 'connector-class': plugin.class, 'connector-type': plugin.type }),
            ...(version === null ? {} : { 'connector-version': version }),
          },
        };
      }),
    ),
  ];
}

/** Ours: automatic restarts of connectors and tasks. */
function restartMetrics(worker: Worker): readonly Metric[] {
  const counts = worker.herder()?.restartCounts() ?? [];
  const readings = (group: 'connector' | 'task'): readonly GroupReading[] =>
    counts.flatMap(({ connector, task, attempts, givenUp }) =>
      (task === null) === (group === 'connector')
        ? [
            {
              labels: { connector, ...(task === null ? {} : { task: String(task) }) },
              values: { 'auto-restart-attempts-total': attempts, 'auto-restart-given-up': givenUp ? 1 : 0 },
            },
          ]
        : [],
    );
  return [
    ...groupMetrics('connector-metrics', readings('connector')),
    ...groupMetrics('connector-task-metrics', readings('task')),
  ];
}
