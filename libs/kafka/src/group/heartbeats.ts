import { ErrorCode, errorFor } from '../client/error-codes.ts';
import type { KafkaClient } from '../client/kafka-client.ts';
import { KafkaError } from '../errors.ts';
import { heartbeatRequest, type MemberIdentity } from './group-requests.ts';
import type { LostReason } from './group-membership.ts';

export interface HeartbeatOptions {
  readonly client: KafkaClient;
  readonly groupId: string;
  readonly intervalMs: number;
  readonly sessionTimeoutMs: number;
  /** The member as it is now; null while there is none to keep alive. */
  readonly member: () => MemberIdentity | null;
  /** While a JoinGroup is under way its answer, not a heartbeat's, tells what became of the member. */
  readonly joining: () => boolean;
  readonly onRebalance: () => void;
  readonly onLost: (reason: LostReason, error: Error) => void;
  readonly onLease: (deadline: number) => void;
}

/**
 * Keeps a member alive beside whatever its handlers do, and knows how long the broker must still count it as alive: from
 * the moment a request that succeeded was sent, for the session time-out.
 */
export class Heartbeats {
  readonly #options: HeartbeatOptions;
  #timer: NodeJS.Timeout | null = null;
  #deadline = Number.NEGATIVE_INFINITY;
  #beating = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Until when the membership holds, of `performance.now()`. */
  get deadline(): number {
    return this.#deadline;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      void this.beat();
    }, this.#options.intervalMs);
  }

  stop(): void {
    if (this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
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

  /** A request that was sent then, and succeeded, proves the membership too. */
  extend(sentAt: number): void {
    const deadline = sentAt + this.#options.sessionTimeoutMs;
    if (deadline > this.#deadline) {
      this.#deadline = deadline;
      this.#options.onLease(deadline);
    }
  }

  async #beat(member: MemberIdentity): Promise<void> {
    const { client, groupId, sessionTimeoutMs, joining, onLost, onRebalance } = this.#options;
    const sentAt = performance.now();
    let code: number;
    try {
      const node = await client.coordinator('group', groupId);
      code = await client.send(node, heartbeatRequest(member, sessionTimeoutMs));
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
        this.extend(sentAt);
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
