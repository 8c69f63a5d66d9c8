import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { NotCaughtUpError } from '../aggregator.ts';

/** Maps errors to the body that Kafka Connect's REST API gives: `{"error_code", "message"}`. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const [status, message] = this.#describe(error);
    response.status(status).json({ error_code: status, message });
  }

  #describe(error: unknown): readonly [number, string] {
    if (error instanceof HttpException) {
      return [error.getStatus(), error.message];
    }
    if (error instanceof NotCaughtUpError) {
      return [503, error.message];
    }
    this.#logger.error({ err: error }, 'A request failed');
    return [500, error instanceof Error ? error.message : String(error)];
  }
}
