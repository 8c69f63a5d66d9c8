import type { TargetState } from '@millrace/topic-stores';

/** As consoles sum a connector up: `HEALTHY` when all of it runs, `UNHEALTHY` when nothing does, `DEGRADED` in between. */
export const CONNECTOR_HEALTH = ['HEALTHY', 'DEGRADED', 'UNHEALTHY', 'PAUSED', 'STOPPED'] as const;
export type ConnectorHealth = (typeof CONNECTOR_HEALTH)[number];

/** `tasks` are the states of those that have one, `taskCount` how many there are to be. */
export function connectorHealth(
  targetState: TargetState,
  connector: string | null,
  tasks: readonly string[],
  taskCount: number,
): ConnectorHealth {
  const failed = tasks.filter((state) => state === 'FAILED').length;
  if (connector === 'FAILED' || (tasks.length > 0 && failed === tasks.length)) {
    return 'UNHEALTHY';
  }
  if (targetState !== 'STARTED' && failed === 0) {
    return targetState;
  }
  const running = tasks.filter((state) => state === 'RUNNING').length;
  if (connector === 'RUNNING' && taskCount > 0 && running >= taskCount) {
    return 'HEALTHY';
  }
  return running === 0 && failed === 0 ? 'UNHEALTHY' : 'DEGRADED';
}
