import type { TopicPartition } from '../client/kafka-client.ts';
import type { ConsumerRecord } from '../records/record.ts';
import type { RecordBatch } from '../records/record-batch.ts';
import type { ConsumerSettings } from './consumer-settings.ts';

/** A batch that may be given out, or (null) a stretch of the log that holds nothing for the application. */
export interface Deliverable {
  readonly batch: RecordBatch | null;
  /** After the batch and after the control and aborted records that follow it. */
  readonly nextOffset: number;
}

/** What one fetch brought for one partition, less what has been given out already. */
export interface FetchedChunk {
  readonly state: PartitionState;
  /** That of the state when the fetch was sent; another one means that a seek came between. */
  readonly epoch: number;
  readonly bytes: number;
  readonly items: readonly Deliverable[];
  /** The first item not given out whole. */
  next: number;
  /** Records of that item, decoded, where `max.poll.records` cut it. */
  rest: readonly ConsumerRecord[] | null;
  /** Why the bytes after the last item cannot be read. */
  readonly failure: Error | null;
}

/** Where a partition without a position gets one from. */
export type PositionSource = 'committed' | 'reset';

/** One assigned partition: where it is read, by which broker, and what waits to be given out. */
export class PartitionState implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the next record `poll` will give out; null until it is known. */
  position: number | null = null;
  source: PositionSource;
  /** Offset of the next fetch, which runs ahead of `position` by what is buffered. */
  fetchOffset = 0;
  /** Broker id; null until it is known, and after it failed or said that it does not lead. */
  leader: number | null = null;
  /** True when metadata must be loaded anew before a leader is looked for. */
  stale = false;
  /** No leader or position is looked for before this time (performance.now() ms). */
  retryAt = 0;
  paused = false;
  /** Chunks that wait to be given out. */
  chunks = 0;
  /** Rises when the position is set from outside, so that answers to older requests can be told. */
  epoch = 0;
  /** Thrown by the next `poll`. */
  failure: Error | null = null;
  #attempts = 0;

  constructor(at: TopicPartition, source: PositionSource) {
    this.topic = at.topic;
    this.partition = at.partition;
    this.source = source;
  }

  moveTo(offset: number): void {
    this.position = offset;
    this.fetchOffset = offset;
    this.#forget();
  }

  /** Looks for a position again, by `auto.offset.reset`. */
  reset(): void {
    this.position = null;
    this.source = 'reset';
    this.#forget();
  }

  /** Taken from the assignment: nothing that is under way for it counts any more. */
  abandon(): void {
    this.#forget();
  }

  /** Something failed in a way that passes: it is tried again after a pause that grows from failure to failure. */
  defer(settings: Pick<ConsumerSettings, 'retryBackoffMs' | 'retryBackoffMaxMs'>): void {
    const pause = Math.min(settings.retryBackoffMs * 2 ** this.#attempts, settings.retryBackoffMaxMs);
    this.retryAt = performance.now() + pause;
    this.#attempts += 1;
  }

  /** The leader failed, or is none any more. */
  loseLeader(settings: Pick<ConsumerSettings, 'retryBackoffMs' | 'retryBackoffMaxMs'>): void {
    this.leader = null;
    this.stale = true;
    this.defer(settings);
  }

  /** The leader answered well: the next failure is the first one again. */
  succeeded(): void {
    this.#attempts = 0;
  }

  /** How many failures in a row there were. */
  get attempts(): number {
    return this.#attempts;
  }

  #forget(): void {
    this.epoch += 1;
    this.chunks = 0;
    this.failure = null;
    this.retryAt = 0;
  }
}
