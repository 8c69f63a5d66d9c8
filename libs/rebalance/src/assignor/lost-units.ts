import type { AssignorRound, AssignorState } from './assignor-state.ts';
import type { WorkerLoad } from './worker-load.ts';
import { NO_UNITS, type Units } from './units.ts';

/** What becomes of lost units in a round. */
export interface LostUnitsPlan {
  /** To be given out like new ones. */
  readonly reassign: Units;
  /** To be given round robin to these workers: those that came back empty. */
  readonly returning: readonly WorkerLoad[];
  /** Milliseconds until they are looked at again; 0: nothing is waited for. */
  readonly delayMs: number;
  readonly scheduledRebalance: number | null;
  readonly candidates: ReadonlySet<string>;
  /** Whether a delay has just ended, after which revocations may follow each other again. */
  readonly delayOver: boolean;
}

const NO_DELAY = {
  reassign: NO_UNITS,
  returning: [] as readonly WorkerLoad[],
  delayMs: 0,
  scheduledRebalance: null,
  candidates: new Set<string>(),
  delayOver: false,
};

/**
 * Decides on units that somebody had and nobody has now: given away at once, or after `scheduled.rebalance.max.delay.ms`, in
 * the hope that the worker that had them comes back (KIP-415; spec/group-protocol.md section 4.1).
 */
export function planLostUnits(
  lost: Units,
  state: AssignorState,
  round: AssignorRound,
  loads: readonly WorkerLoad[],
): LostUnitsPlan {
  const { now, maxDelayMs, members } = round;
  const scheduled = state.scheduledRebalance;
  // The JVM also starts a delay when nothing is lost, but something was revoked and a member has left: it waits for nothing.
  if (lost.size === 0 && (!state.revokedInPrevious || scheduled === null)) {
    return NO_DELAY;
  }
  const present = new Set(members.map(({ id }) => id));
  const nobodyLeft = [...state.previousMembers].every((id) => present.has(id));
  if ((scheduled === null && nobodyLeft) || maxDelayMs === 0) {
    return { ...NO_DELAY, reassign: lost };
  }
  if (scheduled !== null && now >= scheduled) {
    const returning = loads.filter(({ worker }) => state.candidates.has(worker));
    return { ...NO_DELAY, reassign: returning.length === 0 ? lost : NO_UNITS, returning, delayOver: true };
  }
  const empty = loads.filter(({ units }) => units.size === 0).map(({ worker }) => worker);
  const delayMs = scheduled === null ? maxDelayMs : Math.min(scheduled - now, maxDelayMs);
  return {
    ...NO_DELAY,
    delayMs,
    scheduledRebalance: now + delayMs,
    candidates: new Set([...state.candidates, ...empty]),
  };
}
