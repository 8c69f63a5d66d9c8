import type { ConnectorTaskId, Props, RestartRequest, SessionKey, TargetState } from '../types.ts';
import type { ClusterConfigState } from './cluster-config-state.ts';
import type { ConfigRecord } from './config-records.ts';
import { ConfigSnapshot, type ConnectorEntry } from './config-snapshot.ts';
import { sameProps } from './same-props.ts';

const NO_TASKS: ReadonlyMap<number, Props> = new Map();

const EMPTY: ConnectorEntry = {
  config: undefined,
  revision: undefined,
  targetState: undefined,
  taskCount: undefined,
  taskConfigs: NO_TASKS,
  generation: undefined,
  applied: undefined,
  inconsistent: false,
  taskCountRecord: undefined,
  pendingFencing: false,
};

/** What a record changed, for listeners. */
export type ConfigChange =
  | { readonly kind: 'connector-updated'; readonly connector: string }
  | { readonly kind: 'connector-removed'; readonly connector: string }
  | { readonly kind: 'tasks-updated'; readonly connector: string; readonly tasks: readonly ConnectorTaskId[] }
  | { readonly kind: 'target-state'; readonly connector: string }
  | { readonly kind: 'session-key'; readonly key: SessionKey }
  | { readonly kind: 'restart'; readonly request: RestartRequest }
  | { readonly kind: 'logger'; readonly namespace: string; readonly level: string };

/** A record that only writes again what holds already (`restore-records.ts`): where it changes nothing, it says nothing. */
export interface Restored {
  /** The offset under which a connector's configuration was first written. */
  readonly revision: number | null;
}

/** Folds the records of the config topic into a state, by the reader rules of spec/topics.md section 2.1. */
export class ConfigFold {
  readonly #entries: Map<string, ConnectorEntry>;
  /** Task configurations that wait for their commit, by connector and task number. */
  readonly #deferred: Map<string, Map<number, Props>>;
  #offset: number;
  #sessionKey: SessionKey | null;
  #snapshot: ClusterConfigState | null = null;

  constructor(from?: ConfigFold) {
    this.#entries = new Map(from?.entries);
    this.#deferred = new Map(
      [...(from?.deferred ?? [])].map(([connector, tasks]) => [connector, new Map(tasks)]),
    );
    this.#offset = from?.offset ?? -1;
    this.#sessionKey = from?.sessionKey ?? null;
  }

  get entries(): ReadonlyMap<string, ConnectorEntry> {
    return this.#entries;
  }

  get deferred(): ReadonlyMap<string, ReadonlyMap<number, Props>> {
    return this.#deferred;
  }

  get offset(): number {
    return this.#offset;
  }

  get sessionKey(): SessionKey | null {
    return this.#sessionKey;
  }

  /** The state now, which later records do not change; shared until then. */
  snapshot(): ClusterConfigState {
    const { offset, sessionKey } = this;
    this.#snapshot ??= new ConfigSnapshot({ entries: new Map(this.#entries), offset, sessionKey });
    return this.#snapshot;
  }

  /** The state as it is whenever it is asked; `offset` excepted. Nothing is copied. */
  live(): ClusterConfigState {
    return new ConfigSnapshot(this);
  }

  /** A record that says nothing counts for the offset. */
  skip(offset: number): void {
    this.#offset = offset + 1;
    this.#snapshot = null;
  }

  /** Applies the record at an offset; null where there is nothing to tell. */
  apply(record: ConfigRecord, offset: number, restored?: Restored): ConfigChange | null {
    this.skip(offset);
    switch (record.kind) {
      case 'connector':
        return record.config === null
          ? this.#remove(record.connector, restored)
          : this.#connector(record.connector, record.config, {
              revision: restored?.revision ?? offset,
              restored,
            });
      case 'target-state':
        return this.#targetState(record.connector, record.state);
      case 'task':
        this.#defer(record.connector, record.task, record.config);
        return null;
      case 'commit':
        return this.#commit(record.connector, record.tasks, restored);
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
        return restored === undefined
          ? { kind: 'logger', namespace: record.namespace, level: record.level }
          : null;
    }
  }

  #connector(
    connector: string,
    config: Props,
    as: { readonly revision: number; readonly restored: Restored | undefined },
  ): ConfigChange | null {
    if (as.restored !== undefined && sameProps(config, this.#entries.get(connector)?.config)) {
      return null;
    }
    this.#change(connector, (entry) => ({
      ...entry,
      config,
      revision: as.revision,
      targetState: entry.targetState ?? 'STARTED',
    }));
    return { kind: 'connector-updated', connector };
  }

  #remove(connector: string, restored: Restored | undefined): ConfigChange | null {
    const existed = this.#entries.get(connector)?.config !== undefined;
    this.#forget(connector);
    return restored === undefined || existed ? { kind: 'connector-removed', connector } : null;
  }

  #targetState(connector: string, state: TargetState | null): ConfigChange | null {
    const before = this.#entries.get(connector);
    const exists = before?.config !== undefined;
    const after = state ?? (exists ? 'STARTED' : undefined);
    this.#change(connector, (entry) => ({ ...entry, targetState: after }));
    return exists && before.targetState !== after ? { kind: 'target-state', connector } : null;
  }

  #defer(connector: string, task: number, config: Props): void {
    const tasks = this.#deferred.get(connector) ?? new Map<number, Props>();
    this.#deferred.set(connector, tasks.set(task, config));
  }

  #commit(connector: string, count: number, restored: Restored | undefined): ConfigChange | null {
    const entry = this.#entries.get(connector);
    const deferred = this.#deferred.get(connector) ?? NO_TASKS;
    this.#deferred.delete(connector);
    if (entry?.config === undefined) {
      // Compaction removed the configuration: what is left of the connector means nothing.
      this.#forget(connector);
      return null;
    }
    if (restored !== undefined && isInForce(deferred, entry, count)) {
      return null;
    }
    if (!isComplete(deferred, count)) {
      this.#change(connector, (old) => ({
        ...old,
        taskCount: count,
        inconsistent: true,
        pendingFencing: true,
      }));
      return { kind: 'tasks-updated', connector, tasks: [] };
    }
    const updated = [...deferred.keys()];
    this.#change(connector, (old) => ({
      ...old,
      taskConfigs: updated.length === 0 ? old.taskConfigs : new Map([...old.taskConfigs, ...deferred]),
      taskCount: count,
      generation: updated.length === 0 ? old.generation : (old.generation ?? -1) + 1,
      applied: old.config,
      inconsistent: false,
      pendingFencing: true,
    }));
    return { kind: 'tasks-updated', connector, tasks: updated.map((task) => ({ connector, task })) };
  }

  /**
   * The target state goes by a tombstone of its own. What was fenced outlives the connector, and so does the generation, or
   * tasks of a connector made again could be taken for those of the old one.
   */
  #forget(connector: string): void {
    this.#deferred.delete(connector);
    this.#change(connector, ({ targetState, generation, taskCountRecord, pendingFencing, inconsistent }) => ({
      ...EMPTY,
      targetState,
      generation,
      taskCountRecord,
      pendingFencing,
      inconsistent,
    }));
  }

  #change(connector: string, change: (entry: ConnectorEntry) => ConnectorEntry): void {
    this.#entries.set(connector, change(this.#entries.get(connector) ?? EMPTY));
  }
}

/** Whether the ids 0 to count - 1 are all there; `count` comes from the topic and may be anything. */
function isComplete(tasks: ReadonlyMap<number, Props>, count: number): boolean {
  return (
    tasks.size >= count && Array.from({ length: count }, (_, task) => task).every((task) => tasks.has(task))
  );
}

function isInForce(tasks: ReadonlyMap<number, Props>, entry: ConnectorEntry, count: number): boolean {
  return (
    !entry.inconsistent &&
    entry.taskCount === count &&
    tasks.size === count &&
    [...tasks].every(([task, config]) => sameProps(config, entry.taskConfigs.get(task)))
  );
}
