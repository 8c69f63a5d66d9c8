import { ConnectError } from '@millrace/connect-api';
import { frameworkMessage, RestError } from '@millrace/rest';
import {
  ConnectorExistsError,
  ConnectorNotFoundError,
  RevisionMismatchError,
  StoreTimeoutError,
} from '@millrace/topic-stores';
import { KafkaError } from '@millrace/kafka';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { sendError } from './send-json.ts';

/** Answers every error that a handler raises: its status by its class, `{error_code, message}` as the body. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const { status, message } = answerOf(error);
    if (!(error instanceof RestError) && status >= 500) {
      this.#logger.error({ err: error, method: request.method, path: request.path }, 'A request failed');
    }
    if (!response.headersSent) {
      sendError(response, status, message);
    }
  }
}

/** Status and message of an error. */
function answerOf(error: unknown): { readonly status: number; readonly message: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RestError) {
    return { status: error.status, message };
  }
  if (error instanceof HttpException) {
    return { status: error.getStatus(), message: frameworkMessage(error.getStatus()) };
  }
  return { status: statusOf(error), message };
}

function statusOf(error: unknown): number {
  if (error instanceof ConnectorNotFoundError) {
    return 404;
  }
  if (error instanceof ConnectorExistsError) {
    return 409;
  }
  if (error instanceof RevisionMismatchError) {
    return 412;
  }
  const unreachable = error instanceof StoreTimeoutError || error instanceof KafkaError;
  return unreachable && (error as ConnectError).retriable ? 503 : 500;
}
