import {
  stringifyJson,
  type SourceOffset,
  type SourcePartition,
  type SourceRecord,
} from '@millrace/connect-api';
import type { PartitionOffset } from '@millrace/topic-stores';

/** Records that were sent together, and whether the broker has all of them. */
export interface SubmittedBatch {
  readonly size: number;
  acked: boolean;
}

interface Pending {
  readonly batch: SubmittedBatch;
  readonly offset: SourceOffset | null;
}

interface PartitionQueue {
  readonly partition: SourcePartition;
  /** In the order of submission. */
  readonly pending: Pending[];
}

/**
 * Which source offsets may be committed: per source partition, those of the acknowledged prefix of what was submitted
 * (design invariant 5, spec/runtime.md section 3). The unit is the batch that one poll returned, not the record.
 */
export class OffsetTracker {
  readonly #queues = new Map<string, PartitionQueue>();
  readonly #committable = new Map<string, PartitionOffset>();

  /** Enters a batch; its records must be sent in this order. Call `acked = true` on the result when the broker has them. */
  submit(records: readonly SourceRecord[]): SubmittedBatch {
    const batch: SubmittedBatch = { size: records.length, acked: false };
    let last: SourceRecord | undefined;
    // Consecutive records mostly share their partition object: only the last of such a run matters.
    for (const record of records) {
      if (last !== undefined && last.sourcePartition !== record.sourcePartition) {
        this.#enter(batch, last);
      }
      last = record;
    }
    if (last !== undefined) {
      this.#enter(batch, last);
    }
    return batch;
  }

  /** The offsets to commit now. They are handed out again by the next call unless `committed` is told. */
  committable(): readonly PartitionOffset[] {
    for (const [key, queue] of this.#queues) {
      const pending = queue.pending;
      let count = 0;
      while (pending[count]?.batch.acked === true) {
        count += 1;
      }
      const newest = pending[count - 1];
      if (newest !== undefined) {
        this.#committable.set(key, { partition: queue.partition, offset: newest.offset });
        pending.splice(0, count);
      }
      if (pending.length === 0) {
        this.#queues.delete(key);
      }
    }
    return [...this.#committable.values()];
  }

  /** The offsets that the last `committable()` returned are written. */
  committed(offsets: readonly PartitionOffset[]): void {
    for (const offset of offsets) {
      const key = stringifyPartition(offset.partition);
      if (this.#committable.get(key)?.offset === offset.offset) {
        this.#committable.delete(key);
      }
    }
  }

  #enter(batch: SubmittedBatch, record: SourceRecord): void {
    const key = stringifyPartition(record.sourcePartition);
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = { partition: record.sourcePartition, pending: [] };
      this.#queues.set(key, queue);
    }
    queue.pending.push({ batch, offset: record.sourceOffset });
  }
}

function stringifyPartition(partition: SourcePartition): string {
  const entries = Object.entries(partition).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return stringifyJson(new Map(entries));
}
