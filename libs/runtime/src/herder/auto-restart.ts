import { autoRestartSettings, type AutoRestartSettings } from '@millrace/config';
import type { TargetState } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import type { ErrorData } from '../host/messages.ts';
import type { UnitSpec } from './desired-units.ts';

/** What is known of a unit that FAILED when its restart is planned. */
export interface FailedUnit {
  /** null: its settings cannot be read. */
  readonly settings: AutoRestartSettings | null;
  /** Whether a restart may help ({@link ErrorData}). */
  readonly restartable: boolean;
  /** Automatic restarts since it was last healthy. */
  readonly attempts: number;
  /** null: it is not wanted any more, or with another configuration, which starts it anew anyway. */
  readonly targetState: TargetState | null;
}

export type RestartPlan =
  | {
      readonly kind: 'restart';
      readonly afterMs: number;
      /** From 1. */
      readonly attempt: number;
      /** -1: without limit. */
      readonly maxAttempts: number;
    }
  /** It stays FAILED: not asked for, of no use, tried often enough, or not wanted to run now. */
  | { readonly kind: 'off' | 'useless' }
  | { readonly kind: 'exhausted'; readonly attempts: number }
  | { readonly kind: 'idle'; readonly targetState: TargetState | null };

/**
 * Decides whether and when a unit that FAILED is restarted. The pause doubles from one attempt to the next; half of it is left to chance
 * (equal jitter), so that tasks that failed together do not come back together. All of it (full jitter) could use up the
 * attempts within moments, while what they wait for is still away.
 */
export function planAutoRestart(
  { settings, restartable, attempts, targetState }: FailedUnit,
  random: () => number,
): RestartPlan {
  if (settings?.enabled !== true) {
    return { kind: 'off' };
  }
  const { backoffInitialMs, backoffMaxMs, maxAttempts } = settings;
  if (!restartable) {
    return { kind: 'useless' };
  }
  if (maxAttempts >= 0 && attempts >= maxAttempts) {
    return { kind: 'exhausted', attempts };
  }
  if (targetState !== 'STARTED') {
    return { kind: 'idle', targetState };
  }
  const pauseMs = Math.min(backoffMaxMs, backoffInitialMs * 2 ** attempts);
  const afterMs = Math.round((pauseMs * (1 + random())) / 2);
  return { kind: 'restart', afterMs, attempt: attempts + 1, maxAttempts };
}

const UNTIL = 'it stays so until it is restarted or reconfigured';

/** What the log says of a plan, after "FAILED; ". */
export function describePlan(plan: RestartPlan): string {
  switch (plan.kind) {
    case 'restart':
      return `restarts in ${plan.afterMs} ms, attempt ${ofLimit(plan)}`;
    case 'off':
      return UNTIL;
    case 'useless':
      return `a restart would not help; ${UNTIL}`;
    case 'exhausted':
      return `it was restarted ${plan.attempts} times in vain (auto.restart.max.attempts); ${UNTIL}`;
    case 'idle':
      return plan.targetState === null
        ? 'it is not wanted like this any more'
        : `not restarted while it should be ${plan.targetState}`;
  }
}

function ofLimit({
  attempt,
  maxAttempts,
}: {
  readonly attempt: number;
  readonly maxAttempts: number;
}): string {
  return maxAttempts < 0 ? `${attempt}, without limit` : `${attempt} of ${maxAttempts}`;
}

/** Automatic restarts of one unit, for metrics. */
export interface AutoRestartCount {
  /** Since it came to this worker; never falls. */
  readonly attempts: number;
  /** It is FAILED and will be restarted. */
  readonly waiting: boolean;
  /** It is FAILED, and stays so although automatic restarts are on: somebody has to look. */
  readonly givenUp: boolean;
}

export interface AutoRestartOptions {
  /** The worker's settings, which its connectors may replace. */
  readonly defaults: AutoRestartSettings;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Restarts the unit, which is FAILED. */
  readonly restart: () => void;
  readonly logger: Logger;
}

/** How a unit failed, and what is to follow. */
interface Failure {
  readonly restartable: boolean;
  readonly revision: string;
  targetState: TargetState | null;
  plan: RestartPlan;
}

/** The automatic restarts of one unit: counts them, and waits for the next. It is told what becomes of the unit and what is wanted of it. */
export class AutoRestart {
  readonly #options: AutoRestartOptions;
  #settings: AutoRestartSettings | null = null;
  #revision: string | null = null;
  /** Since it was last healthy, reconfigured, or restarted for another reason. */
  #attempts = 0;
  #total = 0;
  #runningSince: number | null = null;
  #failure: Failure | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: AutoRestartOptions) {
    this.#options = options;
  }

  /** It starts, for whatever reason. Throws ConfigError when the connector's settings of automatic restarts are wrong. */
  begin({ connectorConfig, revision }: UnitSpec): void {
    this.#endRun();
    this.#drop();
    if (revision !== this.#revision) {
      this.#revision = revision;
      this.#attempts = 0;
    }
    this.#settings = null;
    this.#settings = autoRestartSettings(connectorConfig, this.#options.defaults);
  }

  /** It reports whether it runs. */
  onState(running: boolean): void {
    if (running) {
      this.#runningSince ??= this.#options.now();
    } else {
      this.#endRun();
    }
  }

  /** It FAILED while it should be as `wanted`; says what follows, for the log. */
  onFailed({ restartable }: ErrorData, { revision }: UnitSpec, wanted: UnitSpec | null): string {
    this.#endRun();
    this.#drop();
    const targetState = wanted?.revision === revision ? wanted.targetState : null;
    const plan = this.#plan(restartable, targetState);
    this.#failure = { restartable, revision, targetState, plan };
    return describePlan(plan);
  }

  /** What is wanted of it may have changed: a restart waits only while it is to run as it is configured. */
  follow(wanted: UnitSpec | null): void {
    const failure = this.#failure;
    if (failure === null) {
      return;
    }
    const targetState = wanted?.revision === failure.revision ? wanted.targetState : null;
    if (targetState !== failure.targetState) {
      this.#stopWaiting();
      failure.targetState = targetState;
      failure.plan = this.#plan(failure.restartable, targetState);
      if (failure.plan.kind === 'restart') {
        this.#options.logger.info(`Wanted to run, and still FAILED; ${describePlan(failure.plan)}`);
      }
    }
  }

  /** It is restarted by hand, or with values that changed: counting begins again. */
  forget(): void {
    this.#drop();
    this.#attempts = 0;
  }

  count(): AutoRestartCount {
    const kind = this.#failure?.plan.kind;
    return {
      attempts: this.#total,
      waiting: this.#timer !== null,
      givenUp: kind === 'useless' || kind === 'exhausted',
    };
  }

  #plan(restartable: boolean, targetState: TargetState | null): RestartPlan {
    const failed = { settings: this.#settings, attempts: this.#attempts, restartable, targetState };
    const plan = planAutoRestart(failed, this.#options.random);
    if (plan.kind === 'restart') {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#attempts += 1;
        this.#total += 1;
        this.#options.logger.info(`Restarting by itself after a failure, attempt ${ofLimit(plan)}`);
        this.#options.restart();
      }, plan.afterMs).unref();
    }
    return plan;
  }

  #endRun(): void {
    const since = this.#runningSince;
    this.#runningSince = null;
    if (
      since !== null &&
      this.#settings !== null &&
      this.#options.now() - since >= this.#settings.resetAfterMs
    ) {
      this.#attempts = 0;
    }
  }

  #drop(): void {
    this.#failure = null;
    this.#stopWaiting();
  }

  #stopWaiting(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }
}
