import type { ConnectorTaskId, RestartRequest, SessionKey } from '../types.ts';
import type { ClusterConfigState } from './cluster-config-state.ts';
import type { ConfigWrite, ConfigWriteResult } from './config-write.ts';

/** Told of what is read after start-up catch-up, in the order of the log. Must not throw or block. */
export interface ConfigUpdateListener {
  onConnectorConfigUpdate?(connector: string): void;
  onConnectorConfigRemove?(connector: string): void;
  onTaskConfigUpdate?(tasks: readonly ConnectorTaskId[], connector: string): void;
  onTargetStateChange?(connector: string): void;
  onSessionKeyUpdate?(key: SessionKey): void;
  onRestartRequest?(request: RestartRequest): void;
  onLoggerLevelUpdate?(namespace: string, level: string): void;
  /** A record was read, and whatever it changed has been told: the state is at another offset. */
  onAdvance?(): void;
}

/** The config topic: one history, read by all, appended to by compare-and-append (design section 5). */
export interface ConfigBackingStore {
  /** Checks or creates the topic and reads it to its end. */
  start(): Promise<void>;
  stop(): Promise<void>;
  addListener(listener: ConfigUpdateListener): void;
  /** What has been read so far; never waits. */
  snapshot(): ClusterConfigState;
  /** A linearizable read: everything acknowledged before the call. Throws StoreTimeoutError, or KafkaError. */
  read(timeoutMs?: number): Promise<ClusterConfigState>;
  /** Milliseconds since the copy was last known to be complete; 0 while the tail is being followed without errors. */
  staleMs(): number;
  /**
   * Compare-and-append. Throws ConnectorNotFoundError, ConnectorExistsError, RevisionMismatchError or
   * StaleTaskConfigsError when the precondition fails, StoreTimeoutError or KafkaError when it could not be written.
   */
  write(write: ConfigWrite, timeoutMs?: number): Promise<ConfigWriteResult>;
}
