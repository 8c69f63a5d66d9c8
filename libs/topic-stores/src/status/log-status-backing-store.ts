import type { Logger } from 'pino';
import type { LogEntry, TopicLog } from '../log/topic-log.ts';
import type { StatusEntry, TopicStatusEntry } from '../types.ts';
import { StatusCache, type StatusChange } from './status-cache.ts';
import type {
  OwnRecordKind,
  StatusBackingStore,
  StatusOrigin,
  StatusUpdateListener,
} from './status-backing-store.ts';
import {
  decodeStatusRecord,
  encodeOwn,
  encodeStatus,
  encodeTopicRemoval,
  encodeTopicStatus,
  statusKey,
} from './status-records.ts';
import { StatusWriter } from './status-writer.ts';

export interface LogStatusBackingStoreOptions {
  readonly log: TopicLog;
  readonly logger: Logger;
}

const READ_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 2_000;

/**
 * The status store over a log (the JVM's KafkaStatusBackingStore).
 *
 * Records: `status-connector-X` and `status-task-X-n`, by the worker that owns them, their tombstones by the group leader;
 * `status-topic-T:connector-X`, by whoever runs the task or resets the topics; Millrace's own under `status-worker-`,
 * `status-plugin-`, `status-metrics-`, `status-drain-`, `status-request-`, `status-answer-` (design section 4). What follows
 * such a prefix is an id, taken whole, dashes and all. The cache holds what was read, not what was written.
 */
export class LogStatusBackingStore implements StatusBackingStore {
  readonly #log: TopicLog;
  readonly #logger: Logger;
  readonly #writer: StatusWriter;
  readonly #cache = new StatusCache();
  readonly #listeners: StatusUpdateListener[] = [];
  /** Counts the writes of a status, and its removals that were read, by key. */
  readonly #writes = new Map<string, number>();
  readonly #removals = new Map<string, number>();
  /** Of the last status written by anybody here. */
  #generation = -1;
  #started = false;

  constructor({ log, logger }: LogStatusBackingStoreOptions) {
    this.#log = log;
    this.#logger = logger;
    this.#writer = new StatusWriter({ log, logger });
  }

  async start(): Promise<void> {
    await this.#log.start((entry) => {
      this.#onEntry(entry);
    });
    this.#started = true;
  }

  async stop(): Promise<void> {
    try {
      await this.#writer.flush(STOP_LIMIT_MS);
    } catch (error) {
      this.#logger.warn({ topic: this.#log.topic, err: error }, 'Some statuses were not written');
    }
    this.#writer.close();
    await this.#log.stop();
  }

  addListener(listener: StatusUpdateListener): void {
    this.#listeners.push(listener);
  }

  put(status: StatusEntry): void {
    this.#write(status, false);
  }

  putSafe(status: StatusEntry): void {
    if (this.#isFree(status)) {
      this.#write(status, true);
    } else {
      this.#generation = status.generation;
    }
  }

  putTopic(status: TopicStatusEntry): void {
    this.#writer.write({ ...encodeTopicStatus(status), wanted: always });
  }

  deleteTopic(connector: string, topic: string): void {
    this.#writer.write({ ...encodeTopicRemoval(connector, topic), wanted: always });
  }

  connectors(): readonly string[] {
    return this.#cache.connectors();
  }

  connector(connector: string): StatusEntry | undefined {
    return this.#cache.status(connector, null);
  }

  task(connector: string, task: number): StatusEntry | undefined {
    return this.#cache.status(connector, task);
  }

  tasks(connector: string): readonly StatusEntry[] {
    return this.#cache.tasks(connector);
  }

  topics(connector: string): readonly TopicStatusEntry[] {
    return this.#cache.topics(connector);
  }

  topic(connector: string, topic: string): TopicStatusEntry | undefined {
    return this.#cache.topic(connector, topic);
  }

  putOwn(kind: OwnRecordKind, id: string, value: unknown): void {
    this.#writer.write({ ...encodeOwn(kind, id, value), wanted: always });
  }

  own(kind: OwnRecordKind, id: string): unknown {
    return this.#cache.own(kind, id);
  }

  allOwn(kind: OwnRecordKind): ReadonlyMap<string, unknown> {
    return this.#cache.allOwn(kind);
  }

  flush(timeoutMs: number): Promise<void> {
    return this.#writer.flush(timeoutMs);
  }

  read(timeoutMs = READ_LIMIT_MS): Promise<void> {
    return this.#log.readToEnd(timeoutMs);
  }

  staleMs(): number {
    return this.#log.staleMs();
  }

  /**
   * Whether a status may be written by `putSafe`. Only a worker that is known to live has its entry guarded by its generation:
   * a group whose generations began again must not be stuck behind the entries of dead workers (design section 4).
   */
  #isFree({ connector, task, workerId, generation }: StatusEntry): boolean {
    const known = this.#cache.status(connector, task);
    return (
      known === undefined ||
      known.workerId === workerId ||
      known.generation <= generation ||
      this.#cache.own('worker', known.workerId) === undefined
    );
  }

  #write(status: StatusEntry, safe: boolean): void {
    this.#generation = status.generation;
    const key = statusKey(status.connector, status.task);
    const write = (this.#writes.get(key) ?? 0) + 1;
    this.#writes.set(key, write);
    const removals = this.#removals.get(key) ?? 0;
    const wanted = (): boolean =>
      (this.#removals.get(key) ?? 0) === removals &&
      this.#generation === status.generation &&
      (!safe || (this.#writes.get(key) === write && this.#isFree(status)));
    this.#writer.write({ ...encodeStatus(status), wanted });
  }

  #onEntry({ partition, offset, timestamp, key, value }: LogEntry): void {
    const record = decodeStatusRecord(key, value);
    if (record.kind === 'unreadable') {
      const { topic } = this.#log;
      const { reason } = record;
      this.#logger.warn({ topic, partition, offset, key, reason }, 'Skipped a record of the status topic');
      return;
    }
    const origin: StatusOrigin = { partition, offset, timestamp, replayed: !this.#started };
    for (const change of this.#cache.apply(record)) {
      if (change.kind === 'status' && change.status === null) {
        const removed = statusKey(change.connector, change.task);
        this.#removals.set(removed, (this.#removals.get(removed) ?? 0) + 1);
      }
      for (const listener of this.#listeners) {
        tell(listener, change, origin);
      }
    }
  }
}

function tell(listener: StatusUpdateListener, change: StatusChange, origin: StatusOrigin): void {
  switch (change.kind) {
    case 'status':
      listener.onStatus?.(change.connector, change.task, change.status, origin);
      return;
    case 'topic':
      listener.onTopic?.(change.connector, change.topic, change.status, origin);
      return;
    case 'own':
      listener.onOwn?.(change.own, change.id, change.value, origin);
  }
}

function always(): boolean {
  return true;
}
