import { ConnectError } from '@millrace/connect-api';

/**
 * The group has a member that this worker cannot work beside: a worker of the JVM, an eager one, or one of another protocol
 * type. Ends the coordinator; the group goes on without this worker.
 */
export class ForeignMemberError extends ConnectError {
  override readonly code = 'FOREIGN_MEMBER';
  readonly groupId: string;

  constructor(groupId: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.groupId = groupId;
  }
}

/** Another process has taken over this worker's id. Ends the coordinator for good: the process should end too. */
export class WorkerReplacedError extends ConnectError {
  override readonly code = 'WORKER_REPLACED';
  readonly workerId: string;

  constructor(workerId: string) {
    super(
      `Another process has taken over the worker id ${workerId}; this one stops. Every worker needs an id of its own`,
    );
    this.workerId = workerId;
  }
}

/** A live worker already has this worker's id, and does not give it up. Ends the coordinator before it has joined. */
export class WorkerIdInUseError extends ConnectError {
  override readonly code = 'WORKER_ID_IN_USE';
  readonly workerId: string;

  constructor(workerId: string, clientHost: string) {
    super(
      `The worker id ${workerId} is in use by a live worker at ${clientHost}; set worker.id (or rest.advertised.host.name and rest.advertised.port) to something else`,
    );
    this.workerId = workerId;
  }
}

/** The config topic could not be read up to what the group has agreed on, however often it was tried. */
export class ConfigUnreadableError extends ConnectError {
  override readonly code = 'CONFIG_UNREADABLE';
  override readonly retriable = true;
}
