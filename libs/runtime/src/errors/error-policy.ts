import { RetriableError } from '@millrace/connect-api';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import { StageError } from './stage-error.ts';
import type { StageFailure } from './stages.ts';

export interface ErrorPolicySettings {
  readonly tolerance: 'none' | 'all';
  /** Milliseconds during which retriable failures are tried again; -1: for ever. */
  readonly retryTimeoutMs: number;
  readonly retryDelayMaxMs: number;
  /** Whether failures are logged, and with what the record was. */
  readonly log: boolean;
  readonly logMessages: boolean;
}

export interface ErrorPolicyOptions {
  readonly settings: ErrorPolicySettings;
  /** `X-0`, for the log. */
  readonly task: string;
  readonly log: (message: string, error: Error) => void;
  /** Where records go that are given up; null: nowhere. */
  readonly deadLetters: DeadLetterQueue | null;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

const FIRST_DELAY_MS = 300;

/** Decides what happens when a record cannot be processed: again, skip it, or fail the task (spec/runtime.md section 6). */
export class ErrorPolicy {
  readonly #options: ErrorPolicyOptions;
  /** Of the record at hand: when its first failure was, and how often it was tried. */
  #firstFailure: number | null = null;
  #attempts = 0;
  #failures = 0;
  #errors = 0;
  #skipped = 0;
  #retries = 0;
  #logged = 0;
  #lastErrorAt = 0;

  constructor(options: ErrorPolicyOptions) {
    this.#options = options;
  }

  get tolerant(): boolean {
    return this.#options.settings.tolerance === 'all';
  }

  /** Whether failed records are kept or logged, so that whoever reports one is heard. */
  get reports(): boolean {
    return this.#options.deadLetters !== null || this.#options.settings.log;
  }

  /** Whether a record may have to be named, or told that it was skipped, long after it was sent. */
  get namesRecords(): boolean {
    return this.tolerant || this.reports;
  }

  /** The record at hand went through, or was given up. */
  settle(): void {
    this.#firstFailure = null;
    this.#attempts = 0;
  }

  /** Resolves to `retry` after the back-off, or to `skip`; throws when the task must fail. */
  async onFailure(failure: StageFailure): Promise<'retry' | 'skip'> {
    const { settings, now, sleep } = this.#options;
    this.#failures += 1;
    this.#firstFailure ??= now();
    const left =
      settings.retryTimeoutMs < 0
        ? Number.POSITIVE_INFINITY
        : this.#firstFailure + settings.retryTimeoutMs - now();
    if (failure.error instanceof RetriableError && left > 0) {
      this.#retries += 1;
      await sleep(Math.min(this.#delay(), left));
      return 'retry';
    }
    this.settle();
    const { accepted, written } = this.#giveUp(failure);
    if (!this.tolerant) {
      // The task ends with this error; the letter must not be lost with it.
      await written.catch(() => undefined);
      throw new StageError('Tolerance exceeded in error handler', failure, failure.error);
    }
    await accepted;
    return 'skip';
  }

  /**
   * Counts, logs and keeps a record that failed where nothing is tried again. Resolves when its dead letter is written; the caller need
   * not wait, since {@link ErrorPolicy.written} tells of failures too.
   */
  giveUp(failure: StageFailure): Promise<void> {
    this.#failures += 1;
    const { written } = this.#giveUp(failure);
    written.catch(() => undefined);
    return written;
  }

  /** Throws DeadLetterError when a record was given up and could not be kept. */
  check(): void {
    this.#options.deadLetters?.check();
  }

  /** Resolves when everything that was given up is kept; throws DeadLetterError when something could not be. */
  async written(): Promise<void> {
    await this.#options.deadLetters?.written();
  }

  async close(timeoutMs: number): Promise<void> {
    await this.#options.deadLetters?.close(timeoutMs);
  }

  /** The attributes of `task-error-metrics` (spec/runtime.md section 10). */
  metrics(): Readonly<Record<string, number>> {
    const { deadLetters } = this.#options;
    return {
      'total-record-failures': this.#failures,
      'total-record-errors': this.#errors,
      'total-records-skipped': this.#skipped,
      'total-retries': this.#retries,
      'total-errors-logged': this.#logged,
      'deadletterqueue-produce-requests': deadLetters?.requests ?? 0,
      'deadletterqueue-produce-failures': deadLetters?.failures ?? 0,
      'last-error-timestamp': this.#lastErrorAt,
    };
  }

  #giveUp(failure: StageFailure): { readonly accepted: Promise<void>; readonly written: Promise<void> } {
    const { settings, task, log, deadLetters } = this.#options;
    this.#errors += 1;
    this.#lastErrorAt = Date.now();
    if (this.tolerant) {
      this.#skipped += 1;
    }
    if (settings.log) {
      const { stage, executor, error, record } = failure;
      const where = settings.logMessages ? `, where ${record.describe()}` : '';
      this.#logged += 1;
      log(
        `Error encountered in task ${task}. Executing stage '${stage}' with class '${executor}'${where}.`,
        error,
      );
    }
    return deadLetters?.post(failure) ?? { accepted: Promise.resolve(), written: Promise.resolve() };
  }

  #delay(): number {
    const { settings, random } = this.#options;
    const delay = FIRST_DELAY_MS * 2 ** this.#attempts;
    this.#attempts += 1;
    return delay > settings.retryDelayMaxMs ? random() * settings.retryDelayMaxMs : delay;
  }
}
