import { ConnectError, type ConnectErrorOptions } from '@millrace/connect-api';

/** An error that is answered over REST as `{error_code, message}` with `status` (spec/rest.md section 1). */
export abstract class RestError extends ConnectError {
  abstract readonly status: number;
}

/** 400: what was asked for makes no sense, or a configuration is invalid. */
export class BadRequestError extends RestError {
  override readonly code = 'BAD_REQUEST';
  readonly status = 400;
}

/** 403: a feature that the configuration turns off. */
export class ForbiddenError extends RestError {
  override readonly code = 'FORBIDDEN';
  readonly status = 403;
}

/** 404: there is no such connector, task, status, plugin, logger or worker. */
export class NotFoundError extends RestError {
  override readonly code = 'NOT_FOUND';
  readonly status = 404;
}

/** 409: the state of the connector does not allow it. */
export class ConflictError extends RestError {
  override readonly code = 'CONFLICT';
  readonly status = 409;
}

/** 412: the condition of `If-Match` or `If-None-Match` does not hold. */
export class PreconditionFailedError extends RestError {
  override readonly code = 'PRECONDITION_FAILED';
  readonly status = 412;
}

/** 413: the body is larger than any configuration that a topic could hold. */
export class BodyTooLargeError extends RestError {
  override readonly code = 'BODY_TOO_LARGE';
  readonly status = 413;
}

/** 415: a body that is no `application/json`, where one is read. */
export class UnsupportedMediaTypeError extends RestError {
  override readonly code = 'UNSUPPORTED_MEDIA_TYPE';
  readonly status = 415;

  constructor() {
    super('HTTP 415 Unsupported Media Type');
  }
}

/** 500, as the JVM answers it: the body is no JSON, or not of the shape that the call needs. */
export class MalformedBodyError extends RestError {
  override readonly code = 'MALFORMED_BODY';
  readonly status = 500;
}

/** 500: the operation was tried and failed; the message says why. */
export class OperationFailedError extends RestError {
  override readonly code = 'OPERATION_FAILED';
  readonly status = 500;
}

/** 500: it took longer than the request may take. */
export class RequestTimedOutError extends RestError {
  override readonly code = 'REQUEST_TIMED_OUT';
  readonly status = 500;

  constructor(stage: string, options?: ConnectErrorOptions) {
    super(`Request timed out. ${stage}`, options);
  }
}

/** 503: the topics have not been read yet, or the brokers cannot be reached; the message names the reason. */
export class UnavailableError extends RestError {
  override readonly code = 'UNAVAILABLE';
  override readonly retriable = true;
  readonly status = 503;
}
