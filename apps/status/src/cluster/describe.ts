import type { ClusterView } from './cluster-view.ts';
import type { ConnectorConfig } from './config-view.ts';
import { connectorHealth, type ConnectorHealth } from './connector-health.ts';
import type { StatusNow, WorkerNow } from './status-view.ts';

/** All that is known of a connector now. */
export interface ConnectorNow {
  readonly name: string;
  readonly config: ConnectorConfig;
  /** null where no worker has written one. */
  readonly status: StatusNow | null;
  /** Those that have a status and a configuration, by number. */
  readonly tasks: readonly (readonly [number, StatusNow])[];
  readonly topics: readonly string[];
  /** Why tasks do not move though they are RUNNING, by number. */
  readonly stalls: ReadonlyMap<number, string>;
  readonly health: ConnectorHealth;
}

/** A worker, with what it runs by its own last words. */
export interface WorkerLoad extends WorkerNow {
  readonly worker: string;
  readonly connectors: readonly string[];
  readonly tasks: readonly { readonly connector: string; readonly task: number }[];
}

/** Connectors that have a configuration, by name; what else the status topic holds is left over from deleted ones. */
export function connectorsNow(view: ClusterView): readonly ConnectorNow[] {
  return [...view.configs.connectors()]
    .sort()
    .map((name) => connectorNow(view, name))
    .filter((connector) => connector !== null);
}

/** A connector that has a configuration; null for any other name. */
export function connectorNow(view: ClusterView, name: string): ConnectorNow | null {
  const config = view.configs.connector(name);
  if (config === null) {
    return null;
  }
  const status = view.statuses.connector(name);
  const tasks = view.statuses.tasks(name).filter(([task]) => task < config.taskCount);
  const states = tasks.map(([, { state }]) => state);
  const stalls = stallsOf(view, tasks);
  const health = connectorHealth(config.targetState, status?.state ?? null, states, config.taskCount);
  return {
    name,
    config,
    status,
    tasks,
    topics: view.statuses.topics(name),
    stalls,
    // What runs and does not move is not well, whatever its state says.
    health: health === 'HEALTHY' && stalls.size > 0 ? 'DEGRADED' : health,
  };
}

function stallsOf(view: ClusterView, tasks: ConnectorNow['tasks']): ReadonlyMap<number, string> {
  return new Map(
    tasks.flatMap(([number, { connector, state, workerId }]): readonly [number, string][] => {
      const stalled = view.statuses.readings.of(workerId, connector, number)?.stalled ?? null;
      return stalled === null || state !== 'RUNNING' ? [] : [[number, stalled]];
    }),
  );
}

/** Workers that say that they are there, or that the status of a connector or task names. */
export function workersNow(view: ClusterView): readonly WorkerLoad[] {
  const connectors = new Map<string, string[]>();
  const tasks = new Map<string, { connector: string; task: number }[]>();
  for (const { name, status, tasks: owned } of connectorsNow(view)) {
    if (status !== null) {
      connectors.set(status.workerId, [...(connectors.get(status.workerId) ?? []), name]);
    }
    for (const [task, { workerId }] of owned) {
      tasks.set(workerId, [...(tasks.get(workerId) ?? []), { connector: name, task }]);
    }
  }
  return [...view.statuses.workers()]
    .map(([worker, now]) => ({
      ...now,
      worker,
      connectors: connectors.get(worker) ?? [],
      tasks: tasks.get(worker) ?? [],
    }))
    .filter((load) => load.presence !== null || load.connectors.length > 0 || load.tasks.length > 0)
    .sort((a, b) => (a.worker < b.worker ? -1 : 1));
}
