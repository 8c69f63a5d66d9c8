import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ClusterView } from '../cluster/cluster-view.ts';
import type { PartitionEnd, RecordSink, TopicRecord } from '../topics/record-source.ts';
import type { HistoryEvent, Transition } from './history-event.ts';
import type { HistoryStore, LogPosition } from './history-store.ts';

export interface RecorderOptions {
  readonly history: HistoryStore;
  readonly configTopic: string;
  readonly logger: Logger;
  /** Milliseconds since the epoch, for records without a time. */
  readonly now: () => number;
}

/** A partition's offsets went back: its topic was deleted and made again while it was being followed. */
class LogRestartedError extends Error {}

const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 10_000;

/**
 * Turns records into the view of what is now and into the history. What is now always comes from the topics, which are read
 * from their beginning at every start; what is in the history already, by the positions kept with it, is not written again.
 */
export class Recorder implements RecordSink {
  readonly #options: RecorderOptions;
  readonly #stop = new AbortController();
  /** Being read; shown once it is complete. */
  #reading: ClusterView;
  #shown: ClusterView | null = null;
  #positions = new Map<string, LogPosition>();
  /** The last offset seen in this reading. */
  #seen = new Map<string, number>();
  #lastStates = new Map<string, Map<string, string>>();
  #unreadable = new Set<string>();
  #problem: string | null = null;
  #records = 0;
  #events = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#reading = new ClusterView(options.configTopic);
  }

  /** What the topics say; null until they have been read once. */
  get view(): ClusterView | null {
    return this.#shown;
  }

  /** Why the history cannot be written now; null while all is well. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Records read since the start. */
  get records(): number {
    return this.#records;
  }

  /** Transitions recorded since the start. */
  get events(): number {
    return this.#events;
  }

  /** Gives up a write that is being tried again. */
  stop(): void {
    this.#stop.abort();
  }

  async begin(cluster: string, ends: readonly PartitionEnd[]): Promise<void> {
    this.#reading = new ClusterView(this.#options.configTopic);
    this.#seen = new Map();
    const kept = await this.#options.history.positions();
    const keptBy = new Map(kept.map((position) => [placeOf(position), position]));
    const remade = new Set(
      ends
        .filter((end) => {
          const position = keptBy.get(placeOf(end));
          // A log that is shorter than what was read of it is another one under the same name.
          return position !== undefined && (position.cluster !== cluster || position.nextOffset > end.offset);
        })
        .map(({ topic }) => topic),
    );
    this.#positions = new Map(
      ends.map(({ topic, partition }) => {
        const incarnations = kept
          .filter((position) => position.topic === topic)
          .map((one) => one.incarnation);
        const newest = Math.max(1, ...incarnations);
        const position = keptBy.get(placeOf({ topic, partition }));
        const fresh = { topic, partition, cluster, nextOffset: 0 };
        if (remade.has(topic)) {
          return [placeOf(fresh), { ...fresh, incarnation: newest + 1 }];
        }
        return [placeOf(fresh), position ?? { ...fresh, incarnation: newest }];
      }),
    );
    for (const topic of remade) {
      this.#options.logger.warn(
        { topic },
        'The topic is another one than before; its history goes on with the new one',
      );
    }
    // Partitions that hold nothing yet are told apart later by this, too.
    await this.#write([], [...this.#positions.values()]);
    await this.#loadLastStates();
  }

  async deliver(records: readonly TopicRecord[]): Promise<void> {
    const events: HistoryEvent[] = [];
    const moved = new Map<string, LogPosition>();
    for (const record of records) {
      const place = placeOf(record);
      const position = moved.get(place) ?? this.#positionOf(record);
      if (record.offset <= (this.#seen.get(place) ?? -1)) {
        await this.#restarted(record);
      }
      this.#seen.set(place, record.offset);
      const event = this.#eventOf(record, position.incarnation);
      if (record.offset >= position.nextOffset) {
        moved.set(place, { ...position, nextOffset: record.offset + 1 });
        if (event !== null) {
          events.push(this.#completed(event));
        }
      }
    }
    this.#records += records.length;
    if (moved.size > 0) {
      await this.#write(events, [...moved.values()]);
      for (const [place, position] of moved) {
        this.#positions.set(place, position);
      }
    }
  }

  caughtUp(): void {
    this.#shown = this.#reading;
    this.#options.logger.info({ records: this.#records }, 'Read the config and status topics to their ends');
  }

  async #loadLastStates(): Promise<void> {
    this.#lastStates = new Map();
    for (const { topic, incarnation } of this.#positions.values()) {
      if (!this.#lastStates.has(topic)) {
        this.#lastStates.set(topic, await this.#options.history.lastStates(topic, incarnation));
      }
    }
  }

  #positionOf(record: TopicRecord): LogPosition {
    const position = this.#positions.get(placeOf(record));
    if (position === undefined) {
      throw new Error(`Records of ${placeOf(record)} came unannounced`);
    }
    return position;
  }

  #eventOf(record: TopicRecord, incarnation: number): HistoryEvent | null {
    const { topic, partition, offset, timestamp } = record;
    const at = timestamp < 0 ? this.#options.now() : timestamp;
    const applied = this.#reading.apply(record, at);
    if (applied.kind === 'unreadable') {
      this.#warnOnce(record, applied.reason);
      return null;
    }
    return applied.transition === null
      ? null
      : { ...applied.transition, topic, incarnation, partition, offset, key: record.key ?? '', at };
  }

  /** What was before is known from the history where compaction has removed it from the topic. */
  #completed(event: HistoryEvent): HistoryEvent {
    const states = this.#lastStates.get(event.topic);
    const last = states?.get(event.key) ?? null;
    states?.set(event.key, event.state);
    if (last === null) {
      return event;
    }
    if (event.kind === 'config') {
      const state = event.state === 'CREATED' && last !== 'DELETED' ? 'UPDATED' : event.state;
      return { ...event, state, detail: state === event.state ? event.detail : withoutChanges(event) };
    }
    return event.previous === null && HAS_PREVIOUS.has(event.kind) && last !== 'DESTROYED'
      ? { ...event, previous: last }
      : event;
  }

  async #write(events: readonly HistoryEvent[], positions: readonly LogPosition[]): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#options.history.append(events, positions);
        this.#events += events.length;
        if (this.#problem !== null) {
          this.#problem = null;
          this.#options.logger.info('The history can be written again');
        }
        return;
      } catch (error) {
        if (this.#problem === null) {
          this.#options.logger.error({ err: error }, 'The history cannot be written; trying again');
        }
        this.#problem = error instanceof Error ? error.message : String(error);
        await pause(retryMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
      }
    }
  }

  /** Begins a new incarnation and has everything read again. */
  async #restarted({ topic }: TopicRecord): Promise<never> {
    const positions = [...this.#positions.values()]
      .filter((position) => position.topic === topic)
      .map((position) => ({ ...position, incarnation: position.incarnation + 1, nextOffset: 0 }));
    await this.#write([], positions);
    throw new LogRestartedError(`Topic ${topic} begins again: it was deleted and made again`);
  }

  #warnOnce({ topic, partition, offset, key }: TopicRecord, reason: string): void {
    const place = `${topic}-${partition}@${offset}`;
    if (!this.#unreadable.has(place)) {
      this.#unreadable.add(place);
      this.#options.logger.warn(
        { topic, partition, offset, key, reason },
        'A record means nothing; it is skipped',
      );
    }
  }
}

const HAS_PREVIOUS: ReadonlySet<Transition['kind']> = new Set([
  'connector',
  'task',
  'target-state',
  'tasks',
  'worker',
]);

function placeOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}-${partition}`;
}

function withoutChanges({ detail }: HistoryEvent): Readonly<Record<string, unknown>> {
  return { class: detail?.['class'] ?? null };
}
