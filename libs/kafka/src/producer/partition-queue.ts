import type { ProducerRecord } from '../records/record.ts';
import type { BuilderPool } from './builder-pool.ts';
import type { SendInProgress } from './pending-send.ts';
import { ProducerBatch } from './producer-batch.ts';
import { RecordTooLargeError } from './producer-errors.ts';
import type { ProducerSettings } from './producer-settings.ts';

/**
 * While a partition waits for an answer its batch may grow beyond `batch.size`, up to here: one request at a time keeps
 * the order, and large ones keep the speed. Measured: above this the gain is lost in cache misses.
 */
const GROWN_BATCH = 256 * 1024;

type QueueSettings = Pick<ProducerSettings, 'batchSize' | 'lingerMs' | 'maxRequestSize'>;

/**
 * What waits for one partition, in order: batches that are full, and the one being filled. At most one batch is in
 * flight, so that no retry can overtake a later record.
 */
export class PartitionQueue {
  readonly topic: string;
  readonly partition: number;
  /** Broker id; -1 while there is none. */
  leader = -1;
  inFlight = false;
  /** True while the dispatcher has it on its list. */
  listed = false;
  /** performance.now() before which nothing is sent: back-off after a failure. */
  notBefore = 0;
  /** Bytes that were ever appended. */
  appended = 0;
  readonly #settings: QueueSettings;
  readonly #pool: BuilderPool;
  readonly #full: ProducerBatch[] = [];
  #open: ProducerBatch | null = null;
  #limit: number;

  constructor(
    of: { readonly topic: string; readonly partition: number },
    settings: QueueSettings,
    pool: BuilderPool,
  ) {
    this.topic = of.topic;
    this.partition = of.partition;
    this.#settings = settings;
    this.#pool = pool;
    const grown = settings.batchSize === 0 ? 0 : Math.max(settings.batchSize, GROWN_BATCH);
    this.#limit = Math.min(grown, settings.maxRequestSize);
  }

  get empty(): boolean {
    return this.#open === null && this.#full.length === 0;
  }

  /** Batches that wait. */
  get length(): number {
    return this.#full.length + (this.#open === null ? 0 : 1);
  }

  /** Copies the record at `send.next` in; the bytes it takes. Throws RecordTooLargeError, with nothing changed. */
  append(record: ProducerRecord, send: SendInProgress): number {
    const timestamp = record.timestamp ?? send.timestamp;
    const open = this.#open;
    if (open !== null) {
      const { builder } = open;
      const before = builder.size;
      if (builder.tryAppend(record, timestamp)) {
        open.took(send);
        const bytes = builder.size - before;
        this.appended += bytes;
        return bytes;
      }
    }
    return this.#appendToNew(record, send);
  }

  /** When the first batch may be sent by size, linger and back-off: a time in the past when it may now. */
  readyAt(): number {
    if (this.#full.length > 0) return this.notBefore;
    if (this.#open === null) return Number.POSITIVE_INFINITY;
    const lingers = this.#open.builder.size < this.#settings.batchSize ? this.#settings.lingerMs : 0;
    return Math.max(this.notBefore, this.#open.createdAt + lingers);
  }

  /** The oldest batch, still queued; null when there is none. */
  peek(): ProducerBatch | null {
    return this.#full[0] ?? this.#open;
  }

  /** Takes the oldest batch out; it gets no more records. */
  take(): ProducerBatch | null {
    const first = this.#full.shift();
    if (first !== undefined) return first;
    const open = this.#open;
    this.#open = null;
    return open;
  }

  /** Puts batches back before all others, in their order. */
  putBack(...batches: readonly ProducerBatch[]): void {
    this.#full.unshift(...batches);
  }

  /** The broker takes no batch of `size` bytes for this topic: later ones stay well below. */
  shrink(size: number): void {
    this.#limit = Math.max(1, Math.min(this.#limit, Math.floor(size / 2)));
    if (this.#open !== null) this.#open.builder.limit = this.#limit;
  }

  #appendToNew(record: ProducerRecord, send: SendInProgress): number {
    const builder = this.#pool.take(this.#limit);
    builder.tryAppend(record, record.timestamp ?? send.timestamp);
    const { maxRequestSize } = this.#settings;
    if (builder.size > maxRequestSize) {
      throw new RecordTooLargeError(
        `A record for topic ${this.topic} takes ${builder.size} bytes, more than max.request.size=${maxRequestSize}`,
        builder.size,
      );
    }
    if (this.#open !== null) this.#full.push(this.#open);
    this.#open = new ProducerBatch(this, builder, { createdAt: performance.now(), whole: null });
    this.#open.took(send);
    this.appended += builder.size;
    return builder.size;
  }
}
