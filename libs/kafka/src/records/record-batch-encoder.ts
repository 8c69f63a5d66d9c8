import { RecordBatchBuilder, type ProducerStamp, type RecordContent } from './record-batch-builder.ts';
import type { Codec } from './compression/codec.ts';

/** One record of a batch written at once. `timestamp` in milliseconds since the epoch. */
export interface TimedRecord extends RecordContent {
  readonly timestamp: number;
}

export interface EncodeBatchOptions {
  readonly compression: Codec;
  /** Left out: a plain producer's batch, without producer id, epoch and sequence. */
  readonly producer?: ProducerStamp;
}

/**
 * All records as one batch of their own memory: for small control writes (transactions on the config topic). Streams
 * of records go through `RecordBatchBuilder`. Throws RangeError for no records, which no broker would accept.
 */
export function encodeRecordBatch(records: readonly TimedRecord[], options: EncodeBatchOptions): Buffer {
  if (records.length === 0) throw new RangeError('A record batch needs at least one record');
  const builder = new RecordBatchBuilder(Number.MAX_SAFE_INTEGER, options.compression);
  for (const record of records) builder.tryAppend(record, record.timestamp);
  return builder.finish(options.producer);
}
