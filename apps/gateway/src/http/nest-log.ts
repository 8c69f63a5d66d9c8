import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own messages in our log; what it says while all is well is for debugging. */
export class NestLog implements LoggerService {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(message: unknown): void {
    this.#logger.debug(String(message));
  }

  error(message: unknown, stack?: unknown): void {
    this.#logger.error({ stack }, String(message));
  }

  warn(message: unknown): void {
    this.#logger.warn(String(message));
  }
}
