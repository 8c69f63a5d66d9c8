import { toError } from '@millrace/connect-api';
import type { ConsumerRecord, FetchedBatch } from '../records/record.ts';
import type { FetchedChunk } from './partition-state.ts';

/** What one drain gave: batches, and whether any position moved (past control records, also without a batch). */
export interface Drained {
  readonly batches: readonly FetchedBatch[];
  readonly advanced: boolean;
}

/**
 * Fetched chunks in the order they came. Records are decoded when they are given out, so that what waits costs no more
 * memory than its bytes.
 */
export class FetchBuffer {
  #chunks: FetchedChunk[] = [];

  /** Bytes that wait to be given out. Those of paused partitions do not count, or they could hold up all others. */
  get bytes(): number {
    return this.#chunks.reduce((sum, { state, bytes }) => (state.paused ? sum : sum + bytes), 0);
  }

  add(chunk: FetchedChunk): void {
    this.#chunks.push(chunk);
    chunk.state.chunks += 1;
  }

  /**
   * Takes out up to `maxRecords` records of partitions that are not paused and advances their positions. Throws what
   * stands in the way of a partition's next record (CorruptRecordError, UnsupportedRecordError) once everything before
   * it has been given out; the partition is then fetched again from there.
   */
  drain(maxRecords: number): Drained {
    const drain: Drain = { batches: [], left: maxRecords, advanced: false };
    const kept: FetchedChunk[] = [];
    let fault: Error | null = null;
    for (const chunk of this.#chunks) {
      const { state } = chunk;
      if (chunk.epoch !== state.epoch) {
        continue;
      }
      if (!state.paused && drain.left > 0 && fault === null) {
        const stopped = take(chunk, drain);
        if (stopped !== null && !drain.advanced) {
          fault = stopped;
          state.moveTo(state.position ?? state.fetchOffset);
          continue;
        }
        if (stopped === null && chunk.next === chunk.items.length && chunk.failure === null) {
          state.chunks -= 1;
          continue;
        }
      }
      kept.push(chunk);
    }
    this.#chunks = kept;
    if (fault !== null) {
      throw fault;
    }
    return drain;
  }
}

interface Drain {
  readonly batches: FetchedBatch[];
  left: number;
  advanced: boolean;
}

/** Moves records of one chunk into the drain; the error that the next record is behind, if any. */
function take(chunk: FetchedChunk, drain: Drain): Error | null {
  try {
    while (drain.left > 0 && chunk.next < chunk.items.length) {
      takeItem(chunk, drain);
    }
    return chunk.next === chunk.items.length ? chunk.failure : null;
  } catch (error) {
    return toError(error);
  }
}

function takeItem(chunk: FetchedChunk, drain: Drain): void {
  const { state } = chunk;
  const item = chunk.items[chunk.next];
  const records = chunk.rest ?? item?.batch?.records(state.position ?? 0) ?? [];
  const cut = records.length > drain.left;
  const given = cut ? records.slice(0, drain.left) : records;
  chunk.rest = cut ? records.slice(drain.left) : null;
  chunk.next += cut ? 0 : 1;
  state.position = cut ? afterLast(given) : (item?.nextOffset ?? state.position ?? 0);
  drain.left -= given.length;
  drain.advanced = true;
  if (given.length > 0) {
    const { topic, partition } = state;
    const timestampType = item?.batch?.timestampType ?? 'NoTimestampType';
    drain.batches.push({ topic, partition, timestampType, records: given, nextOffset: state.position });
  }
}

function afterLast(records: readonly ConsumerRecord[]): number {
  return (records.at(-1)?.offset ?? -1) + 1;
}
