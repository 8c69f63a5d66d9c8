import { ConfigError } from '@millrace/connect-api';
import {
  createAdmin,
  createGroupMembership,
  KafkaError,
  systemTime,
  type GroupMembership,
  type LostReason,
  type Time,
} from '@millrace/kafka';
import { CONNECT_PROTOCOL_TYPE } from '../protocol/connect-protocol.ts';
import { ConfigWatch } from './config-watch.ts';
import { ConfigUnreadableError, ForeignMemberError } from './coordinator-errors.ts';
import type { CoordinatorListener } from './coordinator-listener.ts';
import type { CoordinatorState, WorkerCoordinatorOptions } from './coordinator-options.ts';
import { GroupEntry } from './group-entry.ts';
import { isNothing } from './local-assignment.ts';
import { pause } from './pause.ts';
import { WorkerMember } from './worker-member.ts';

/** Kafka's code for a member whose protocol type or protocols have nothing in common with the group's. */
const INCONSISTENT_GROUP_PROTOCOL = 23;

/**
 * A worker's place in its group: joins, tells the listener what to run and what to stop, and, when it is the leader, decides for
 * all (spec/group-protocol.md). A worker that cannot prove its membership any more stops everything (design invariant 4).
 */
export class WorkerCoordinator {
  /**
   * Resolves after `leave`. Rejects when this worker can never be a member again (ForeignMemberError, WorkerReplacedError,
   * WorkerIdInUseError, KafkaError for a lack of rights); everything has been stopped by then.
   */
  readonly finished: Promise<void>;
  readonly #options: WorkerCoordinatorOptions;
  readonly #time: Time;
  readonly #leaving = new AbortController();
  readonly #entry: GroupEntry;
  readonly #member: WorkerMember;
  #watch: ConfigWatch | null = null;
  #membership: GroupMembership | null = null;
  #finish: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | null = null;
  #ended: Promise<void> = Promise.resolve();
  #turn: Promise<void> = Promise.resolve();
  #left: Promise<void> | null = null;

  constructor(options: WorkerCoordinatorOptions) {
    if (options.connectProtocol === 'eager') {
      throw new ConfigError(
        'connect.protocol=eager stops every task in every rebalance and is not supported; use sessioned (the default) or compatible',
        { key: 'connect.protocol' },
      );
    }
    this.#options = options;
    this.#time = options.time ?? systemTime;
    this.finished = new Promise((resolve, reject) => {
      this.#finish = { resolve, reject };
    });
    // Whoever is interested awaits it; nobody else must be troubled.
    this.finished.catch(() => undefined);
    this.#entry = new GroupEntry({
      ...options,
      admin: options.admin ?? createAdmin(options.client),
      isReplaced: options.isReplaced ?? (() => Promise.resolve(false)),
      isPredecessorDead: options.isPredecessorDead ?? (() => Promise.resolve(true)),
      time: this.#time,
      signal: this.#leaving.signal,
    });
    this.#member = new WorkerMember({
      ...options,
      time: this.#time,
      entry: this.#entry,
      signal: this.#leaving.signal,
      listener: this.#inTurns(options.listener),
      membership: () => this.#membership,
      changedAfter: (offset) => this.#watch?.changedAfter(offset) ?? false,
      onThrownOut: (reason) => this.#thrownOut(reason),
    });
  }

  /** Begins to join; errors go to `finished`. */
  start(): void {
    this.#watch = new ConfigWatch(this.#options.configStore, this.#time, (reason) => {
      this.requestRejoin(reason);
    });
    this.#ended = this.#run();
  }

  /** Another round soon. The broker makes one for a follower only if its metadata has changed, for the leader always. */
  requestRejoin(reason: string): void {
    this.#membership?.requestRejoin(reason);
  }

  /** Stops what runs, leaves the group and ends. */
  leave(): Promise<void> {
    this.#left ??= this.#leave();
    return this.#left;
  }

  state(): CoordinatorState {
    return this.#member.state();
  }

  async #leave(): Promise<void> {
    this.#leaving.abort();
    try {
      const { assignment } = this.#member.state();
      // Also when there is nothing left: it may still be stopping.
      await this.#inTurn(async () => {
        if (!isNothing(assignment)) {
          await this.#options.listener.onRevoked(assignment);
        }
      });
    } finally {
      await this.#membership?.leave('the worker stops');
      await this.#options.client.close();
      await this.#ended;
      this.#finish?.resolve();
    }
  }

  async #run(): Promise<void> {
    try {
      await this.#entry.checkKind();
      await this.#entry.takeSeat();
      while (!this.#leaving.signal.aborted) {
        await this.#beMember();
      }
      this.#finish?.resolve();
    } catch (error) {
      await this.#end(error);
    } finally {
      this.#watch?.stop();
    }
  }

  /** One membership from its first join to its end: when the worker leaves, or must stay away for a while. */
  async #beMember(): Promise<void> {
    const { client, groupId, groupInstanceId, logger, workerUnsyncBackoffMs } = this.#options;
    const membership = createGroupMembership({
      client,
      closesClient: false,
      groupId,
      protocolType: CONNECT_PROTOCOL_TYPE,
      groupInstanceId,
      sessionTimeoutMs: this.#options.sessionTimeoutMs,
      rebalanceTimeoutMs: this.#options.rebalanceTimeoutMs,
      heartbeatIntervalMs: this.#options.heartbeatIntervalMs,
      retryBackoffMs: this.#options.retryBackoffMs,
      handler: this.#member,
      time: this.#time,
    });
    this.#membership = membership;
    membership.start();
    try {
      await membership.finished;
    } catch (error) {
      if (!(error instanceof ConfigUnreadableError)) {
        throw error;
      }
      logger.error({ err: error, ms: workerUnsyncBackoffMs }, 'Leaving the group for a while');
      await membership.leave('the config topic cannot be read');
      await pause(this.#time, workerUnsyncBackoffMs, this.#leaving.signal);
    }
  }

  /** The end that nobody asked for: everything stops, the group is told if it can be, and `finished` says why. */
  async #end(error: unknown): Promise<void> {
    const { client, groupId, listener } = this.#options;
    const inconsistent = error instanceof KafkaError && error.brokerCode === INCONSISTENT_GROUP_PROTOCOL;
    const cause = inconsistent
      ? new ForeignMemberError(
          groupId,
          `Group ${groupId} has members of another kind: another protocol type, or workers with connect.protocol=eager, which is not supported`,
          error,
        )
      : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#leaving.abort();
    try {
      if (!isNothing(this.#member.state().assignment)) {
        await this.#inTurn(() => listener.onLost(reason));
      }
      await this.#membership?.leave(reason);
      await client.close();
    } finally {
      this.#finish?.reject(cause);
    }
  }

  /** After everything has stopped: whether there is a way back. */
  async #thrownOut(reason: LostReason): Promise<void> {
    if (reason === 'fenced' || reason === 'unknown-member') {
      await this.#entry.checkReplaced();
      await this.#entry.takeSeat();
    }
  }

  /** The listener as the member sees it: one call at a time, also while the worker leaves. */
  #inTurns(listener: CoordinatorListener): CoordinatorListener {
    return {
      onJoinPrepare: () => this.#inTurn(() => listener.onJoinPrepare()),
      onRevoked: (revoked) => this.#inTurn(() => listener.onRevoked(revoked)),
      onLost: (reason) => this.#inTurn(() => listener.onLost(reason)),
      onAssigned: (all, round) => {
        listener.onAssigned(all, round);
      },
      onLease: (deadline) => {
        listener.onLease(deadline);
      },
    };
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
