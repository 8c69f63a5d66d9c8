import type { StatusEntry, TopicStatusEntry } from '../types.ts';

export interface StatusUpdateListener {
  /** A connector's or task's status changed; null state object: removed. */
  onStatus?(connector: string, task: number | null, status: StatusEntry | null): void;
  onTopic?(connector: string, topic: string, status: TopicStatusEntry | null): void;
  /** A record under one of Millrace's own prefixes; `value` null for a tombstone. */
  onOwn?(kind: OwnRecordKind, id: string, value: unknown): void;
}

/** Records that the JVM does not have (design section 4): `status-<kind>-<id>`. */
export type OwnRecordKind = 'worker' | 'plugin' | 'metrics' | 'drain' | 'request' | 'answer';

/** The status topic. Writes are sent in order, retried while they are still the newest, and never awaited by the data path. */
export interface StatusBackingStore {
  start(): Promise<void>;
  stop(): Promise<void>;
  addListener(listener: StatusUpdateListener): void;
  /** Writes always. A DESTROYED state is a tombstone. */
  put(status: StatusEntry): void;
  /** Writes only if there is no entry, or it is of the same worker, or of no newer generation. */
  putSafe(status: StatusEntry): void;
  putTopic(status: TopicStatusEntry): void;
  deleteTopic(connector: string, topic: string): void;
  connectors(): readonly string[];
  connector(connector: string): StatusEntry | undefined;
  task(connector: string, task: number): StatusEntry | undefined;
  /** Sorted by task number. */
  tasks(connector: string): readonly StatusEntry[];
  topics(connector: string): readonly TopicStatusEntry[];
  topic(connector: string, topic: string): TopicStatusEntry | undefined;
  /** Writes a record of our own; null removes it. */
  putOwn(kind: OwnRecordKind, id: string, value: unknown): void;
  own(kind: OwnRecordKind, id: string): unknown;
  allOwn(kind: OwnRecordKind): ReadonlyMap<string, unknown>;
  /** Resolves when everything written so far is acknowledged. */
  flush(timeoutMs: number): Promise<void>;
  /** Everything written by anyone before the call. */
  read(timeoutMs?: number): Promise<void>;
  staleMs(): number;
}
