import type { TopicPartition, TopicPartitionOffset } from '@millrace/connect-api';

/** A map key for a topic partition. */
export function partitionKey(partition: TopicPartition): string {
  return `${partition.topic}-${partition.partition}`;
}

/** What a sink task has been given and what is committed, per assigned partition (spec/runtime.md section 5). */
export class SinkOffsets {
  readonly #assigned = new Map<string, TopicPartition>();
  readonly #current = new Map<string, TopicPartitionOffset>();
  readonly #committed = new Map<string, TopicPartitionOffset>();

  assigned(): readonly TopicPartition[] {
    return [...this.#assigned.values()];
  }

  has(partition: TopicPartition): boolean {
    return this.#assigned.has(partitionKey(partition));
  }

  /** A partition arrived; its position counts as put and committed. */
  assign(position: TopicPartitionOffset): void {
    const key = partitionKey(position);
    this.#assigned.set(key, { topic: position.topic, partition: position.partition });
    this.#current.set(key, position);
    this.#committed.set(key, position);
  }

  remove(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      const key = partitionKey(partition);
      this.#assigned.delete(key);
      this.#current.delete(key);
      this.#committed.delete(key);
    }
  }

  /** Everything before this offset was put. */
  put(position: TopicPartitionOffset): void {
    if (this.has(position)) {
      this.#current.set(partitionKey(position), position);
    }
  }

  /** Positions of all records put so far, of these partitions or all. */
  current(of: readonly TopicPartition[] = this.assigned()): readonly TopicPartitionOffset[] {
    return of.flatMap((partition) => this.#current.get(partitionKey(partition)) ?? []);
  }

  committed(): readonly TopicPartitionOffset[] {
    return [...this.#committed.values()];
  }

  /** How many offsets lie between what is committed and what was put, of all partitions. */
  uncommitted(): number {
    let sum = 0;
    for (const [key, { offset }] of this.#current) {
      sum += Math.max(0, offset - (this.#committed.get(key)?.offset ?? offset));
    }
    return sum;
  }

  markCommitted(offsets: readonly TopicPartitionOffset[]): void {
    for (const offset of offsets) {
      if (this.has(offset)) {
        this.#committed.set(partitionKey(offset), offset);
      }
    }
  }

  /** Back to what is committed, after a failed `preCommit`. */
  rewind(): readonly TopicPartitionOffset[] {
    const committed = this.committed();
    for (const offset of committed) {
      this.#current.set(partitionKey(offset), offset);
    }
    return committed;
  }

  /**
   * Of what a task offers for commit, that which may be: assigned, not beyond what it was given, and new.
   * `refused` says why the rest is not, for the log.
   */
  acceptable(offered: readonly TopicPartitionOffset[]): {
    readonly offsets: readonly TopicPartitionOffset[];
    readonly refused: readonly string[];
  } {
    const offsets: TopicPartitionOffset[] = [];
    const refused: string[] = [];
    for (const offset of offered) {
      const key = partitionKey(offset);
      const current = this.#current.get(key);
      if (current === undefined) {
        refused.push(`${key} is not assigned`);
      } else if (offset.offset > current.offset) {
        refused.push(`${key}: ${offset.offset} is past the last record put, ${current.offset}`);
      } else if (offset.offset !== this.#committed.get(key)?.offset) {
        offsets.push(offset);
      }
    }
    return { offsets, refused };
  }
}
