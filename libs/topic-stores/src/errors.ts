import { ConnectError } from '@millrace/connect-api';

/** A write's precondition: the connector must exist, and does not. */
export class ConnectorNotFoundError extends ConnectError {
  override readonly code = 'CONNECTOR_NOT_FOUND';
  readonly connector: string;
  constructor(connector: string) {
    super(`Connector ${connector} not found`);
    this.connector = connector;
  }
}

/** A write's precondition: the connector must not exist, and does. */
export class ConnectorExistsError extends ConnectError {
  override readonly code = 'CONNECTOR_EXISTS';
  readonly connector: string;
  constructor(connector: string) {
    super(`Connector ${connector} already exists`);
    this.connector = connector;
  }
}

/** A write's precondition: the config's revision is not (or is) the one named. */
export class RevisionMismatchError extends ConnectError {
  override readonly code = 'REVISION_MISMATCH';
  readonly connector: string;
  readonly revision: number | undefined;
  constructor(connector: string, revision: number | undefined) {
    super(
      `The configuration of connector ${connector} is at revision ${revision === undefined ? 'none' : String(revision)}, which the request's condition excludes`,
    );
    this.connector = connector;
    this.revision = revision;
  }
}

/** A write's precondition: the connector must have been stopped all the time, and was resumed, if only for a while. */
export class ConnectorNotStoppedError extends ConnectError {
  override readonly code = 'CONNECTOR_NOT_STOPPED';
  readonly connector: string;
  constructor(connector: string) {
    super(`Connector ${connector} was resumed`);
    this.connector = connector;
  }
}

/** Task configs were computed from a connector config that is no longer the newest, or the connector is not STARTED. */
export class StaleTaskConfigsError extends ConnectError {
  override readonly code = 'STALE_TASK_CONFIGS';
}

/** The topic could not be read or written in time. */
export class StoreTimeoutError extends ConnectError {
  override readonly code = 'STORE_TIMEOUT';
  override readonly retriable = true;
}

/** No worker answered a request in time: there may be none that it is for, or it is still at it, or it died. */
export class RequestTimeoutError extends ConnectError {
  override readonly code = 'REQUEST_TIMEOUT';
  override readonly retriable = true;
  readonly op: string;
  readonly to: string;
  constructor(op: string, to: string, timeoutMs: number) {
    super(`No worker answered the request '${op}' to ${to} within ${timeoutMs} ms`);
    this.op = op;
    this.to = to;
  }
}

/** An internal topic exists and is not what it must be; the message says how to mend it. */
export class TopicCheckError extends ConnectError {
  override readonly code = 'TOPIC_CHECK';
}
