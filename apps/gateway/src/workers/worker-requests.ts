import {
  BodyTooLargeError,
  OperationFailedError,
  RequestTimedOutError,
  BadRequestError,
  NotFoundError,
  ConflictError,
} from '@millrace/rest';

/** A request to a worker, through the status topic (design section 4). */
export interface WorkerRequest {
  readonly op: 'restart-task' | 'validate' | 'preview' | 'alter-offsets' | 'set-logger-level';
  /** `owner:<connector>-<task>`, `owner:<connector>`, `worker:<id>` or `plugin:<class>`. */
  readonly to: string;
  readonly args: unknown;
  /** The config offset that the worker must have read. */
  readonly after?: number;
  readonly timeoutMs: number;
}

export interface WorkerAnswer {
  readonly worker: string;
  /** An HTTP status. */
  readonly code: number;
  readonly body: unknown;
}

/** What asks workers; null: nobody answered in time. */
export interface WorkerAsker {
  ask(request: WorkerRequest): Promise<WorkerAnswer | null>;
}

/** Throws what an answer says, when it is an error. */
export function requireSuccess(answer: WorkerAnswer): WorkerAnswer {
  if (answer.code < 400) {
    return answer;
  }
  const message = messageOf(answer);
  switch (answer.code) {
    case 400:
      throw new BadRequestError(message);
    case 404:
      throw new NotFoundError(message);
    case 409:
      throw new ConflictError(message);
    case 413:
      throw new BodyTooLargeError(message);
    default:
      throw new OperationFailedError(message);
  }
}

/** Nobody answered. */
export function nobodyAnswered(what: string, timeoutMs: number): RequestTimedOutError {
  return new RequestTimedOutError(
    `${what}: no worker answered within ${timeoutMs} ms. Are workers of this group running?`,
  );
}

function messageOf({ body, worker, code }: WorkerAnswer): string {
  if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string') {
    return body.message;
  }
  return typeof body === 'string' ? body : `Worker ${worker} answered ${code}`;
}
