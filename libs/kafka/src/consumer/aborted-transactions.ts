import type { RecordBatch } from '../records/record-batch.ts';
import type { AbortedTransaction } from './fetch-request.ts';
import type { Deliverable } from './partition-state.ts';

/** The part of a batch that decides whether applications see it. */
type Batch = Pick<RecordBatch, 'lastOffset' | 'producerId' | 'transactional' | 'control' | 'recordCount'>;

/**
 * What of a fetch may be given out: no control batches, and none of an aborted transaction (KIP-98). `aborted` is the
 * list of the same response, empty at read_uncommitted. What is left out moves `nextOffset` of the batch before it, or
 * stands alone in front, so that positions pass it.
 */
export function deliverables<B extends Batch>(
  batches: readonly B[],
  aborted: readonly AbortedTransaction[],
): (Omit<Deliverable, 'batch'> & { readonly batch: B | null })[] {
  const upcoming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  const aborting = new Set<number>();
  const result: { batch: B | null; nextOffset: number }[] = [];
  let opened = 0;
  for (const batch of batches) {
    for (let next = upcoming[opened]; next !== undefined && next.firstOffset <= batch.lastOffset;) {
      aborting.add(next.producerId);
      opened += 1;
      next = upcoming[opened];
    }
    if (batch.control === 'abort') {
      aborting.delete(batch.producerId);
    }
    const nextOffset = batch.lastOffset + 1;
    const hidden = batch.control !== null || (batch.transactional && aborting.has(batch.producerId));
    if (!hidden && batch.recordCount > 0) {
      result.push({ batch, nextOffset });
      continue;
    }
    const before = result.at(-1);
    if (before === undefined) {
      result.push({ batch: null, nextOffset });
    } else {
      before.nextOffset = nextOffset;
    }
  }
  return result;
}
