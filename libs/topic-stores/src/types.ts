import type { Props } from '@millrace/connect-api';

/** Target state of a connector in the config topic (spec/runtime.md section 1). */
export type TargetState = 'STARTED' | 'PAUSED' | 'STOPPED';

/** State in the status topic. STOPPED is for connectors only; a tombstone stands for DESTROYED. */
export type State = 'UNASSIGNED' | 'RUNNING' | 'PAUSED' | 'FAILED' | 'RESTARTING' | 'STOPPED' | 'DESTROYED';

export interface ConnectorTaskId {
  readonly connector: string;
  readonly task: number;
}

/** A restart of a connector as `restart-connector-X` carries it. */
export interface RestartRequest {
  readonly connector: string;
  readonly includeTasks: boolean;
  readonly onlyFailed: boolean;
}

export interface SessionKey {
  /** Base64 of the key bytes. */
  readonly key: string;
  readonly algorithm: string;
  readonly creationTimestamp: number;
}

/** The status of a connector (`task` null) or task. */
export interface StatusEntry {
  readonly connector: string;
  readonly task: number | null;
  readonly state: State;
  readonly trace: string | null;
  readonly workerId: string;
  readonly generation: number;
  readonly version: string | null;
}

/** A topic that a connector's task was seen to use. */
export interface TopicStatusEntry {
  readonly topic: string;
  readonly connector: string;
  readonly task: number;
  readonly discoverTimestamp: number;
}

export type { Props };
