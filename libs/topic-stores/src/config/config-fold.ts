import type { ConnectorTaskId, Props, RestartRequest, SessionKey, TargetState } from '../types.ts';
import type { ClusterConfigState } from './cluster-config-state.ts';
import type { ConfigRecord } from './config-records.ts';

/** All that the topic says of one connector name. Replaced, never changed, so that snapshots can share it. */
interface ConnectorEntry {
  readonly config: Props | undefined;
  readonly revision: number | undefined;
  readonly targetState: TargetState | undefined;
  readonly taskCount: number | undefined;
  readonly taskConfigs: ReadonlyMap<number, Props>;
  readonly deferred: ReadonlyMap<number, Props>;
  readonly generation: number | undefined;
  readonly applied: Props | undefined;
  readonly inconsistent: boolean;
  readonly taskCountRecord: number | undefined;
  readonly pendingFencing: boolean;
}

const NO_TASKS: ReadonlyMap<number, Props> = new Map();

const EMPTY: ConnectorEntry = {
  config: undefined,
  revision: undefined,
  targetState: undefined,
  taskCount: undefined,
  taskConfigs: NO_TASKS,
  deferred: NO_TASKS,
  generation: undefined,
  applied: undefined,
  inconsistent: false,
  taskCountRecord: undefined,
  pendingFencing: false,
};

/** What a record changed, for listeners; null where there is nothing to tell. */
export type ConfigChange =
  | { readonly kind: 'connector-updated'; readonly connector: string }
  | { readonly kind: 'connector-removed'; readonly connector: string }
  | { readonly kind: 'tasks-updated'; readonly connector: string; readonly tasks: readonly ConnectorTaskId[] }
  | { readonly kind: 'target-state'; readonly connector: string }
  | { readonly kind: 'session-key'; readonly key: SessionKey }
  | { readonly kind: 'restart'; readonly request: RestartRequest }
  | { readonly kind: 'logger'; readonly namespace: string; readonly level: string };

/** Folds the records of the config topic into a state, by the reader rules of spec/topics.md section 2.1. */
export class ConfigFold {
  #entries: Map<string, ConnectorEntry>;
  #offset: number;
  #sessionKey: SessionKey | null;
  #snapshot: ClusterConfigState | null = null;

  constructor(from?: ConfigFold) {
    this.#entries = new Map(from?.entries);
    this.#offset = from?.offset ?? -1;
    this.#sessionKey = from?.sessionKey ?? null;
  }

  get entries(): ReadonlyMap<string, ConnectorEntry> {
    return this.#entries;
  }

  get offset(): number {
    return this.#offset;
  }

  get sessionKey(): SessionKey | null {
    return this.#sessionKey;
  }

  /** The state now; shared until the next record. */
  snapshot(): ClusterConfigState {
    this.#snapshot ??= new Snapshot(new Map(this.#entries), this.#offset, this.#sessionKey);
    return this.#snapshot;
  }

  /** Applies the record at an offset. */
  apply(record: ConfigRecord, offset: number): ConfigChange | null {
    this.#offset = offset + 1;
    this.#snapshot = null;
    switch (record.kind) {
      case 'connector':
        return this.#connector(record.connector, record.config, offset);
      case 'target-state':
        return this.#targetState(record.connector, record.state);
      case 'task':
        this.#change(record.connector, (entry) => ({
          ...entry,
          deferred: new Map(entry.deferred).set(record.task, record.config),
        }));
        return null;
      case 'commit':
        return this.#commit(record.connector, record.tasks);
      case 'fencing':
        this.#change(record.connector, (entry) => ({
          ...entry,
          taskCountRecord: record.taskCount,
          pendingFencing: false,
        }));
        return null;
      case 'session-key':
        this.#sessionKey = record.key;
        return { kind: 'session-key', key: record.key };
      case 'restart': {
        const { connector, includeTasks, onlyFailed } = record;
        return { kind: 'restart', request: { connector, includeTasks, onlyFailed } };
      }
      case 'logger':
        return { kind: 'logger', namespace: record.namespace, level: record.level };
    }
  }

  #connector(connector: string, config: Props | null, offset: number): ConfigChange {
    if (config === null) {
      this.#forget(connector);
      return { kind: 'connector-removed', connector };
    }
    this.#change(connector, (entry) => ({
      ...entry,
      config,
      revision: offset,
      targetState: entry.targetState ?? 'STARTED',
    }));
    return { kind: 'connector-updated', connector };
  }

  #targetState(connector: string, state: TargetState | null): ConfigChange | null {
    const before = this.#entries.get(connector);
    const exists = before?.config !== undefined;
    const after = state ?? (exists ? 'STARTED' : undefined);
    this.#change(connector, (entry) => ({ ...entry, targetState: after }));
    return exists && before.targetState !== after ? { kind: 'target-state', connector } : null;
  }

  #commit(connector: string, count: number): ConfigChange | null {
    const entry = this.#entries.get(connector);
    if (entry?.config === undefined) {
      // Compaction removed the configuration: what is left of the connector means nothing.
      this.#forget(connector);
      return null;
    }
    const complete = Array.from({ length: count }, (_, task) => task).every((task) => entry.deferred.has(task));
    if (!complete) {
      this.#change(connector, (old) => ({
        ...old,
        deferred: NO_TASKS,
        taskCount: count,
        inconsistent: true,
        pendingFencing: true,
      }));
      return { kind: 'tasks-updated', connector, tasks: [] };
    }
    const updated = [...entry.deferred.keys()];
    this.#change(connector, (old) => ({
      ...old,
      taskConfigs: updated.length === 0 ? old.taskConfigs : new Map([...old.taskConfigs, ...old.deferred]),
      deferred: NO_TASKS,
      taskCount: count,
      generation: updated.length === 0 ? old.generation : (old.generation ?? -1) + 1,
      applied: old.config,
      inconsistent: false,
      pendingFencing: true,
    }));
    return { kind: 'tasks-updated', connector, tasks: updated.map((task) => ({ connector, task })) };
  }

  /**
   * The target state goes by a tombstone of its own. The count of fenced tasks outlives the connector, and so does the
   * generation, or tasks of a connector made again could be taken for those of the old one.
   */
  #forget(connector: string): void {
    this.#change(connector, ({ targetState, taskCountRecord, generation }) => ({
      ...EMPTY,
      targetState,
      taskCountRecord,
      generation,
    }));
  }

  #change(connector: string, change: (entry: ConnectorEntry) => ConnectorEntry): void {
    this.#entries.set(connector, change(this.#entries.get(connector) ?? EMPTY));
  }
}

class Snapshot implements ClusterConfigState {
  readonly offset: number;
  readonly sessionKey: SessionKey | null;
  readonly #entries: ReadonlyMap<string, ConnectorEntry>;
  #names: readonly string[] | null = null;

  constructor(entries: ReadonlyMap<string, ConnectorEntry>, offset: number, sessionKey: SessionKey | null) {
    this.#entries = entries;
    this.offset = offset;
    this.sessionKey = sessionKey;
  }

  connectors(): readonly string[] {
    this.#names ??= [...this.#entries].filter(([, entry]) => entry.config !== undefined).map(([name]) => name);
    return this.#names;
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
