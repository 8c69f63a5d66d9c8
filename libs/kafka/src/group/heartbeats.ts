import { ErrorCode, errorFor } from '../client/error-codes.ts';
import type { KafkaClient } from '../client/kafka-client.ts';
import { KafkaError } from '../errors.ts';
import { heartbeatRequest, type MemberIdentity } from './group-requests.ts';
import type { LostReason } from './group-membership.ts';
import type { Time } from './time.ts';

export interface HeartbeatOptions {
  readonly client: KafkaClient;
  readonly groupId: string;
  readonly intervalMs: number;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly time: Time;
  /** The member as it is now; null while there is none to keep alive. */
  readonly member: () => MemberIdentity | null;
  /** While a JoinGroup is under way its answer, not a heartbeat's, tells what became of the member. */
  readonly joining: () => boolean;
  /** Whether the broker waits for this member's JoinGroup, if it waits for any: none is on its way. */
  readonly awaited: () => boolean;
  readonly onRebalance: () => void;
  readonly onLost: (reason: LostReason, error: Error) => void;
  readonly onLease: (deadline: number) => void;
}

/** How many times closer the first heartbeat after a round is; each next one takes twice as long. */
const HASTE = 16;

/**
 * Keeps a member alive beside whatever its handlers do, and knows how long the broker must still count it as alive: from
 * the moment a request that succeeded was sent, for the session time-out.
 */
export class Heartbeats {
  readonly #options: HeartbeatOptions;
  #cancel: (() => void) | null = null;
  #deadline = Number.NEGATIVE_INFINITY;
  /** When the last request was sent that found the group stable. */
  #stableAt = Number.NEGATIVE_INFINITY;
  #beating = false;
  #pauseMs: number;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#pauseMs = options.intervalMs;
  }

  /** Until when the membership holds, of the clock given. */
  get deadline(): number {
    return this.#deadline;
  }

  start(): void {
    if (this.#cancel === null) {
      this.#schedule();
    }
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /**
   * A round is complete, and another may be near: what is revoked in one is given out in the next. The first heartbeats follow
   * each other closely, so that this member does not let the others wait for it.
   */
  hasten(): void {
    if (this.#cancel !== null) {
      this.#cancel();
      this.#pauseMs = this.#options.intervalMs / HASTE;
      this.#schedule();
    }
  }

  /** One heartbeat now. */
  async beat(): Promise<void> {
    const member = this.#options.member();
    if (member === null || this.#beating) {
      return;
    }
    this.#beating = true;
    try {
      await this.#beat(member);
    } finally {
      this.#beating = false;
    }
  }

  /** A request that was sent then, and succeeded, proves the membership of a stable group too. */
  extend(sentAt: number): void {
    const { sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    this.#stableAt = Math.max(this.#stableAt, sentAt);
    this.#extendTo(sentAt + Math.min(sessionTimeoutMs, rebalanceTimeoutMs));
  }

  #schedule(): void {
    const { time, intervalMs } = this.#options;
    this.#cancel = time.after(this.#pauseMs, () => {
      this.#pauseMs = Math.min(2 * this.#pauseMs, intervalMs);
      this.#schedule();
      void this.beat();
    });
  }

  /**
   * A round waits for a member no longer than its rebalance time-out, however alive it is. Then a dynamic member is put out,
   * and a static one stays in with the metadata of its last join, which does not say what it was given then: either way
   * others may get it. When the rebalance began is known only by the last answer before it.
   */
  #extendInRebalance(sentAt: number): void {
    const { awaited, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    const limit = awaited() ? this.#stableAt + rebalanceTimeoutMs : Number.POSITIVE_INFINITY;
    this.#extendTo(Math.min(sentAt + sessionTimeoutMs, limit));
  }

  #extendTo(deadline: number): void {
    if (deadline > this.#deadline) {
      this.#deadline = deadline;
      this.#options.onLease(deadline);
    }
  }

  async #beat(member: MemberIdentity): Promise<void> {
    const { client, groupId, time, joining, onLost, onRebalance } = this.#options;
    const sentAt = time.now();
    let code: number;
    try {
      const node = await client.coordinator('group', groupId);
      code = await client.send(node, heartbeatRequest(member, this.#timeoutMs()));
    } catch (error) {
      if (error instanceof KafkaError) {
        client.forgetCoordinator('group', groupId);
        return;
      }
      throw error;
    }
    if (this.#options.member()?.generationId !== member.generationId) {
      return;
    }
    switch (code) {
      case ErrorCode.NONE:
        this.extend(sentAt);
        return;
      case ErrorCode.REBALANCE_IN_PROGRESS:
        this.#extendInRebalance(sentAt);
        if (!joining()) {
          onRebalance();
        }
        return;
      case ErrorCode.NOT_COORDINATOR:
      case ErrorCode.COORDINATOR_NOT_AVAILABLE:
        client.forgetCoordinator('group', groupId);
        return;
      default:
        if (!joining()) {
          const reason = lostReason(code);
          if (reason !== null) {
            onLost(reason, errorFor(code, `Heartbeat of ${member.memberId} in group ${groupId}`));
          }
        }
    }
  }

  /** Short of the session time-out, so that a connection that is dead without a word leaves time for another. */
  #timeoutMs(): number {
    return Math.ceil(this.#options.sessionTimeoutMs / 3);
  }
}

/** What a broker's error says of a membership; null when it says nothing. */
export function lostReason(code: number): LostReason | null {
  switch (code) {
    case ErrorCode.ILLEGAL_GENERATION:
      return 'session-expired';
    case ErrorCode.UNKNOWN_MEMBER_ID:
      return 'unknown-member';
    case ErrorCode.FENCED_INSTANCE_ID:
      return 'fenced';
    default:
      return null;
  }
}
