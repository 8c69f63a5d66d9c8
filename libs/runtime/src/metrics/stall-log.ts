import type { Logger } from 'pino';
import type { StallReason } from './progress-watch.ts';

const MEANING: Readonly<Record<StallReason, string>> = {
  poll: 'its poll() does not return',
  put: 'its put() does not return',
  preCommit: 'its preCommit() does not return',
  acknowledgement: 'its records are not acknowledged',
  lag: 'there are records to read, and none is put',
};

/** Says once when a task begins to stall, and once when that is over. */
export class StallLog {
  readonly #logger: Logger;
  readonly #fields: Readonly<Record<string, unknown>>;
  #reason: StallReason | null = null;

  /** `fields` name the task in each line. */
  constructor(logger: Logger, fields: Readonly<Record<string, unknown>>) {
    this.#logger = logger;
    this.#fields = fields;
  }

  /** What is so now. */
  tell(reason: StallReason | null): void {
    if (reason === this.#reason) {
      return;
    }
    const before = this.#reason;
    this.#reason = reason;
    if (reason === null) {
      this.#logger.warn({ ...this.#fields, reason: before }, 'Stalled no more');
    } else {
      this.#logger.warn({ ...this.#fields, reason }, `RUNNING, but stalled: ${MEANING[reason]}`);
    }
  }
}
