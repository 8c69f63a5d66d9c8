import type { KafkaClient } from '../client/kafka-client.ts';
import type { Time } from './time.ts';

export interface GroupProtocol {
  readonly name: string;
  readonly metadata: Buffer;
}

export interface JoinedMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly metadata: Buffer;
}

export interface GroupGeneration {
  readonly generationId: number;
  readonly memberId: string;
  readonly protocol: string;
  readonly leaderId: string;
}

/** Why a member lost its place without leaving. */
export type LostReason = 'session-expired' | 'fenced' | 'unknown-member' | 'coordinator-unreachable';

/** What a protocol on top of group membership (connect, consumer) provides. Calls never overlap; they are awaited. */
export interface GroupProtocolHandler {
  /** The protocols offered, in order of preference; called for every join. */
  protocols(): readonly GroupProtocol[] | Promise<readonly GroupProtocol[]>;
  /** Before JoinGroup is sent. Whatever must be given up before the round (design invariant 4) stops here. */
  onJoinPrepare(previous: GroupGeneration | null): Promise<void>;
  /** On the leader only: the assignment of every member. */
  assign(round: GroupGeneration, members: readonly JoinedMember[]): Promise<ReadonlyMap<string, Buffer>>;
  /** The round is complete; `assignment` may be empty when the broker had none for this member. */
  onJoinComplete(round: GroupGeneration, assignment: Buffer): Promise<void>;
  /**
   * Membership is gone; a rejoin follows by itself unless the membership is closed from here. Also called when the broker
   * refuses a member before its first round is complete, and again when it refuses one that was lost before.
   */
  onLost(reason: LostReason, error: Error | null): Promise<void>;
  /** After every successful heartbeat (and join): membership holds at least until `deadline` (performance.now() ms). */
  onLease?(deadline: number): void;
}

export interface GroupMembershipOptions {
  readonly client: KafkaClient;
  /** False: the client is shared and stays open; else `leave` closes it. */
  readonly closesClient?: boolean;
  readonly groupId: string;
  /** `connect` for workers, `consumer` for sinks. */
  readonly protocolType: string;
  /** Static membership (KIP-345); null for a dynamic member. */
  readonly groupInstanceId: string | null;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly retryBackoffMs: number;
  readonly handler: GroupProtocolHandler;
  /** `systemTime` when left out. */
  readonly time?: Time;
}

/** Membership in a classic consumer group of any protocol type, kept alive in the background. */
export interface GroupMembership {
  /** Begins to join, in the background. Errors that will not pass (authorisation, inconsistent protocol) reject `finished`. */
  start(): void;
  /** Rejects with the error that ended membership for good, resolves after `leave`. */
  readonly finished: Promise<void>;
  /** The round this member is in; null before the first, and as soon as it is known that the membership is gone. */
  readonly generation: GroupGeneration | null;
  /** The id that the broker has given this member; empty while it has none, and would sit down as somebody new. */
  readonly memberId: string;
  /** Joins again soon; requests while a round is under way are served by the next one. */
  requestRejoin(reason: string): void;
  /**
   * Leaves the group (also as a static member) and stops; resolves when the last handler call has returned. Every call
   * gets the same promise.
   */
  leave(reason: string): Promise<void>;
}
