import { ConnectError, RetriableError } from '@millrace/connect-api';
import type { StageFailure } from './stages.ts';

export interface ErrorPolicySettings {
  readonly tolerance: 'none' | 'all';
  /** Milliseconds during which retriable failures are tried again; -1: for ever. */
  readonly retryTimeoutMs: number;
  readonly retryDelayMaxMs: number;
}

export interface ErrorPolicyOptions {
  readonly settings: ErrorPolicySettings;
  readonly report: (failure: StageFailure) => void;
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

  /** The record at hand went through, or was given up. */
  settle(): void {
    this.#firstFailure = null;
    this.#attempts = 0;
  }

  /** Resolves to `retry` after the back-off, or to `skip`; throws when the task must fail. */
  async onFailure(failure: StageFailure): Promise<'retry' | 'skip'> {
    const { settings, report, now, sleep } = this.#options;
    this.failures += 1;
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
    report(failure);
    if (settings.tolerance === 'none') {
      throw new ConnectError(`Tolerance exceeded in error handler: ${failure.stage} with ${failure.executor} failed`, {
        cause: failure.error,
      });
    }
    this.skipped += 1;
    return 'skip';
  }

  #delay(): number {
    const { settings, random } = this.#options;
    const delay = FIRST_DELAY_MS * 2 ** this.#attempts;
    this.#attempts += 1;
    return delay > settings.retryDelayMaxMs ? random() * settings.retryDelayMaxMs : delay;
  }
}
