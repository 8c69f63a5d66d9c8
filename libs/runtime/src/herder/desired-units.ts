import type { Props } from '@millrace/connect-api';
import type { ConnectorsAndTasks } from '@millrace/rebalance';
import type { ClusterConfigState, TargetState } from '@millrace/topic-stores';
import { unitKey } from '../host/messages.ts';

/** How a connector or task should run; another `revision` means: stop it and start it anew. */
export interface UnitSpec {
  readonly connector: string;
  readonly task: number | null;
  readonly revision: string;
  readonly targetState: TargetState;
  readonly connectorConfig: Props;
  readonly taskConfig: Props | null;
}

/**
 * What this worker should run: of its assignment, that for which the config topic has a configuration. Tasks of the
 * connectors in `held` are left out: their configurations changed, and they start again after the next rebalance only.
 */
export function desiredUnits(
  assignment: ConnectorsAndTasks,
  state: ClusterConfigState,
  held: ReadonlySet<string>,
): Map<string, UnitSpec> {
  const units = new Map<string, UnitSpec>();
  for (const connector of assignment.connectors) {
    const connectorConfig = state.connectorConfig(connector);
    if (connectorConfig !== undefined) {
      const spec: UnitSpec = {
        connector,
        task: null,
        revision: String(state.revision(connector)),
        targetState: state.targetState(connector) ?? 'STARTED',
        connectorConfig,
        taskConfig: null,
      };
      units.set(unitKey(spec), spec);
    }
  }
  for (const id of assignment.tasks) {
    const connectorConfig = state.connectorConfig(id.connector);
    const taskConfig = state.taskConfig(id);
    const exists = id.task < state.taskCount(id.connector) && !state.inconsistent(id.connector);
    if (connectorConfig !== undefined && taskConfig !== undefined && exists && !held.has(id.connector)) {
      const spec: UnitSpec = {
        connector: id.connector,
        task: id.task,
        revision: String(state.taskConfigGeneration(id.connector)),
        targetState: state.targetState(id.connector) ?? 'STARTED',
        connectorConfig: state.appliedConnectorConfig(id.connector) ?? connectorConfig,
        taskConfig,
      };
      units.set(unitKey(spec), spec);
    }
  }
  return units;
}
