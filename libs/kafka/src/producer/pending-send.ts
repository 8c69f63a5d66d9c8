import type { ProducerRecord } from '../records/record.ts';
import type { ProducerBatch } from './producer-batch.ts';
import type { FailedRecord, PendingSend, RecordMetadata, SendResult } from './producer.ts';

const ACCEPTED = Promise.resolve();

/** Consecutive records of a send that went into one batch, one after the other; or that were refused for one reason. */
interface Run {
  /** Index of the first of them. */
  readonly first: number;
  readonly into: ProducerBatch | Error;
  /** Place of the first of them in the batch. */
  readonly delta: number;
}

/**
 * One call of `send`: which record went into which batch, and how many are still to be answered. It is its own result
 * once none is, so that nothing is computed for results that nobody asks for. The records themselves are let go once all of
 * them are in the buffers: what waits for a slow broker would else fill the memory a second time.
 */
export class SendInProgress implements PendingSend, SendResult {
  /** Wall clock when `send` was called: the timestamp of records that have none. */
  readonly timestamp: number;
  /** performance.now() when `send` was called. */
  readonly calledAt: number;
  readonly done: Promise<SendResult>;
  /** Index of the first record that is not in the buffers yet. */
  next = 0;
  readonly #count: number;
  readonly #runs: Run[] = [];
  readonly #over: (send: SendInProgress) => void;
  #records: readonly ProducerRecord[];
  /** Of all records, or one of each where they differ. */
  #timestamps: number | Float64Array;
  #nextDelta = 0;
  #accepted: PromiseWithResolvers<undefined> | null = null;
  #finish: (result: SendResult) => void;
  #unanswered: number;
  #anyFailed = false;

  /** `over` is called when the last record was answered. */
  constructor(
    records: readonly ProducerRecord[],
    at: { readonly timestamp: number; readonly calledAt: number },
    over: (send: SendInProgress) => void,
  ) {
    this.#records = records;
    this.#count = records.length;
    this.timestamp = at.timestamp;
    this.#timestamps = records[0]?.timestamp ?? at.timestamp;
    this.calledAt = at.calledAt;
    this.#over = over;
    this.#unanswered = records.length;
    const { promise, resolve } = Promise.withResolvers<SendResult>();
    this.done = promise;
    this.#finish = resolve;
    if (records.length === 0) this.#answered(0);
  }

  get accepted(): Promise<void> {
    if (this.next === this.#count) return ACCEPTED;
    this.#accepted ??= Promise.withResolvers<undefined>();
    return this.#accepted.promise;
  }

  /** The record at `next`; undefined when all are in the buffers. */
  get record(): ProducerRecord | undefined {
    return this.#records[this.next];
  }

  /** The record at `next` is the one at `delta` of this batch. */
  placed(batch: ProducerBatch, delta: number): void {
    if (delta !== this.#nextDelta || this.#runs.at(-1)?.into !== batch) {
      this.#runs.push({ first: this.next, into: batch, delta });
    }
    this.#nextDelta = delta + 1;
    this.#advance();
  }

  /** The record at `next` will not be written. */
  refused(error: Error): void {
    this.#runs.push({ first: this.next, into: error, delta: 0 });
    this.#anyFailed = true;
    this.#advance();
    this.#answered(1);
  }

  /** A batch with `count` of these records is over. */
  answered(count: number, failed: boolean): void {
    if (failed) this.#anyFailed = true;
    this.#answered(count);
  }

  get failed(): readonly FailedRecord[] {
    const failed: FailedRecord[] = [];
    if (!this.#anyFailed) return failed;
    for (const [number, { first, into, delta }] of this.#runs.entries()) {
      const end = this.#runs[number + 1]?.first ?? this.next;
      for (let index = first; index < end; index++) {
        const error = into instanceof Error ? into : into.errorOf(delta + index - first);
        if (error !== null) failed.push({ index, error });
      }
    }
    return failed;
  }

  metadata(index: number): RecordMetadata | null {
    const run = this.#runOf(index);
    if (run === undefined || run.into instanceof Error || index >= this.next) return null;
    const { into, delta, first } = run;
    const place = into.placeOf(delta + index - first);
    if (place === null) return null;
    const timestamp = place.logAppendTime >= 0 ? place.logAppendTime : this.#timestampOf(index);
    return { topic: into.topic, partition: into.partition, offset: place.offset, timestamp };
  }

  #runOf(index: number): Run | undefined {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[middle] as Run).first <= index) low = middle + 1;
      else high = middle;
    }
    return this.#runs[low - 1];
  }

  #timestampOf(index: number): number {
    const timestamps = this.#timestamps;
    return typeof timestamps === 'number' ? timestamps : (timestamps[index] ?? this.timestamp);
  }

  #advance(): void {
    this.#keepTimestamp();
    this.next++;
    if (this.next < this.#count) return;
    this.#records = [];
    this.#accepted?.resolve(undefined);
  }

  #keepTimestamp(): void {
    const timestamp = this.#records[this.next]?.timestamp ?? this.timestamp;
    if (typeof this.#timestamps === 'number') {
      if (timestamp === this.#timestamps) return;
      this.#timestamps = new Float64Array(this.#count).fill(this.#timestamps, 0, this.next);
    }
    this.#timestamps[this.next] = timestamp;
  }

  #answered(count: number): void {
    this.#unanswered -= count;
    if (this.#unanswered > 0) return;
    this.#finish(this);
    this.#over(this);
  }
}
