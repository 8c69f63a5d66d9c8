/** A record header on the wire; names may repeat, values may be null, order is kept. */
export interface RecordHeader {
  readonly key: string;
  readonly value: Uint8Array | null;
}

export const NO_RECORD_HEADERS: readonly RecordHeader[] = Object.freeze([]);

/** A record to be written. */
export interface ProducerRecord {
  readonly topic: string;
  /** null: the partitioner chooses, murmur2 of the key or sticky batches without one. */
  readonly partition: number | null;
  /** Milliseconds since the epoch; null: now. */
  readonly timestamp: number | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

/** A record as fetched; topic and partition are those of the batch that holds it. */
export interface ConsumerRecord {
  /** Exact up to 2^53 - 1; the codec refuses more (docs/decisions/0002). */
  readonly offset: number;
  /** Milliseconds since the epoch, -1 for none. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

export type TimestampKind = 'CreateTime' | 'LogAppendTime' | 'NoTimestampType';

/** Consecutive records of one partition as one poll returns them. */
export interface FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly timestampType: TimestampKind;
  readonly records: readonly ConsumerRecord[];
  /** Where the next fetch starts: after the last record, control and aborted records included. */
  readonly nextOffset: number;
}
