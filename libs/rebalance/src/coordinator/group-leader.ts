import { KafkaError, type GroupGeneration, type JoinedMember, type Time } from '@millrace/kafka';
import { StoreTimeoutError, type ClusterConfigState, type ConfigBackingStore } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { assignRound } from '../assignor/assign-round.ts';
import { INITIAL_ASSIGNOR_STATE, type AssignorState } from '../assignor/assignor-state.ts';
import { encodeAssignmentV1 } from '../protocol/assignment-v1.ts';
import { protocolVersion } from '../protocol/connect-protocol.ts';
import { decodeMetadataV1 } from '../protocol/metadata-v1.ts';
import { RebalanceProtocolError } from '../protocol/protocol-error.ts';
import {
  ASSIGNMENT_ERROR_CONFIG_MISMATCH,
  ASSIGNMENT_ERROR_NONE,
  NOTHING,
  type ConnectorsAndTasks,
  type WorkerAssignment,
  type WorkerMetadata,
} from '../types.ts';

export interface GroupLeaderOptions {
  readonly url: string;
  readonly configStore: ConfigBackingStore;
  readonly workerSyncTimeoutMs: number;
  readonly scheduledRebalanceMaxDelayMs: number;
  readonly drained: () => ReadonlySet<string>;
  /** Whether a member is a worker of this kind, to be given work. */
  readonly isKin: (member: JoinedMember) => boolean;
  readonly time: Time;
  readonly logger: Logger;
}

interface Member {
  readonly id: string;
  readonly metadata: WorkerMetadata | null;
  readonly drained: boolean;
}

/** The leader's part of a round: reads what the members say, lets the assignor decide, writes what each is told. */
export class GroupLeader {
  readonly #options: GroupLeaderOptions;
  #state: AssignorState = INITIAL_ASSIGNOR_STATE;

  constructor(options: GroupLeaderOptions) {
    this.#options = options;
  }

  /** `lastCompleted`: the generation of the last round that came to its end on this worker, -1 for none. */
  async assign(
    round: GroupGeneration,
    joined: readonly JoinedMember[],
    lastCompleted: number,
  ): Promise<ReadonlyMap<string, Buffer>> {
    const members = joined.map((member) => this.#member(member));
    const newest = Math.max(...members.map(({ metadata }) => metadata?.configOffset ?? -1));
    const config = await this.#configSince(newest);
    if (config === null) {
      const mismatch = { error: ASSIGNMENT_ERROR_CONFIG_MISMATCH, configOffset: newest, delayMs: 0 };
      return this.#messages(round, new Map(members.map(({ id }) => [id, {}])), mismatch);
    }
    const result = assignRound(this.#state, {
      now: this.#options.time.now(),
      maxDelayMs: this.#options.scheduledRebalanceMaxDelayMs,
      generation: round.generationId,
      lastCompletedGeneration: lastCompleted,
      configured: configuredUnits(config),
      members: members.map(({ id, metadata, drained }) => ({
        id,
        drained,
        owned: metadata?.allocation?.assigned ?? NOTHING,
      })),
    });
    this.#state = result.state;
    return this.#messages(round, result.members, {
      error: ASSIGNMENT_ERROR_NONE,
      configOffset: config.offset,
      delayMs: result.delayMs,
    });
  }

  #messages(
    round: GroupGeneration,
    members: ReadonlyMap<string, Partial<Pick<WorkerAssignment, 'assigned' | 'revoked'>>>,
    common: Pick<WorkerAssignment, 'error' | 'configOffset' | 'delayMs'>,
  ): ReadonlyMap<string, Buffer> {
    const head = {
      version: protocolVersion(round.protocol) ?? 0,
      leader: round.leaderId,
      leaderUrl: this.#options.url,
      assigned: NOTHING,
      revoked: NOTHING,
    };
    return new Map(
      [...members].map(([id, told]) => [id, encodeAssignmentV1({ ...head, ...common, ...told })]),
    );
  }

  /** A member that cannot be understood, or is not one of ours, gets nothing to do; the others must not suffer from it. */
  #member(joined: JoinedMember): Member {
    const { logger, drained, isKin } = this.#options;
    const id = joined.memberId;
    if (!isKin(joined)) {
      logger.error(
        { member: id },
        "A worker that is not Millrace's is in the group; it is given nothing. Stop it",
      );
    }
    try {
      const metadata = decodeMetadataV1(joined.metadata);
      const workerId = joined.groupInstanceId ?? hostAndPort(metadata.url);
      return { id, metadata, drained: !isKin(joined) || drained().has(workerId) };
    } catch (error) {
      if (!(error instanceof RebalanceProtocolError)) {
        throw error;
      }
      logger.error(
        { member: id, err: error },
        'The metadata of a member cannot be read; it is given nothing',
      );
      return { id, metadata: null, drained: true };
    }
  }

  /** The config topic as of this offset or later; null when it cannot be read so far in time. */
  async #configSince(offset: number): Promise<ClusterConfigState | null> {
    const { configStore, logger, workerSyncTimeoutMs } = this.#options;
    const known = configStore.snapshot();
    if (known.offset >= offset) {
      return known;
    }
    try {
      const fresh = await configStore.read(workerSyncTimeoutMs);
      return fresh.offset >= offset ? fresh : null;
    } catch (error) {
      if (!(error instanceof StoreTimeoutError || error instanceof KafkaError)) {
        throw error;
      }
      logger.warn(
        { err: error, offset },
        'The config topic could not be read as far as a member has read it',
      );
      return null;
    }
  }
}

/** All that is to run somewhere. Tasks of a connector whose task configurations are incomplete do not count. */
function configuredUnits(config: ClusterConfigState): ConnectorsAndTasks {
  const connectors = config.connectors();
  return { connectors, tasks: connectors.flatMap((connector) => config.tasks(connector)) };
}

/** The worker id of a dynamic member, which is by default where it is advertised. */
function hostAndPort(url: string): string {
  return URL.parse(url)?.host ?? url;
}
