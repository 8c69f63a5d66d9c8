import { decodeRecordBatches } from '../records/record-batch-decoder.ts';
import type { BuilderPool } from './builder-pool.ts';
import { ProducerBatch } from './producer-batch.ts';

/** Rebuilds a batch of at least two records as two, since the broker found it too large. */
export function divideBatch(
  batch: ProducerBatch,
  pool: BuilderPool,
): readonly [ProducerBatch, ProducerBatch] {
  const first = pool.take(Number.MAX_SAFE_INTEGER);
  const second = pool.take(Number.MAX_SAFE_INTEGER);
  const middle = Math.ceil(batch.count / 2);
  decodeRecordBatches(batch.encoded(), batch, (whole) => {
    for (const [index, record] of whole.records().entries()) {
      (index < middle ? first : second).tryAppend(record, record.timestamp);
    }
  });
  const origin = { createdAt: batch.createdAt, whole: batch };
  const halves = [new ProducerBatch(batch, first, origin), new ProducerBatch(batch, second, origin)] as const;
  pool.give(batch.divide(halves));
  return halves;
}
