import type { ConnectorsAndTasks } from '../types.ts';
import { NO_UNITS, type Units } from './units.ts';

/** What the leader's assignor keeps between rounds (spec/group-protocol.md section 4.1). */
export interface AssignorState {
  /** What everyone was to have after the last round, and what was lost then and not yet given away. */
  readonly previousAssignment: Units;
  readonly previousRevocation: Units;
  readonly previousMembers: ReadonlySet<string>;
  /** The generation of the last round that this assignor made; -1 before any. */
  readonly previousGeneration: number;
  /** When lost units are given away, or revocations go on, of the clock of `AssignorRound.now`; null for no delay. */
  readonly scheduledRebalance: number | null;
  /** Members that were seen empty during the delay: likely those that lost the units and came back. */
  readonly candidates: ReadonlySet<string>;
  readonly revokedInPrevious: boolean;
  readonly successiveRevocations: number;
}

export const INITIAL_ASSIGNOR_STATE: AssignorState = {
  previousAssignment: NO_UNITS,
  previousRevocation: NO_UNITS,
  previousMembers: new Set(),
  previousGeneration: -1,
  scheduledRebalance: null,
  candidates: new Set(),
  revokedInPrevious: false,
  successiveRevocations: 0,
};

/** A member of the group in a round. */
export interface AssignorMember {
  readonly id: string;
  /** What it says it has. */
  readonly owned: ConnectorsAndTasks;
  /** A drained member takes nothing and gives up everything. */
  readonly drained: boolean;
}

/** What a round is about. */
export interface AssignorRound {
  /** Milliseconds of a clock that never jumps. */
  readonly now: number;
  /** `scheduled.rebalance.max.delay.ms`. */
  readonly maxDelayMs: number;
  readonly generation: number;
  /** The generation of the last round that came to its end on this worker. */
  readonly lastCompletedGeneration: number;
  /** All connectors, and the tasks of those whose task configurations are complete. */
  readonly configured: ConnectorsAndTasks;
  readonly members: readonly AssignorMember[];
}

/** What one member is told. */
export interface MemberAssignment {
  /** What is new to it. */
  readonly assigned: ConnectorsAndTasks;
  readonly revoked: ConnectorsAndTasks;
}

export interface AssignorResult {
  readonly state: AssignorState;
  /** For every member of the round. */
  readonly members: ReadonlyMap<string, MemberAssignment>;
  /** Milliseconds until everyone should join again; 0 for none. */
  readonly delayMs: number;
}
