import { ConnectError, RetriableError } from '@millrace/connect-api';
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
  failures = 0;
  skipped = 0;
  retries = 0;

  constructor(options: ErrorPolicyOptions) {
    this.#options = options;
  }

  get tolerant(): boolean {
    return this.#options.settings.tolerance === 'all';
  }

  /** Whether a record may have to be named, or told that it was skipped, long after it was sent. */
  get namesRecords(): boolean {
    return this.tolerant || this.#options.settings.log;
  }

  /** The record at hand went through, or was given up. */
  settle(): void {
    this.#firstFailure = null;
    this.#attempts = 0;
  }

  /** Resolves to `retry` after the back-off, or to `skip`; throws when the task must fail. */
  async onFailure(failure: StageFailure): Promise<'retry' | 'skip'> {
    const { settings, now, sleep } = this.#options;
    this.#firstFailure ??= now();
    const left =
      settings.retryTimeoutMs < 0
        ? Number.POSITIVE_INFINITY
        : this.#firstFailure + settings.retryTimeoutMs - now();
    if (failure.error instanceof RetriableError && left > 0) {
      this.retries += 1;
      await sleep(Math.min(this.#delay(), left));
      return 'retry';
    }
    this.settle();
    this.giveUp(failure);
    if (!this.tolerant) {
      throw new ConnectError('Tolerance exceeded in error handler', { cause: failure.error });
    }
    return 'skip';
  }

  /** Counts and logs a record that will not be tried again. */
  giveUp(failure: StageFailure): void {
    const { settings, task, log } = this.#options;
    this.failures += 1;
    if (this.tolerant) {
      this.skipped += 1;
    }
    if (settings.log) {
      const { stage, executor, error, record } = failure;
      const where = settings.logMessages ? `, where ${record()}` : '';
      log(
        `Error encountered in task ${task}. Executing stage '${stage}' with class '${executor}'${where}.`,
        error,
      );
    }
  }

  #delay(): number {
    const { settings, random } = this.#options;
    const delay = FIRST_DELAY_MS * 2 ** this.#attempts;
    this.#attempts += 1;
    return delay > settings.retryDelayMaxMs ? random() * settings.retryDelayMaxMs : delay;
  }
}
