import type { ConnectorStateFields, ConnectorStateInfo } from '@millrace/rest';

/** What a restart of a connector concerns (KIP-745). */
export interface RestartScope {
  readonly includeTasks: boolean;
  readonly onlyFailed: boolean;
}

/** The status that a restart leads to: RESTARTING where it applies, all else as it is. */
export function plannedRestart(
  status: ConnectorStateInfo,
  { includeTasks, onlyFailed }: RestartScope,
): ConnectorStateInfo {
  const restarted = <S extends ConnectorStateFields>(part: S): S =>
    !onlyFailed || part.state === 'FAILED' ? { ...part, state: 'RESTARTING' } : part;
  const { name, connector, tasks, type } = status;
  return {
    name,
    connector: restarted(connector),
    tasks: includeTasks ? tasks.map(restarted) : tasks,
    type,
  };
}
