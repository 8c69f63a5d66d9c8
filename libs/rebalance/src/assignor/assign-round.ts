import type { AssignorResult, AssignorRound, AssignorState, MemberAssignment } from './assignor-state.ts';
import { planLostUnits, type LostUnitsPlan } from './lost-units.ts';
import { balancingRevocations, distribute, WorkerLoad } from './worker-load.ts';
import {
  byText,
  connectorsAndTasks,
  intersection,
  minus,
  NO_UNITS,
  sortedUnits,
  union,
  unitsOf,
  type Unit,
  type Units,
} from './units.ts';

/** Revocations in a row are spaced by 40, 1600, 64000 … ms, up to the longest delay. */
const BACKOFF_BASE = 40;

type Owned = ReadonlyMap<string, Units>;
type Revocations = ReadonlyMap<string, Units>;

/**
 * The incremental cooperative assignor (KIP-415) as a function of values: from what it kept and what the members say they have
 * to what each is told, and what to keep. Units move in two rounds: revoked in one, given to another worker in the next, when
 * their owner has joined again without them (design invariant 4).
 */
export function assignRound(state: AssignorState, round: AssignorRound): AssignorResult {
  const members = [...round.members].sort((a, b) => byText(a.id, b.id));
  const owned: Owned = new Map(members.map(({ id, owned: units }) => [id, unitsOf(units)]));
  const configured = sortedUnits(round.configured);
  const active = union(...owned.values());
  const previous = previousAssignment(state, round, active);
  const deleted = minus(union(previous, active), configured);
  const lost = minus(previous, active, deleted);
  const created = minus(configured, previous, active);

  const drained = new Set(members.filter((member) => member.drained).map(({ id }) => id));
  const unwanted = union(deleted, duplicates(owned));
  const revocations = new Map(
    [...owned].map(([id, units]) => [id, drained.has(id) ? units : intersection(units, unwanted)]),
  );
  const loads = [...owned]
    .filter(([id]) => !drained.has(id))
    .map(([id, units]) => new WorkerLoad(id, minus(units, unwanted)));

  const plan = planLostUnits(lost, state, round, loads);
  giveBack(lost, plan.returning);
  const balance = balanceLoads(state, round, plan, { configured, loads });
  const withdrawn = applyRevocations(balance.revocations, loads, { owned, revocations });
  distribute(union(created, plan.reassign, withdrawn), loads);

  const next = new Map(loads.map((load) => [load.worker, load.units]));
  return {
    members: new Map([...owned].map(([id, units]) => [id, told(units, next.get(id), revocations.get(id))])),
    delayMs: balance.delayMs,
    state: {
      previousAssignment: union(...next.values(), lost),
      previousRevocation: union(...revocations.values()),
      previousMembers: new Set(owned.keys()),
      previousGeneration: round.generation,
      scheduledRebalance: balance.scheduledRebalance,
      candidates: plan.candidates,
      revokedInPrevious: balance.revokedInPrevious,
      successiveRevocations: balance.successiveRevocations,
    },
  };
}

/** What everyone should have by the last round, as far as this worker knows that the round took effect. */
function previousAssignment(state: AssignorState, round: AssignorRound, active: Units): Units {
  if (intersection(state.previousRevocation, active).size > 0) {
    return active;
  }
  return state.previousGeneration === round.lastCompletedGeneration ? state.previousAssignment : NO_UNITS;
}

/** Units that more than one member has: all of them must stop before one of them starts again. */
function duplicates(owned: Owned): Units {
  const seen = new Map<string, Unit>();
  const twice = new Map<string, Unit>();
  for (const units of owned.values()) {
    for (const [key, unit] of units) {
      (seen.has(key) ? twice : seen).set(key, unit);
    }
  }
  return twice;
}

/** Lost units go round robin to the workers that came back without them. */
function giveBack(lost: Units, returning: readonly WorkerLoad[]): void {
  for (const ofKind of [(unit: Unit) => unit.task === null, (unit: Unit) => unit.task !== null]) {
    const units = [...lost].filter(([, unit]) => ofKind(unit));
    for (const [index, [key, unit]] of units.entries()) {
      // Nobody runs them yet, so they are what costs least to take away again.
      returning[index % returning.length]?.assignFirst(key, unit);
    }
  }
}

interface Balance {
  readonly revocations: Revocations;
  readonly delayMs: number;
  readonly scheduledRebalance: number | null;
  readonly revokedInPrevious: boolean;
  readonly successiveRevocations: number;
}

/** Whether to take units from workers that have too many now, later, or not at all. */
function balanceLoads(
  state: AssignorState,
  round: AssignorRound,
  plan: LostUnitsPlan,
  cluster: { readonly configured: Units; readonly loads: readonly WorkerLoad[] },
): Balance {
  const { configured, loads } = cluster;
  const { delayMs, scheduledRebalance } = plan;
  const calm = { revocations: new Map(), delayMs, scheduledRebalance };
  const { successiveRevocations } = state;
  if (delayMs > 0) {
    return { ...calm, revokedInPrevious: false, successiveRevocations };
  }
  const revokedInPrevious = state.revokedInPrevious && !plan.delayOver;
  const revocations = balancingRevocations(configured, loads);
  if (revocations.size === 0) {
    return {
      ...calm,
      revokedInPrevious: false,
      successiveRevocations: revokedInPrevious ? 0 : successiveRevocations,
    };
  }
  if (!revokedInPrevious) {
    return { ...calm, revocations, revokedInPrevious: true, successiveRevocations };
  }
  const count = successiveRevocations + 1;
  const pause = Math.min(BACKOFF_BASE ** count, round.maxDelayMs);
  return pause === 0
    ? { ...calm, revocations, revokedInPrevious, successiveRevocations: count }
    : {
        ...calm,
        delayMs: pause,
        scheduledRebalance: round.now + pause,
        revokedInPrevious,
        successiveRevocations: count,
      };
}

/** Takes units from loads; those that their worker never had are free in this very round, and returned. */
function applyRevocations(
  revoked: Revocations,
  loads: readonly WorkerLoad[],
  members: { readonly owned: Owned; readonly revocations: Map<string, Units> },
): Units {
  const free = new Map<string, Unit>();
  for (const load of loads) {
    const taken = revoked.get(load.worker) ?? NO_UNITS;
    const had = members.owned.get(load.worker) ?? NO_UNITS;
    for (const [key, unit] of taken) {
      load.remove(key);
      if (!had.has(key)) {
        free.set(key, unit);
      }
    }
    const already = members.revocations.get(load.worker) ?? NO_UNITS;
    members.revocations.set(load.worker, union(already, intersection(taken, had)));
  }
  return free;
}

function told(had: Units, next: Units = NO_UNITS, revoked: Units = NO_UNITS): MemberAssignment {
  return { assigned: connectorsAndTasks(minus(next, had)), revoked: connectorsAndTasks(revoked) };
}
