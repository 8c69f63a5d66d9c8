import type { ConnectorsAndTasks } from '../types.ts';

/** A completed round of the group. */
export interface AssignmentRound {
  readonly generation: number;
  /** Whether this worker is the group's leader. */
  readonly leader: boolean;
}

/**
 * Who runs what is assigned (the herder). Calls never overlap; a rejected promise ends the coordinator, since it then cannot
 * know what runs.
 */
export interface CoordinatorListener {
  /** Before this worker joins a round: whatever was told to stop must have stopped (design invariant 4). */
  onJoinPrepare(): Promise<void>;
  /** Resolves once all of this has stopped; only then does the worker join without it, or leave. */
  onRevoked(revoked: ConnectorsAndTasks): Promise<void>;
  /** All that this worker has now, old and new. Does not wait for anything to start. */
  onAssigned(all: ConnectorsAndTasks, round: AssignmentRound): void;
  /** The place in the group is lost, and everything with it; resolves once all has stopped. */
  onLost(reason: string): Promise<void>;
  /**
   * The place in the group is safe until this moment of `performance.now()`; past it, others may run what ran here. A moment that
   * is earlier than the last one takes that back.
   */
  onLease(deadline: number): void;
}
