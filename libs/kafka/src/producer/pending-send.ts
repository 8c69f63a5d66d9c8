import type { ProducerRecord } from '../records/record.ts';
import type { ProducerBatch } from './producer-batch.ts';
import type { FailedRecord, PendingSend, RecordMetadata, SendResult } from './producer.ts';

const ACCEPTED = Promise.resolve();

/**
 * One call of `send`: which record went into which batch, and how many are still to be answered. It is its own result
 * once none is, so that nothing is computed for results that nobody asks for.
 */
export class SendInProgress implements PendingSend, SendResult {
  readonly records: readonly ProducerRecord[];
  /** Wall clock when `send` was called: the timestamp of records that have none. */
  readonly timestamp: number;
  /** performance.now() when `send` was called. */
  readonly calledAt: number;
  readonly done: Promise<SendResult>;
  /** Index of the first record that is not in the buffers yet. */
  next = 0;
  readonly #batches: (ProducerBatch | Error | undefined)[];
  readonly #deltas: Int32Array;
  readonly #over: (send: SendInProgress) => void;
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
    this.records = records;
    this.timestamp = at.timestamp;
    this.calledAt = at.calledAt;
    this.#over = over;
    this.#batches = new Array<ProducerBatch | Error | undefined>(records.length);
    this.#deltas = new Int32Array(records.length);
    this.#unanswered = records.length;
    const { promise, resolve } = Promise.withResolvers<SendResult>();
    this.done = promise;
    this.#finish = resolve;
    if (records.length === 0) this.#answered(0);
  }

  get accepted(): Promise<void> {
    if (this.next === this.records.length) return ACCEPTED;
    this.#accepted ??= Promise.withResolvers<undefined>();
    return this.#accepted.promise;
  }

  /** The record at `next` is the one at `delta` of this batch. */
  placed(batch: ProducerBatch, delta: number): void {
    this.#batches[this.next] = batch;
    this.#deltas[this.next] = delta;
    this.#advance();
  }

  /** The record at `next` will not be written. */
  refused(error: Error): void {
    this.#batches[this.next] = error;
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
    for (let index = 0; index < this.records.length; index++) {
      const batch = this.#batches[index];
      const error = batch instanceof Error ? batch : batch?.errorOf(this.#deltas[index] as number);
      if (error !== undefined && error !== null) failed.push({ index, error });
    }
    return failed;
  }

  metadata(index: number): RecordMetadata | null {
    const batch = this.#batches[index];
    const record = this.records[index];
    if (batch === undefined || record === undefined || batch instanceof Error) return null;
    const place = batch.placeOf(this.#deltas[index] as number);
    if (place === null) return null;
    const timestamp = place.logAppendTime >= 0 ? place.logAppendTime : (record.timestamp ?? this.timestamp);
    return { topic: batch.topic, partition: batch.partition, offset: place.offset, timestamp };
  }

  #advance(): void {
    this.next++;
    if (this.next === this.records.length) this.#accepted?.resolve(undefined);
  }

  #answered(count: number): void {
    this.#unanswered -= count;
    if (this.#unanswered > 0) return;
    this.#finish(this);
    this.#over(this);
  }
}
