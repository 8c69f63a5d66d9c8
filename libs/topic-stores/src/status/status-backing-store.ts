import type { StatusEntry, TopicStatusEntry } from '../types.ts';

/** The record behind a change. Partition and offset name it for ever. */
export interface StatusOrigin {
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** True while the topic is read for the first time, at start-up. */
  readonly replayed: boolean;
}

/**
 * Told of everything that is read, the records of start-up included (`origin.replayed`), in the order of each partition. Must not
 * throw or block.
 */
export interface StatusUpdateListener {
  /** A connector's (`task` null) or task's status; null: removed. */
  onStatus?(connector: string, task: number | null, status: StatusEntry | null, origin: StatusOrigin): void;
  onTopic?(connector: string, topic: string, status: TopicStatusEntry | null, origin: StatusOrigin): void;
  /** A record under one of Millrace's own prefixes; `value` null: removed. */
  onOwn?(kind: OwnRecordKind, id: string, value: unknown, origin: StatusOrigin): void;
}

/** Records that the JVM does not have (design section 4): `status-<kind>-<id>`. */
export type OwnRecordKind = 'worker' | 'plugin' | 'metrics' | 'drain' | 'request' | 'answer';

/** The status topic. Writes are sent in order per key, retried while they still say what is true, and never awaited. */
export interface StatusBackingStore {
  start(): Promise<void>;
  /** Waits a moment for what was written to be acknowledged. */
  stop(): Promise<void>;
  addListener(listener: StatusUpdateListener): void;
  /** Writes always. A DESTROYED state is a tombstone. */
  put(status: StatusEntry): void;
  /**
   * Writes only if there is no entry, or it is of the same worker, or of no newer generation, or of a worker without a
   * `status-worker-<id>` record: only those that live are guarded.
   */
  putSafe(status: StatusEntry): void;
  putTopic(status: TopicStatusEntry): void;
  deleteTopic(connector: string, topic: string): void;
  /** Names that have a status of a connector or of a task. */
  connectors(): readonly string[];
  connector(connector: string): StatusEntry | undefined;
  task(connector: string, task: number): StatusEntry | undefined;
  /** Sorted by task number. */
  tasks(connector: string): readonly StatusEntry[];
  topics(connector: string): readonly TopicStatusEntry[];
  topic(connector: string, topic: string): TopicStatusEntry | undefined;
  /** Writes a record of our own as JSON; null removes it. Numbers beyond 2^53 must be text. */
  putOwn(kind: OwnRecordKind, id: string, value: unknown): void;
  own(kind: OwnRecordKind, id: string): unknown;
  allOwn(kind: OwnRecordKind): ReadonlyMap<string, unknown>;
  /** Resolves when everything written so far is acknowledged or given up. Throws StoreTimeoutError. */
  flush(timeoutMs: number): Promise<void>;
  /** Everything written by anyone before the call. Throws StoreTimeoutError. */
  read(timeoutMs?: number): Promise<void>;
  /** Milliseconds since the copy was last known to be complete; 0 while the topic is being followed. */
  staleMs(): number;
}
