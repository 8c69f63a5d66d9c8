import type { ConnectorTaskId } from '@millrace/topic-stores';

/** Connectors and tasks given to one worker. */
export interface ConnectorsAndTasks {
  readonly connectors: readonly string[];
  readonly tasks: readonly ConnectorTaskId[];
}

/** No connector and no task. */
export const NOTHING: ConnectorsAndTasks = { connectors: [], tasks: [] };

/** Metadata of a member in JoinGroup (spec/group-protocol.md section 2). */
export interface WorkerMetadata {
  readonly version: number;
  readonly url: string;
  readonly configOffset: number;
  /** What the member runs now; null in v0, or when it has nothing yet. */
  readonly allocation: WorkerAssignment | null;
}

export const ASSIGNMENT_ERROR_NONE = 0;
export const ASSIGNMENT_ERROR_CONFIG_MISMATCH = 1;

/** The assignment a member gets in SyncGroup; under v1 and v2 `assigned` holds only what is new. */
export interface WorkerAssignment {
  readonly version: number;
  readonly error: number;
  readonly leader: string | null;
  readonly leaderUrl: string | null;
  readonly configOffset: number;
  readonly assigned: ConnectorsAndTasks;
  readonly revoked: ConnectorsAndTasks;
  /** Milliseconds until the leader wants another round; 0 for none. */
  readonly delayMs: number;
}
