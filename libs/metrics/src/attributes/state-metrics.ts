import type { Metric } from '../prometheus-text.ts';
import { groupMetrics } from './group-metrics.ts';

/** The state of a connector (`task` null) or task, as Kafka Connect names it. */
export interface UnitState {
  readonly connector: string;
  readonly task: number | null;
  readonly state: string;
}

const COUNTED = ['running', 'paused', 'failed', 'unassigned', 'destroyed', 'restarting'] as const;

/** States of connectors and tasks in lower case, as dashboards ask for them, and the number of tasks in each state by connector. */
export function stateMetrics(
  connectors: readonly UnitState[],
  tasks: readonly UnitState[],
): readonly Metric[] {
  const byConnector = Map.groupBy(tasks, ({ connector }) => connector);
  return [
    ...groupMetrics(
      'connector-metrics',
      connectors.map(({ connector, state }) => ({
        labels: { connector },
        values: { status: state.toLowerCase() },
      })),
    ),
    ...groupMetrics(
      'connector-task-metrics',
      tasks.map(({ connector, task, state }) => ({
        labels: { connector, task: String(task) },
        values: { status: state.toLowerCase() },
      })),
    ),
    ...groupMetrics(
      'connect-worker-metrics',
      [...byConnector].map(([connector, own]) => ({ labels: { connector }, values: taskCounts(own) })),
    ),
  ];
}

function taskCounts(tasks: readonly UnitState[]): Record<string, number> {
  const counts: Record<string, number> = { 'connector-total-task-count': tasks.length };
  for (const state of COUNTED) {
    counts[`connector-${state}-task-count`] = tasks.filter(
      (task) => task.state.toLowerCase() === state,
    ).length;
  }
  return counts;
}
