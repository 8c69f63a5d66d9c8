import { KafkaError, type GroupDescription, type KafkaAdmin, type Time } from '@millrace/kafka';
import type { Logger } from 'pino';
import { CONNECT_PROTOCOL_TYPE } from '../protocol/connect-protocol.ts';
import { ForeignMemberError, WorkerIdInUseError, WorkerReplacedError } from './coordinator-errors.ts';
import { pause, unlessAborted } from './pause.ts';

/** The two admin calls that a coordinator makes. */
export type GroupAdmin = Pick<KafkaAdmin, 'describeGroup' | 'removeStaticMember'>;

export interface GroupEntryOptions {
  readonly admin: GroupAdmin;
  readonly groupId: string;
  readonly groupInstanceId: string | null;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly retryBackoffMs: number;
  readonly workerId: string;
  readonly isReplaced: () => Promise<boolean>;
  readonly isPredecessorDead: () => Promise<boolean>;
  readonly time: Time;
  readonly logger: Logger;
  /** Aborted: the worker leaves, and nothing is waited for any more. */
  readonly signal: AbortSignal;
}

type Member = GroupDescription['members'][number];

/** A predecessor that is dead is forgotten by the broker within its session time-out; one that is still there is alive. */
const SESSIONS_TO_WAIT = 3;

/**
 * What comes before a join: whether the group is one to join at all, and a free seat in it for a static member (design
 * section 7). A seat that is taken cannot just be sat down on: the broker would hand over its last assignment, which holds only
 * what was new then.
 */
export class GroupEntry {
  readonly #options: GroupEntryOptions;

  constructor(options: GroupEntryOptions) {
    this.#options = options;
  }

  /**
   * Throws ForeignMemberError when there is a member of another kind. A Millrace worker is told by its `group.instance.id`: the
   * JVM's workers never have one (spec/group-protocol.md section 1), and nothing else about them can be relied on. A worker
   * without one of its own does not look.
   */
  async checkKind(): Promise<void> {
    const { groupId, groupInstanceId } = this.#options;
    if (groupInstanceId === null) {
      return;
    }
    const group = await this.#describe();
    if (group === null || group.members.length === 0) {
      return;
    }
    if (group.protocolType !== '' && group.protocolType !== CONNECT_PROTOCOL_TYPE) {
      throw new ForeignMemberError(
        groupId,
        `Group ${groupId} is in use by members of protocol type ${group.protocolType}; a cluster of workers needs a group.id of its own`,
      );
    }
    const stranger = group.members.find((member) => !isKin(member));
    if (stranger !== undefined) {
      throw foreignMember(groupId, stranger.memberId, stranger.clientHost);
    }
  }

  /** Frees the seat of a dead predecessor, or waits until a live one has left; throws WorkerIdInUseError when it does not. */
  async takeSeat(): Promise<void> {
    const { admin, groupId, groupInstanceId, logger, signal, time } = this.#options;
    if (groupInstanceId === null) {
      return;
    }
    const limit = time.now() + SESSIONS_TO_WAIT * this.#options.sessionTimeoutMs;
    for (;;) {
      const predecessor = (await this.#describe())?.members.find(
        (member) => member.groupInstanceId === groupInstanceId,
      );
      if (predecessor === undefined || signal.aborted) {
        return;
      }
      // Whoever took the id over has said so before it joined: that is no predecessor.
      await this.checkReplaced();
      if (await this.#predecessorDead()) {
        const { memberId } = predecessor;
        logger.info({ group: groupId, member: memberId }, 'Removing the dead predecessor from the group');
        await this.#retrying(() => admin.removeStaticMember(groupId, groupInstanceId, memberId));
        return;
      }
      if (time.now() >= limit) {
        throw new WorkerIdInUseError(groupInstanceId, predecessor.clientHost);
      }
      await pause(time, this.#options.heartbeatIntervalMs, signal);
    }
  }

  /**
   * Throws WorkerReplacedError when another process has this worker's id now; asks until there is an answer, or nobody needs one
   * any more.
   */
  async checkReplaced(needed: () => boolean = () => true): Promise<void> {
    const { groupInstanceId, isReplaced, logger, retryBackoffMs, signal, time, workerId } = this.#options;
    if (groupInstanceId === null) {
      return;
    }
    while (!signal.aborted && needed()) {
      try {
        if (await isReplaced()) {
          throw new WorkerReplacedError(workerId);
        }
        return;
      } catch (error) {
        if (error instanceof WorkerReplacedError) {
          throw error;
        }
        logger.warn(
          { err: error },
          'Whether another process has the id of this worker could not be read; asking again',
        );
        await pause(time, retryBackoffMs, signal);
      }
    }
  }

  /** What cannot be found out now may be known at the next look. */
  async #predecessorDead(): Promise<boolean> {
    try {
      return await this.#options.isPredecessorDead();
    } catch (error) {
      this.#options.logger.warn(
        { err: error },
        'Whether the predecessor of this worker is dead could not be found out',
      );
      return false;
    }
  }

  /** null when the worker leaves before there is an answer. */
  async #describe(): Promise<GroupDescription | null> {
    return this.#retrying(() => this.#options.admin.describeGroup(this.#options.groupId));
  }

  async #retrying<T>(call: () => Promise<T>): Promise<T | null> {
    const { groupId, logger, retryBackoffMs, signal, time } = this.#options;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        return await unlessAborted(call(), signal);
      } catch (error) {
        if (!(error instanceof KafkaError) || !error.retriable) {
          throw error;
        }
        if (attempt === 0) {
          logger.warn(
            { group: groupId, err: error },
            "The group's coordinator cannot be reached; trying again",
          );
        }
        await pause(time, retryBackoffMs, signal);
      }
    }
    return null;
  }
}

/** Whether a member is a Millrace worker. */
export function isKin(member: Pick<Member, 'groupInstanceId'>): boolean {
  return member.groupInstanceId !== null;
}

export function foreignMember(groupId: string, memberId: string, host: string): ForeignMemberError {
  return new ForeignMemberError(
    groupId,
    `Group ${groupId} has a worker that is not Millrace's: member ${memberId}${host === '' ? '' : ` at ${host}`}. Workers of Kafka Connect's JVM and of Millrace cannot share a group at one time; stop that one first (one that was killed is forgotten after its session time-out)`,
  );
}
