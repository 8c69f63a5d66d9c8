import type { ConnectorTaskId, Props, SessionKey, TargetState } from '../types.ts';
import type { ClusterConfigState } from './cluster-config-state.ts';

/** All that the topic says of one connector name. Replaced, never changed, so that snapshots can share it. */
export interface ConnectorEntry {
  readonly config: Props | undefined;
  readonly revision: number | undefined;
  readonly targetState: TargetState | undefined;
  readonly taskCount: number | undefined;
  readonly taskConfigs: ReadonlyMap<number, Props>;
  readonly generation: number | undefined;
  readonly applied: Props | undefined;
  readonly inconsistent: boolean;
  readonly taskCountRecord: number | undefined;
  readonly pendingFencing: boolean;
}

export interface SnapshotSource {
  readonly entries: ReadonlyMap<string, ConnectorEntry>;
  readonly offset: number;
  readonly sessionKey: SessionKey | null;
}

/** The state that a set of entries stands for. */
export class ConfigSnapshot implements ClusterConfigState {
  readonly offset: number;
  readonly sessionKey: SessionKey | null;
  readonly #entries: ReadonlyMap<string, ConnectorEntry>;

  constructor({ entries, offset, sessionKey }: SnapshotSource) {
    this.#entries = entries;
    this.offset = offset;
    this.sessionKey = sessionKey;
  }

  connectors(): readonly string[] {
    const names: string[] = [];
    for (const [name, entry] of this.#entries) {
      if (entry.config !== undefined) {
        names.push(name);
      }
    }
    return names;
  }

  contains(connector: string): boolean {
    return this.connectorConfig(connector) !== undefined;
  }

  connectorConfig(connector: string): Props | undefined {
    return this.#entries.get(connector)?.config;
  }

  revision(connector: string): number | undefined {
    return this.#entries.get(connector)?.revision;
  }

  targetState(connector: string): TargetState | undefined {
    return this.#entries.get(connector)?.targetState;
  }

  taskCount(connector: string): number {
    const entry = this.#entries.get(connector);
    return entry === undefined || entry.inconsistent ? 0 : (entry.taskCount ?? 0);
  }

  tasks(connector: string): readonly ConnectorTaskId[] {
    return Array.from({ length: this.taskCount(connector) }, (_, task) => ({ connector, task }));
  }

  taskConfig(id: ConnectorTaskId): Props | undefined {
    return this.#entries.get(id.connector)?.taskConfigs.get(id.task);
  }

  allTaskConfigs(connector: string): readonly Props[] {
    return this.tasks(connector)
      .map((id) => this.taskConfig(id))
      .filter((config) => config !== undefined);
  }

  taskConfigGeneration(connector: string): number | undefined {
    return this.#entries.get(connector)?.generation;
  }

  appliedConnectorConfig(connector: string): Props | undefined {
    return this.#entries.get(connector)?.applied;
  }

  inconsistent(connector: string): boolean {
    return this.#entries.get(connector)?.inconsistent ?? false;
  }

  pendingFencing(connector: string): boolean {
    return this.#entries.get(connector)?.pendingFencing ?? false;
  }

  taskCountRecord(connector: string): number | undefined {
    return this.#entries.get(connector)?.taskCountRecord;
  }
}
