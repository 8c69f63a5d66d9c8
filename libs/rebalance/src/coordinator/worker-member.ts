import type {
  GroupGeneration,
  GroupMembership,
  GroupProtocol,
  GroupProtocolHandler,
  JoinedMember,
  LostReason,
  Time,
} from '@millrace/kafka';
import { decodeAssignmentV1 } from '../protocol/assignment-v1.ts';
import { cooperativeProtocols } from '../protocol/connect-protocol.ts';
import { RebalanceProtocolError } from '../protocol/protocol-error.ts';
import { ASSIGNMENT_ERROR_NONE, NOTHING, type WorkerAssignment } from '../types.ts';
import { AlarmClock } from './alarm-clock.ts';
import { ConfigCatchUp } from './config-catch-up.ts';
import { ConfigUnreadableError } from './coordinator-errors.ts';
import type { CoordinatorListener } from './coordinator-listener.ts';
import type { CoordinatorState, WorkerCoordinatorOptions } from './coordinator-options.ts';
import { foreignMember, isKin, type GroupEntry } from './group-entry.ts';
import { GroupLeader } from './group-leader.ts';
import { isNothing, mergeAssignment, unknownUnits, without } from './local-assignment.ts';

export interface WorkerMemberOptions extends Omit<WorkerCoordinatorOptions, 'client' | 'admin' | 'time'> {
  readonly time: Time;
  readonly entry: GroupEntry;
  readonly listener: CoordinatorListener;
  /** Aborted: the worker leaves, and takes no more work. */
  readonly signal: AbortSignal;
  readonly membership: () => GroupMembership | null;
  /** Whether something was read from the config topic, past this offset, that changes who is to run what. */
  readonly changedAfter: (offset: number) => boolean;
  /** Called when the place in the group is lost and everything has stopped; what it throws ends the membership. */
  readonly onThrownOut: (reason: LostReason) => Promise<void>;
}

const NO_ASSIGNMENT: WorkerAssignment = {
  version: 2,
  error: ASSIGNMENT_ERROR_NONE,
  leader: null,
  leaderUrl: null,
  configOffset: -1,
  assigned: NOTHING,
  revoked: NOTHING,
  delayMs: 0,
};

/** Connect's part in group membership: what a worker says when it joins, and does with what it is told (section 3 of the spec). */
export class WorkerMember implements GroupProtocolHandler {
  readonly #options: WorkerMemberOptions;
  readonly #leader: GroupLeader;
  readonly #catchUp: ConfigCatchUp;
  readonly #scheduled: AlarmClock;
  readonly #retry: AlarmClock;
  /** What this worker has, also while it could not start it yet; null when it has not been given anything. */
  #assignment: WorkerAssignment | null = null;
  #round: GroupGeneration | null = null;
  #message: WorkerAssignment | null = null;
  #leaseUntil = Number.NEGATIVE_INFINITY;
  /** Whether it is known that the group has workers of this kind only. */
  #kindKnown: boolean;
  /** Whether this worker had no place in the group before the round that is under way. */
  #newcomer = true;
  /** Assignments in a row that could not be used. */
  #unusable = 0;

  constructor(options: WorkerMemberOptions) {
    this.#options = options;
    this.#kindKnown = options.groupInstanceId === null;
    this.#leader = new GroupLeader({
      ...options,
      drained: options.drained ?? (() => new Set()),
      isKin: (member) => options.groupInstanceId === null || isKin(member),
    });
    this.#catchUp = new ConfigCatchUp(options);
    this.#scheduled = new AlarmClock(options.time);
    this.#retry = new AlarmClock(options.time);
  }

  state(): CoordinatorState {
    const { memberId = '', leaderId = null, protocol = null, generationId = -1 } = this.#round ?? {};
    return {
      generation: generationId,
      memberId,
      leader: leaderId,
      leaderUrl: this.#message?.leaderUrl ?? null,
      protocol,
      isLeader: leaderId !== null && leaderId === memberId,
      assignment: this.#assignment?.assigned ?? NOTHING,
    };
  }

  async protocols(): Promise<readonly GroupProtocol[]> {
    const { connectProtocol, configStore, entry, url } = this.#options;
    if (this.#newcomer && this.#options.membership()?.memberId === '') {
      // The last look at the seat may be long ago, and from before anybody could know of this worker: `onJoinPrepare` tells.
      await entry.takeSeat();
    }
    return cooperativeProtocols(connectProtocol, {
      url,
      configOffset: configStore.snapshot().offset,
      allocation: this.#allocation(),
    });
  }

  async onJoinPrepare(): Promise<void> {
    this.#retry.clear();
    await this.#options.listener.onJoinPrepare();
  }

  async assign(
    round: GroupGeneration,
    members: readonly JoinedMember[],
  ): Promise<ReadonlyMap<string, Buffer>> {
    const stranger = members.find((member) => !isKin(member));
    if (!this.#kindKnown && stranger !== undefined) {
      throw foreignMember(this.#options.groupId, stranger.memberId, '');
    }
    this.#kindKnown = true;
    return this.#leader.assign(round, members, this.#round?.generationId ?? -1);
  }

  async onJoinComplete(round: GroupGeneration, bytes: Buffer): Promise<void> {
    const { listener, signal, entry } = this.#options;
    if (signal.aborted) {
      return;
    }
    if (!this.#kindKnown) {
      await entry.checkKind();
      this.#kindKnown = true;
    }
    if (this.#newcomer) {
      // Two that start at once with one id may both have found its seat free; only the later one may begin to work.
      await entry.checkReplaced(() => this.#holds(round));
      this.#newcomer = false;
    }
    this.#round = round;
    const message = this.#read(bytes);
    if (message === null) {
      return;
    }
    this.#message = message;
    if (!isNothing(message.revoked)) {
      await listener.onRevoked(message.revoked);
    }
    this.#assignment = mergeAssignment(this.#assignment, message);
    this.#schedule(message.delayMs);
    if (await this.#usable(message)) {
      this.#start(round, message);
    }
  }

  async onLost(reason: LostReason, error: Error | null): Promise<void> {
    // Whoever is out of the group knows that others may run by now what runs here, whatever was promised before.
    this.onLease(Math.min(this.#leaseUntil, this.#options.time.now()));
    await this.#giveUp(error === null ? reason : `${reason}: ${error.message}`);
    if (!this.#options.signal.aborted) {
      await this.#options.onThrownOut(reason);
    }
  }

  onLease(deadline: number): void {
    this.#leaseUntil = deadline;
    this.#options.listener.onLease(deadline);
  }

  /**
   * What the metadata says this worker has. To a follower whose metadata has not changed the broker just repeats the last
   * assignment; so that an unusable one is made anew, their number goes into a field that no leader reads.
   */
  #allocation(): WorkerAssignment | null {
    return this.#unusable === 0
      ? this.#assignment
      : { ...(this.#assignment ?? NO_ASSIGNMENT), delayMs: this.#unusable };
  }

  #read(bytes: Buffer): WorkerAssignment | null {
    try {
      return decodeAssignmentV1(bytes);
    } catch (error) {
      if (!(error instanceof RebalanceProtocolError)) {
        throw error;
      }
      this.#options.logger.error(
        { err: error, leader: this.#round?.leaderId },
        'The assignment cannot be read',
      );
      this.#rejoinAfterUnusable();
      return null;
    }
  }

  /** Whether work can begin by this assignment; if not, another round is on its way. */
  async #usable(message: WorkerAssignment): Promise<boolean> {
    const { configStore, changedAfter } = this.#options;
    const failed = message.error !== ASSIGNMENT_ERROR_NONE;
    if (failed || configStore.snapshot().offset < message.configOffset) {
      const pauseMs = await this.#readConfigTo(message.configOffset);
      if (pauseMs > 0) {
        this.#retry.set(pauseMs, () => {
          this.#rejoin('the config topic was not read in time');
        });
        return false;
      }
    }
    if (failed || changedAfter(message.configOffset)) {
      this.#rejoin('the assignment was made for another state of the config topic');
      return false;
    }
    return true;
  }

  async #readConfigTo(offset: number): Promise<number> {
    try {
      return await this.#catchUp.readTo(offset);
    } catch (error) {
      if (error instanceof ConfigUnreadableError) {
        await this.#giveUp(error.message);
      }
      throw error;
    }
  }

  #start(round: GroupGeneration, message: WorkerAssignment): void {
    const { configStore, listener, logger } = this.#options;
    if (this.#assignment === null || !this.#holds(round)) {
      return;
    }
    const unknown = unknownUnits(this.#assignment, configStore.snapshot());
    if (isNothing(unknown)) {
      this.#unusable = 0;
    } else {
      logger.error(
        { ...unknown },
        'The assignment names connectors or tasks that the config topic does not have',
      );
      this.#assignment = without(this.#assignment, unknown);
      this.#rejoinAfterUnusable();
    }
    listener.onAssigned(this.#assignment.assigned, {
      generation: round.generationId,
      leader: round.leaderId === round.memberId,
    });
    if (!isNothing(message.revoked)) {
      this.#rejoin('what was revoked has stopped');
    }
  }

  /** Whether this worker still is what the round made it: stopping and catching up take time. */
  #holds(round: GroupGeneration): boolean {
    const { membership, signal, time } = this.#options;
    const current = membership()?.generation;
    return !signal.aborted && current?.generationId === round.generationId && time.now() < this.#leaseUntil;
  }

  async #giveUp(reason: string): Promise<void> {
    this.#scheduled.clear();
    this.#retry.clear();
    this.#assignment = null;
    this.#round = null;
    this.#newcomer = true;
    await this.#options.listener.onLost(reason);
  }

  #schedule(delayMs: number): void {
    this.#scheduled.clear();
    if (delayMs > 0) {
      this.#scheduled.set(delayMs, () => {
        this.#rejoin('the delay that the leader asked for is over');
      });
    }
  }

  #rejoinAfterUnusable(): void {
    const { rebalanceTimeoutMs, retryBackoffMs } = this.#options;
    const pauseMs = Math.min(retryBackoffMs * 2 ** this.#unusable, rebalanceTimeoutMs);
    this.#unusable += 1;
    this.#retry.set(pauseMs, () => {
      this.#rejoin('the assignment was of no use');
    });
  }

  #rejoin(reason: string): void {
    this.#options.membership()?.requestRejoin(reason);
  }
}
