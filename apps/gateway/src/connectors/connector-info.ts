import type { ConnectorInfo, ConnectorType, TaskInfo } from '@millrace/rest';
import type { ClusterConfigState } from '@millrace/topic-stores';
import type { ConfigMask } from './config-mask.ts';

/** What kind of connector a class is, as far as is known. */
export type TypeOf = (connectorClass: string | null | undefined) => ConnectorType;

/** A connector as `GET /connectors/{c}` answers it; undefined when it has no configuration. */
export function connectorInfo(
  state: ClusterConfigState,
  name: string,
  typeOf: TypeOf,
): ConnectorInfo | undefined {
  const config = state.connectorConfig(name);
  return config === undefined
    ? undefined
    : { name, config, tasks: state.tasks(name), type: typeOf(config['connector.class']) };
}

/** The tasks of a connector with their configurations. */
export function taskInfos(state: ClusterConfigState, name: string): readonly TaskInfo[] {
  return state.tasks(name).map((id) => ({ id, config: state.taskConfig(id) ?? {} }));
}

/** A connector whose configuration is fit to be answered. */
export async function masked(
  { name, config, tasks, type }: ConnectorInfo,
  mask: ConfigMask,
): Promise<ConnectorInfo> {
  return { name, config: await mask.shown(config), tasks, type };
}
