import type { ClusterConfigState } from '@millrace/topic-stores';
import { connectorsAndTasks, minus, union, unitsOf } from '../assignor/units.ts';
import { ASSIGNMENT_ERROR_NONE, NOTHING, type ConnectorsAndTasks, type WorkerAssignment } from '../types.ts';

export function isNothing({ connectors, tasks }: ConnectorsAndTasks): boolean {
  return connectors.length === 0 && tasks.length === 0;
}

/**
 * What a member has after a round of the incremental protocol: what it had, less what was revoked, and what is new. The rest is
 * the message's; an answer with an error changes nothing.
 */
export function mergeAssignment(
  current: WorkerAssignment | null,
  message: WorkerAssignment,
): WorkerAssignment | null {
  if (message.error !== ASSIGNMENT_ERROR_NONE) {
    return current;
  }
  const kept = minus(unitsOf(current?.assigned ?? NOTHING), unitsOf(message.revoked));
  return {
    ...message,
    assigned: connectorsAndTasks(union(kept, unitsOf(message.assigned))),
    revoked: NOTHING,
  };
}

/** Takes units out of an assignment. */
export function without(assignment: WorkerAssignment, units: ConnectorsAndTasks): WorkerAssignment {
  return { ...assignment, assigned: connectorsAndTasks(minus(unitsOf(assignment.assigned), unitsOf(units))) };
}

/** Connectors and tasks of an assignment that the config topic does not know. */
export function unknownUnits({ assigned }: WorkerAssignment, config: ClusterConfigState): ConnectorsAndTasks {
  return {
    connectors: assigned.connectors.filter((connector) => !config.contains(connector)),
    tasks: assigned.tasks.filter(
      ({ connector, task }) => !config.tasks(connector).some((id) => id.task === task),
    ),
  };
}
