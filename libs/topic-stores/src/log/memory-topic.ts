import { partitionForKey } from '@millrace/kafka';
import type { LogEntry } from './topic-log.ts';

/** A transaction of {@link MemoryTopic}; its records are seen once it is committed. */
export interface MemoryTransaction {
  readonly transactionalId: string;
  state: 'open' | 'committed' | 'aborted';
  /** Of its first record, in partition 0; null before that. */
  firstOffset: number | null;
}

/** What stands at one offset; a marker of a transaction has no entry. */
interface Slot {
  readonly entry: LogEntry | null;
  readonly transaction: MemoryTransaction | null;
}

export type MemoryRecord = Pick<LogEntry, 'key' | 'value'> & Partial<Pick<LogEntry, 'headers'>>;

/**
 * The topic behind any number of memory stores: what a broker would hold, transactions and their markers included
 * (in partition 0 only, since nothing but the config topic needs them).
 */
export class MemoryTopic {
  readonly name: string;
  readonly #partitions: Slot[][];
  readonly #followers = new Set<() => void>();
  readonly #epochs = new Map<string, number>();
  readonly #open = new Set<MemoryTransaction>();

  constructor(name: string, partitions = 1) {
    this.name = name;
    this.#partitions = Array.from({ length: partitions }, () => []);
  }

  get partitionCount(): number {
    return this.#partitions.length;
  }

  /** Appends a record, by the partition of its key; its offset. */
  append(record: MemoryRecord, transaction: MemoryTransaction | null = null): number {
    const { key, value, headers = [] } = record;
    const partition = key === null ? 0 : partitionForKey(Buffer.from(key), this.#partitions.length);
    const slots = this.#slots(partition);
    const offset = slots.length;
    if (transaction !== null) {
      transaction.firstOffset ??= offset;
    }
    slots.push({ entry: { partition, offset, timestamp: Date.now(), key, value, headers }, transaction });
    this.#notify();
    return offset;
  }

  /** All committed records, partition by partition. */
  records(): readonly LogEntry[] {
    return this.#partitions.flatMap((_, partition) =>
      this.read(partition, { from: 0, to: this.endOffset(partition, true) }, true),
    );
  }

  /** Records from an offset on; those of aborted transactions only where uncommitted ones are asked for. */
  read(
    partition: number,
    range: { readonly from: number; readonly to: number },
    committed: boolean,
  ): readonly LogEntry[] {
    return this.#slots(partition)
      .slice(range.from, range.to)
      .filter(({ transaction }) => !committed || transaction === null || transaction.state === 'committed')
      .flatMap(({ entry }) => (entry === null ? [] : [entry]));
  }

  /** The offset behind the last record; at read_committed that of the first which an open transaction holds back. */
  endOffset(partition: number, committed: boolean): number {
    const end = this.#slots(partition).length;
    const open = committed && partition === 0 ? [...this.#open] : [];
    return Math.min(end, ...open.map(({ firstOffset }) => firstOffset ?? end));
  }

  beginTransaction(transactionalId: string): MemoryTransaction {
    const transaction: MemoryTransaction = { transactionalId, state: 'open', firstOffset: null };
    this.#open.add(transaction);
    return transaction;
  }

  /** Ends a transaction with its marker; one that was ended already stays as it is. */
  endTransaction(transaction: MemoryTransaction, state: 'committed' | 'aborted'): void {
    if (this.#open.delete(transaction)) {
      transaction.state = state;
      this.#slots(0).push({ entry: null, transaction: null });
      this.#notify();
    }
  }

  abortOpenTransactions(transactionalId: string): void {
    for (const transaction of this.#open) {
      if (transaction.transactionalId === transactionalId) {
        this.endTransaction(transaction, 'aborted');
      }
    }
  }

  /** The newest epoch of a transactional id; a writer with an older one is fenced. */
  epoch(transactionalId: string): number {
    return this.#epochs.get(transactionalId) ?? -1;
  }

  nextEpoch(transactionalId: string): number {
    const epoch = this.epoch(transactionalId) + 1;
    this.#epochs.set(transactionalId, epoch);
    return epoch;
  }

  /** Calls `follower` after each append, until the result is called. */
  follow(follower: () => void): () => void {
    this.#followers.add(follower);
    return () => {
      this.#followers.delete(follower);
    };
  }

  #slots(partition: number): Slot[] {
    const slots = this.#partitions[partition];
    if (slots === undefined) {
      throw new RangeError(`Topic ${this.name} has no partition ${partition}`);
    }
    return slots;
  }

  #notify(): void {
    for (const follower of this.#followers) {
      follower();
    }
  }
}
