import type {
  ConnectorStateFields,
  ConnectorStateInfo,
  ConnectorType,
  TaskStateFields,
} from '@millrace/rest';
import type { ConnectorTaskId, StatusEntry } from '@millrace/topic-stores';

/** What a status answer is made of. */
export interface KnownStatus {
  readonly name: string;
  readonly type: ConnectorType;
  /** Undefined while no worker has written one. */
  readonly connector: StatusEntry | undefined;
  /** The tasks that the config topic has; others are on their way out, and not shown. */
  readonly tasks: readonly ConnectorTaskId[];
  readonly statusOf: (task: number) => StatusEntry | undefined;
}

/**
 * The status of a connector (spec/rest.md section 3). What nobody has taken yet is UNASSIGNED, so that a connector is never half
 * there for clients that look at it right after they made it.
 */
export function stateInfo({ name, type, connector, tasks, statusOf }: KnownStatus): ConnectorStateInfo {
  return {
    name,
    connector: connectorState(connector),
    tasks: tasks.map(({ task }) => taskState(task, statusOf(task))),
    type,
  };
}

export function taskState(task: number, status: StatusEntry | undefined): TaskStateFields {
  return { id: task, ...connectorState(status) };
}

function connectorState(status: StatusEntry | undefined): ConnectorStateFields {
  return status === undefined
    ? { state: 'UNASSIGNED', worker_id: '', version: null }
    : {
        state: status.state,
        worker_id: status.workerId,
        version: status.version,
        ...(status.trace === null ? {} : { trace: status.trace }),
      };
}
