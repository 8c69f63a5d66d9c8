import type { RecordBatchBuilder } from '../records/record-batch-builder.ts';
import type { SendInProgress } from './pending-send.ts';

/** Where a record of a batch was written. */
export interface RecordPlace {
  /** -1 with acks=0. */
  readonly offset: number;
  /** Milliseconds since the epoch; -1 unless the topic stamps records itself. */
  readonly logAppendTime: number;
}

/** What became of a whole batch: where the broker put it, or why it is not there. */
export type BatchOutcome =
  { readonly baseOffset: number; readonly logAppendTime: number } | { readonly error: Error };

/**
 * A batch of one partition from its first record to its answer. When the broker finds it too large it is divided, and
 * lives on in its two halves; those who hold a record of it need not know.
 */
export class ProducerBatch {
  readonly topic: string;
  readonly partition: number;
  /** performance.now() of the first record: `linger.ms` and `delivery.timeout.ms` count from here. */
  readonly createdAt: number;
  /** Requests that carried the batch so far. */
  attempts = 0;
  /** The last retriable failure, for the message when time runs out. */
  lastError: Error | null = null;
  readonly #whole: ProducerBatch | null;
  readonly #sends: SendInProgress[] = [];
  readonly #counts: number[] = [];
  #builder: RecordBatchBuilder | null;
  #encoded: Buffer | null = null;
  #count = 0;
  #outcome: BatchOutcome | null = null;
  #halves: readonly [ProducerBatch, ProducerBatch] | null = null;

  constructor(
    of: { readonly topic: string; readonly partition: number },
    builder: RecordBatchBuilder,
    origin: { readonly createdAt: number; readonly whole: ProducerBatch | null },
  ) {
    this.topic = of.topic;
    this.partition = of.partition;
    this.createdAt = origin.createdAt;
    this.#builder = builder;
    this.#whole = origin.whole;
    if (origin.whole !== null) this.#count = builder.count;
  }

  get count(): number {
    return this.#count;
  }

  /** The builder that holds the records; an error when the batch has its answer. */
  get builder(): RecordBatchBuilder {
    if (this.#builder === null) throw new Error('The batch has been answered and has no records any more');
    return this.#builder;
  }

  get answered(): boolean {
    return this.#outcome !== null || this.#halves !== null;
  }

  /** The record that `builder` has just taken belongs to this send. */
  took(send: SendInProgress): void {
    const delta = this.#count++;
    const last = this.#sends.length - 1;
    if (last >= 0 && this.#sends[last] === send) {
      (this.#counts[last] as number)++;
    } else {
      this.#sends.push(send);
      this.#counts.push(1);
    }
    send.placed(this, delta);
  }

  /** The batch's bytes, the same for every attempt. No record may be appended from here on. */
  encoded(): Buffer {
    this.#encoded ??= this.builder.finish();
    return this.#encoded;
  }

  /** Ends the batch; gives its builder back for the next one. */
  answer(outcome: BatchOutcome): RecordBatchBuilder {
    const builder = this.builder;
    this.#outcome = outcome;
    this.#release();
    this.#report();
    return builder;
  }

  /** Passes the records on to two halves that together hold them in the same order; gives the builder back. */
  divide(halves: readonly [ProducerBatch, ProducerBatch]): RecordBatchBuilder {
    const builder = this.builder;
    this.#halves = halves;
    this.#release();
    return builder;
  }

  /** The error of the record at `delta`; null when it was written. */
  errorOf(delta: number): Error | null {
    const { batch } = this.#leaf(delta);
    return batch.#outcome !== null && 'error' in batch.#outcome ? batch.#outcome.error : null;
  }

  /** Where the record at `delta` is; null when it was not written. */
  placeOf(delta: number): RecordPlace | null {
    const { batch, rest } = this.#leaf(delta);
    if (batch.#outcome === null || 'error' in batch.#outcome) return null;
    const { baseOffset, logAppendTime } = batch.#outcome;
    return { offset: baseOffset < 0 ? -1 : baseOffset + rest, logAppendTime };
  }

  #leaf(delta: number): { readonly batch: ProducerBatch; readonly rest: number } {
    if (this.#halves === null) return { batch: this, rest: delta };
    const [first, second] = this.#halves;
    return delta < first.#count ? first.#leaf(delta) : second.#leaf(delta - first.#count);
  }

  /** Tells the sends once all parts have their answers. */
  #report(): void {
    if (this.#halves?.some((half) => !half.#over()) === true) return;
    if (this.#whole !== null) {
      this.#whole.#report();
      return;
    }
    const failed = this.#anyFailed();
    for (const [index, send] of this.#sends.entries()) send.answered(this.#counts[index] as number, failed);
    this.#sends.length = 0;
  }

  #over(): boolean {
    return this.#halves === null ? this.#outcome !== null : this.#halves.every((half) => half.#over());
  }

  #anyFailed(): boolean {
    if (this.#halves !== null) return this.#halves.some((half) => half.#anyFailed());
    return this.#outcome !== null && 'error' in this.#outcome;
  }

  #release(): void {
    this.#builder = null;
    this.#encoded = null;
  }
}
