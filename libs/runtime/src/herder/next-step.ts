import type { TargetState } from '@millrace/topic-stores';
import type { UnitSpec } from './desired-units.ts';

/** A restart that was asked for; `announced`: with a RESTARTING status in between (spec/topics.md section 4). */
export type RestartWish = 'none' | 'plain' | 'announced';

/** What a unit does now. */
export interface UnitLife {
  readonly spec: UnitSpec;
  /** The target state it was last told. */
  readonly targetState: TargetState;
  /** It has failed; nothing of it runs. */
  readonly failed: boolean;
}

export interface UnitSituation {
  readonly wanted: UnitSpec | null;
  readonly life: UnitLife | null;
  readonly restart: RestartWish;
  /** It has to leave its host, which is about to end. */
  readonly relocate: boolean;
}

/** The one next thing to do for a unit; null: all is as wanted. */
export type Step = 'start' | 'stop' | 'forget' | 'restart' | 'relocate' | 'transition' | null;

/** Decides the next step. A failed unit stays as it is until it is restarted, reconfigured or no longer wanted. */
export function nextStep({ wanted, life, restart, relocate }: UnitSituation): Step {
  if (life === null) {
    return wanted === null ? null : 'start';
  }
  if (wanted === null) {
    return life.failed ? 'forget' : 'stop';
  }
  if (restart !== 'none' || life.spec.revision !== wanted.revision) {
    return 'restart';
  }
  if (life.failed) {
    return null;
  }
  if (relocate) {
    return 'relocate';
  }
  return life.targetState === wanted.targetState ? null : 'transition';
}
