import type { ConnectorTaskId, Props, SessionKey, TargetState } from '../types.ts';

/**
 * What the config topic says, as of `offset`: an immutable snapshot, folded from the records by the reader rules of
 * spec/topics.md section 2.1.
 */
export interface ClusterConfigState {
  /** Offset of the last processed record + 1; -1 before any. */
  readonly offset: number;
  readonly sessionKey: SessionKey | null;
  connectors(): readonly string[];
  contains(connector: string): boolean;
  /** The configuration as written, references unresolved. */
  connectorConfig(connector: string): Props | undefined;
  /** Offset of the newest `connector-X` record: the revision that ETags carry. */
  revision(connector: string): number | undefined;
  targetState(connector: string): TargetState | undefined;
  /** 0 when never committed, or inconsistent, or stopped. */
  taskCount(connector: string): number;
  /** Tasks of a consistent connector, ids 0 to taskCount - 1. */
  tasks(connector: string): readonly ConnectorTaskId[];
  taskConfig(id: ConnectorTaskId): Props | undefined;
  /** Task configurations in the order of ids. */
  allTaskConfigs(connector: string): readonly Props[];
  /** Counts the commits of task configurations; undefined when none was applied. */
  taskConfigGeneration(connector: string): number | undefined;
  /** The connector configuration in force when its tasks were last committed. */
  appliedConnectorConfig(connector: string): Props | undefined;
  /** Whether the last `commit-X` found its task records incomplete. */
  inconsistent(connector: string): boolean;
  pendingFencing(connector: string): boolean;
  taskCountRecord(connector: string): number | undefined;
}
