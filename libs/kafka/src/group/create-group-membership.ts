import { ErrorCode, errorFor } from '../client/error-codes.ts';
import { KafkaError } from '../errors.ts';
import type {
  GroupGeneration,
  GroupMembership,
  GroupMembershipOptions,
  JoinedMember,
  LostReason,
} from './group-membership.ts';
import {
  GROUP_LANE,
  joinGroupRequest,
  leaveGroupRequest,
  syncGroupRequest,
  type JoinOptions,
  type JoinResult,
  type MemberIdentity,
} from './group-requests.ts';
import { Heartbeats, lostReason } from './heartbeats.ts';
import { systemTime, type Time } from './time.ts';
import { before, within } from './waiting.ts';

/** Makes a member; it joins when started. */
export function createGroupMembership(options: GroupMembershipOptions): GroupMembership {
  return new ClassicGroupMembership(options);
}

const LEAVE_LIMIT_MS = 5_000;
const NO_GENERATION = -1;

/** What a round ended with. */
type RoundOutcome = 'stable' | 'again';

/**
 * A member of a classic consumer group. One loop joins, synchronises and waits; all handler calls come from it, one at a
 * time. Heartbeats run beside it and only raise flags.
 */
class ClassicGroupMembership implements GroupMembership {
  readonly finished: Promise<void>;
  readonly #options: GroupMembershipOptions;
  readonly #heartbeats: Heartbeats;
  readonly #time: Time;
  #generation: GroupGeneration | null = null;
  /** The generation that the broker counts this member to, also before it is synchronised: heartbeats speak for it. */
  #joined: GroupGeneration | null = null;
  #memberId = '';
  #rejoin = true;
  #joining = false;
  /** Whether a JoinGroup is on its way. */
  #asking = false;
  #closing = false;
  #left: Promise<void> | null = null;
  #lost: { readonly reason: LostReason; readonly error: Error | null } | null = null;
  #wake: (() => void) | null = null;
  #finish: { resolve: () => void; reject: (error: Error) => void } | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: GroupMembershipOptions) {
    this.#options = options;
    this.#time = options.time ?? systemTime;
    this.finished = new Promise((resolve, reject) => {
      this.#finish = { resolve, reject };
    });
    // Whoever is interested awaits it; nobody else must be troubled.
    this.finished.catch(() => undefined);
    this.#heartbeats = new Heartbeats({
      client: options.client,
      groupId: options.groupId,
      intervalMs: options.heartbeatIntervalMs,
      sessionTimeoutMs: options.sessionTimeoutMs,
      rebalanceTimeoutMs: options.rebalanceTimeoutMs,
      time: this.#time,
      member: () => {
        const generation = this.#joined;
        return generation === null ? null : { ...this.#identity(), generationId: generation.generationId };
      },
      joining: () => this.#joining,
      awaited: () => !this.#asking,
      onRebalance: () => {
        this.requestRejoin('the group rebalances');
      },
      onLost: (reason, error) => {
        this.#lost ??= { reason, error };
        this.#wakeUp();
      },
      onLease: (deadline) => {
        options.handler.onLease?.(deadline);
      },
    });
  }

  get generation(): GroupGeneration | null {
    return this.#lost === null ? this.#generation : null;
  }

  get memberId(): string {
    return this.#memberId;
  }

  start(): void {
    this.#loop = this.#run().then(
      () => this.#finish?.resolve(),
      (error: unknown) => {
        this.#heartbeats.stop();
        this.#finish?.reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  requestRejoin(reason: string): void {
    if (!this.#rejoin) {
      this.#options.client.logger.debug({ group: this.#options.groupId, reason }, 'Joining the group again');
      this.#rejoin = true;
      this.#wakeUp();
    }
  }

  leave(reason: string): Promise<void> {
    this.#left ??= this.#leave(reason);
    return this.#left;
  }

  async #leave(reason: string): Promise<void> {
    const { client, closesClient, groupId, groupInstanceId } = this.#options;
    this.#closing = true;
    this.#heartbeats.stop();
    this.#wakeUp();
    if (this.#memberId !== '') {
      client.logger.debug({ group: groupId, reason }, 'Leaving the group');
      const member = { memberId: this.#memberId, groupInstanceId };
      const left = client
        .coordinator('group', groupId)
        .then((node) => client.send(node, leaveGroupRequest(groupId, [member])));
      // Without an answer the broker finds out by the session time-out.
      await within(this.#time, LEAVE_LIMIT_MS, left).catch((error: unknown) => {
        client.logger.debug({ group: groupId, err: error }, 'LeaveGroup failed');
      });
    }
    if (closesClient === false) {
      client.closeLane(GROUP_LANE);
    } else {
      await client.close();
    }
    await this.#loop;
  }

  async #run(): Promise<void> {
    this.#heartbeats.start();
    while (!this.#closing) {
      await this.#handleLost();
      if (this.#rejoin) {
        const outcome = await this.#round();
        if (outcome === 'again') {
          continue;
        }
      }
      await this.#idle();
    }
    this.#generation = null;
  }

  /** Waits until there is something to do; a membership that could not be renewed in time is lost. */
  async #idle(): Promise<void> {
    if (this.#rejoin || this.#lost !== null || this.#closing) {
      return;
    }
    const left = this.#heartbeats.deadline - this.#time.now();
    if (left <= 0) {
      this.#lost = { reason: 'coordinator-unreachable', error: null };
      return;
    }
    await this.#pause(left);
  }

  /** Tells the handler that membership is gone, once. */
  async #handleLost(): Promise<void> {
    const expired = this.#generation !== null && this.#heartbeats.deadline <= this.#time.now();
    const lost =
      this.#lost ?? (expired ? ({ reason: 'coordinator-unreachable', error: null } as const) : null);
    this.#lost = null;
    if (lost === null || this.#closing) {
      return;
    }
    const had = this.#generation !== null || this.#memberId !== '';
    this.#generation = null;
    this.#joined = null;
    this.#joining = false;
    if (lost.reason === 'unknown-member' || lost.reason === 'fenced') {
      this.#memberId = '';
    }
    this.#rejoin = true;
    if (had) {
      await this.#options.handler.onLost(lost.reason, lost.error);
    }
  }

  async #round(): Promise<RoundOutcome> {
    const { handler } = this.#options;
    if (this.#closing) {
      return 'again';
    }
    await handler.onJoinPrepare(this.#generation);
    this.#rejoin = false;
    const joined = await this.#join();
    if (joined === null) {
      this.#rejoin = true;
      return 'again';
    }
    const round: GroupGeneration = {
      generationId: joined.generationId,
      memberId: joined.memberId,
      protocol: joined.protocol,
      leaderId: joined.leaderId,
    };
    this.#joined = round;
    const assignment = await this.#sync(round, joined.members);
    if (assignment === null) {
      this.#rejoin = true;
      return 'again';
    }
    this.#joining = false;
    this.#generation = round;
    this.#heartbeats.hasten();
    await handler.onJoinComplete(round, assignment);
    return 'stable';
  }

  /** null: try the whole round again. */
  async #join(): Promise<JoinResult | null> {
    const { client, groupId, handler, protocolType, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    const protocols = await handler.protocols();
    this.#joining = true;
    while (!this.#closing) {
      let result: JoinResult;
      try {
        const node = await client.coordinator('group', groupId);
        const inTime = await this.#ask(node, {
          member: { ...this.#identity(), generationId: NO_GENERATION },
          protocolType,
          protocols,
          sessionTimeoutMs,
          rebalanceTimeoutMs,
          timeoutMs: this.#answerLimitMs(),
        });
        if (inTime === null) {
          return this.#afterExpiry();
        }
        result = inTime;
      } catch (error) {
        return this.#afterFailure(error);
      }
      if (result.error === ErrorCode.NONE) {
        this.#memberId = result.memberId;
        return result;
      }
      if (result.error !== ErrorCode.MEMBER_ID_REQUIRED) {
        return this.#afterError(result.error, 'JoinGroup');
      }
      this.#memberId = result.memberId;
    }
    return null;
  }

  async #ask(node: number, join: JoinOptions): Promise<JoinResult | null> {
    this.#asking = true;
    try {
      return await this.#whileMember(this.#options.client.send(node, joinGroupRequest(join)));
    } finally {
      this.#asking = false;
    }
  }

  async #sync(round: GroupGeneration, members: readonly JoinedMember[]): Promise<Buffer | null> {
    const { client, groupId, handler } = this.#options;
    const leads = round.leaderId === round.memberId && members.length > 0;
    const assignments = leads ? await handler.assign(round, members) : new Map<string, Buffer>();
    const sentAt = this.#time.now();
    try {
      const node = await client.coordinator('group', groupId);
      const member = { ...this.#identity(), generationId: round.generationId };
      const answer = client.send(node, syncGroupRequest(member, assignments, this.#answerLimitMs()));
      const result = await this.#whileMember(answer);
      if (result === null) {
        return this.#afterExpiry();
      }
      if (result.error === ErrorCode.NONE) {
        this.#heartbeats.extend(sentAt);
        return result.assignment;
      }
      return await this.#afterError(result.error, 'SyncGroup');
    } catch (error) {
      return this.#afterFailure(error);
    }
  }

  /** A broker's refusal: what passes leads to another round, the rest ends the membership. */
  async #afterError(code: number, request: string): Promise<null> {
    const { client, groupId } = this.#options;
    this.#joining = false;
    const error = errorFor(code, `${request} in group ${groupId}`);
    const reason = lostReason(code);
    if (reason !== null) {
      this.#lost = { reason, error };
      return null;
    }
    if (!error.retriable) {
      throw error;
    }
    if (code !== ErrorCode.REBALANCE_IN_PROGRESS) {
      client.forgetCoordinator('group', groupId);
      await this.#pause(this.#options.retryBackoffMs);
    }
    return null;
  }

  /** The membership ended before the round did; what is still under way for it does not count any more. */
  #afterExpiry(): null {
    this.#joining = false;
    this.#lost ??= { reason: 'coordinator-unreachable', error: null };
    this.#options.client.closeLane(GROUP_LANE);
    return null;
  }

  /** No answer: the request may be with the broker all the same, so that heartbeats tell nothing until it is sent again. */
  async #afterFailure(error: unknown): Promise<null> {
    const { client, groupId, retryBackoffMs } = this.#options;
    if (this.#closing) {
      return null;
    }
    if (!(error instanceof KafkaError) || !error.retriable) {
      throw error;
    }
    client.logger.debug(
      { group: groupId, err: error },
      'The group coordinator cannot be reached; trying again',
    );
    client.forgetCoordinator('group', groupId);
    await this.#pause(retryBackoffMs);
    return null;
  }

  #identity(): MemberIdentity {
    const { groupId, groupInstanceId } = this.#options;
    return {
      groupId,
      groupInstanceId,
      memberId: this.#memberId,
      generationId: this.#generation?.generationId ?? NO_GENERATION,
    };
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#time.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = null;
  }

  /**
   * How long a JoinGroup or SyncGroup may take before it is sent again, which changes nothing for one that was received. One
   * that was lost without a word must be there before the broker puts the member out for the lack of it.
   */
  #answerLimitMs(): number {
    const { rebalanceTimeoutMs, sessionTimeoutMs } = this.#options;
    return Math.min(sessionTimeoutMs, rebalanceTimeoutMs / 4);
  }

  /** Waits for an answer while the membership holds, if there is one; null when it is over first. */
  async #whileMember<T>(answer: Promise<T>): Promise<T | null> {
    return this.#generation === null ? answer : before(this.#time, () => this.#heartbeats.deadline, answer);
  }

  #wakeUp(): void {
    this.#wake?.();
  }
}
