import type { KafkaClient, Time } from '@millrace/kafka';
import type { ConfigBackingStore } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import type { ConnectProtocol } from '../protocol/connect-protocol.ts';
import type { ConnectorsAndTasks } from '../types.ts';
import type { CoordinatorListener } from './coordinator-listener.ts';
import type { GroupAdmin } from './group-entry.ts';

/** All times in milliseconds; the settings of the same names in spec/group-protocol.md section 1. */
export interface WorkerCoordinatorOptions {
  /** A client of its own; closed when the coordinator ends. */
  readonly client: KafkaClient;
  readonly groupId: string;
  readonly workerId: string;
  /** With a trailing slash. */
  readonly url: string;
  /** The worker id for a static member; null for a dynamic one. */
  readonly groupInstanceId: string | null;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly workerSyncTimeoutMs: number;
  readonly workerUnsyncBackoffMs: number;
  readonly scheduledRebalanceMaxDelayMs: number;
  readonly retryBackoffMs: number;
  /** `eager` is refused. */
  readonly connectProtocol: ConnectProtocol;
  /** Started before the coordinator is. */
  readonly configStore: ConfigBackingStore;
  /** Worker ids that are to run nothing; asked on the leader in every round. */
  readonly drained?: () => ReadonlySet<string>;
  readonly listener: CoordinatorListener;
  readonly logger: Logger;
  /**
   * Whether another process has this worker's id now (`status-worker-<id>` names another incarnation): asked when the broker
   * has thrown this worker out, and after it has joined, before it begins to work. So that of two processes only one does,
   * each must have made itself known by then: when `isPredecessorDead` has answered yes, at the latest in `onJoinPrepare`.
   * What it throws makes it be asked again. Never, when left out.
   */
  readonly isReplaced?: () => Promise<boolean>;
  /**
   * Asked before a join when the group still has a member with this worker's id: whether every process that had the id
   * before is known to be dead. Then that member is removed at once; else it is waited for until the broker has thrown it
   * out or it has left. When left out, it is taken for dead, as after a restart in place: a live one would learn of it with
   * its next heartbeat.
   */
  readonly isPredecessorDead?: () => Promise<boolean>;
  /** Those of `client` when left out. */
  readonly admin?: GroupAdmin;
  /** `systemTime` when left out. */
  readonly time?: Time;
}

/** What a coordinator knows of the group, for metrics and `GET /workers`. */
export interface CoordinatorState {
  /** -1 while there is no completed round. */
  readonly generation: number;
  readonly memberId: string;
  readonly leader: string | null;
  readonly leaderUrl: string | null;
  readonly protocol: string | null;
  readonly isLeader: boolean;
  readonly assignment: ConnectorsAndTasks;
}
