import {
  StoreTimeoutError,
  type ClusterConfigState,
  type ConfigBackingStore,
  type ConfigUpdateListener,
  type ConnectorTaskId,
} from '@millrace/topic-stores';
import type { Network } from './network.ts';
import type { Actor, World } from './world.ts';

/** A change of the config topic: so many tasks for a connector, 0 when it is created; null when it is deleted. */
export interface ConfigRecord {
  readonly connector: string;
  readonly tasks: number | null;
  /** Whether it is the connector's own record rather than the commit of its tasks. */
  readonly created: boolean;
}

/** What a prefix of the config topic says. */
class SimConfigState implements ClusterConfigState {
  readonly offset: number;
  readonly sessionKey = null;
  readonly #tasks: ReadonlyMap<string, number>;

  constructor(offset: number, tasks: ReadonlyMap<string, number>) {
    this.offset = offset;
    this.#tasks = tasks;
  }

  connectors(): readonly string[] {
    return [...this.#tasks.keys()];
  }

  contains(connector: string): boolean {
    return this.#tasks.has(connector);
  }

  taskCount(connector: string): number {
    return this.#tasks.get(connector) ?? 0;
  }

  tasks(connector: string): readonly ConnectorTaskId[] {
    return Array.from({ length: this.taskCount(connector) }, (_, task) => ({ connector, task }));
  }

  targetState(connector: string): 'STARTED' | undefined {
    return this.contains(connector) ? 'STARTED' : undefined;
  }

  with({ connector, tasks }: ConfigRecord): SimConfigState {
    const next = new Map(this.#tasks);
    if (tasks === null) {
      next.delete(connector);
    } else {
      next.set(connector, tasks);
    }
    return new SimConfigState(this.offset + 1, next);
  }

  connectorConfig(): undefined {
    return undefined;
  }

  revision(): undefined {
    return undefined;
  }

  taskConfig(): undefined {
    return undefined;
  }

  allTaskConfigs(): readonly never[] {
    return [];
  }

  taskConfigGeneration(): undefined {
    return undefined;
  }

  appliedConnectorConfig(): undefined {
    return undefined;
  }

  inconsistent(): boolean {
    return false;
  }

  pendingFencing(): boolean {
    return false;
  }

  taskCountRecord(): undefined {
    return undefined;
  }
}

/** The config topic. */
export class ConfigTopic {
  readonly #records: ConfigRecord[] = [];
  readonly #readers = new Set<SimConfigStore>();
  #state: SimConfigState = new SimConfigState(0, new Map());

  get state(): ClusterConfigState {
    return this.#state;
  }

  get end(): number {
    return this.#records.length;
  }

  append(record: ConfigRecord): void {
    this.#records.push(record);
    this.#state = this.#state.with(record);
    for (const reader of this.#readers) {
      reader.follow();
    }
  }

  record(offset: number): ConfigRecord | undefined {
    return this.#records[offset];
  }

  stateAt(offset: number): SimConfigState {
    return this.#records
      .slice(0, offset)
      .reduce((state, record) => state.with(record), new SimConfigState(0, new Map()));
  }

  addReader(reader: SimConfigStore): void {
    this.#readers.add(reader);
  }

  removeReader(reader: SimConfigStore): void {
    this.#readers.delete(reader);
  }
}

/** One process's copy of the config topic, which follows it with some delay, and not at all while it is cut off or stalled. */
export class SimConfigStore implements ConfigBackingStore {
  readonly #topic: ConfigTopic;
  readonly #actor: Actor;
  readonly #world: World;
  readonly #network: Network;
  readonly #listeners: ConfigUpdateListener[] = [];
  #state: SimConfigState;
  /** While this is set nothing is read. */
  stalled = false;

  constructor(topic: ConfigTopic, actor: Actor, world: World, network: Network) {
    this.#topic = topic;
    this.#actor = actor;
    this.#world = world;
    this.#network = network;
    this.#state = topic.stateAt(topic.end);
  }

  start(): Promise<void> {
    this.#topic.addReader(this);
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#topic.removeReader(this);
    return Promise.resolve();
  }

  addListener(listener: ConfigUpdateListener): void {
    this.#listeners.push(listener);
  }

  snapshot(): ClusterConfigState {
    return this.#state;
  }

  read(timeoutMs = 60_000): Promise<ClusterConfigState> {
    const { promise, resolve, reject } = Promise.withResolvers<ClusterConfigState>();
    const end = this.#topic.end;
    if (this.#canRead()) {
      this.#world.after(this.#actor, 2 * this.#network.latency(), () => {
        this.#readTo(end);
        resolve(this.#state);
      });
    } else {
      this.#world.after(this.#actor, timeoutMs, () => {
        reject(new StoreTimeoutError('The config topic could not be read in time'));
      });
    }
    return promise;
  }

  staleMs(): number {
    return 0;
  }

  write(): Promise<never> {
    return Promise.reject(new Error('Writes are not simulated'));
  }

  /** Reads what is there, a moment later. */
  follow(): void {
    this.#world.after(this.#actor, 3 * this.#network.latency(), () => {
      if (this.#canRead()) {
        this.#readTo(this.#topic.end);
      }
    });
  }

  #canRead(): boolean {
    return !this.stalled && this.#network.reachable(this.#actor);
  }

  #readTo(end: number): void {
    while (this.#state.offset < end) {
      const record = this.#topic.record(this.#state.offset);
      if (record === undefined) {
        return;
      }
      const gone = this.#state.tasks(record.connector);
      this.#state = this.#state.with(record);
      for (const listener of this.#listeners) {
        this.#tell(listener, record, gone);
      }
    }
  }

  #tell(
    listener: ConfigUpdateListener,
    { connector, tasks, created }: ConfigRecord,
    gone: readonly ConnectorTaskId[],
  ): void {
    if (tasks === null) {
      listener.onConnectorConfigRemove?.(connector);
    } else if (created) {
      listener.onConnectorConfigUpdate?.(connector);
    } else {
      listener.onTaskConfigUpdate?.([...gone, ...this.#state.tasks(connector)], connector);
    }
  }
}
