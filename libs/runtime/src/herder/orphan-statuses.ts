import type { ClusterConfigState, StatusBackingStore, StatusEntry } from '@millrace/topic-stores';

/** Statuses of connectors and tasks that the config topic does not have (any more). */
export function orphanStatuses(
  statuses: Pick<StatusBackingStore, 'connectors' | 'connector' | 'tasks'>,
  state: ClusterConfigState,
): readonly StatusEntry[] {
  return statuses.connectors().flatMap((connector) => {
    const exists = state.contains(connector);
    const taskCount = state.taskCount(connector);
    // An inconsistent connector's tasks are counted as none, but they may be written again any moment.
    const known = exists && state.inconsistent(connector);
    return [statuses.connector(connector), ...statuses.tasks(connector)].filter(
      (entry) =>
        entry !== undefined && !known && (!exists || (entry.task !== null && entry.task >= taskCount)),
    ) as StatusEntry[];
  });
}
