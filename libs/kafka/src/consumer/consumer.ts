import type { TopicPartition } from '../client/kafka-client.ts';
import type { FetchedBatch } from '../records/record.ts';

export interface OffsetAndPartition extends TopicPartition {
  /** The next offset to be read. */
  readonly offset: number;
}

/** What assigned and group consumers share. Calls must not overlap, `wakeup`, `endOffsets` and `beginningOffsets` excepted. */
export interface Consumer {
  /** Batches that have arrived, waiting up to `timeoutMs` for the first. At most `max.poll.records` records. */
  poll(timeoutMs: number): Promise<readonly FetchedBatch[]>;
  /** Makes a waiting `poll` return what it has. */
  wakeup(): void;
  assignment(): readonly TopicPartition[];
  /** The offset of the next record `poll` will return. */
  position(partition: TopicPartition): Promise<number>;
  seek(to: OffsetAndPartition): void;
  /** Paused partitions are not fetched; what was fetched for them is kept back. */
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /** High watermark or last stable offset, by `isolation.level`. */
  endOffsets(partitions: readonly TopicPartition[]): Promise<readonly OffsetAndPartition[]>;
  beginningOffsets(partitions: readonly TopicPartition[]): Promise<readonly OffsetAndPartition[]>;
  close(): Promise<void>;
}

/** Reads given partitions without a group (what KafkaBasedLog needs). */
export interface AssignedConsumer extends Consumer {
  /** Replaces the assignment. Positions not given start by `auto.offset.reset`. */
  assign(partitions: readonly (TopicPartition & { readonly offset?: number })[]): void;
}

/** Called from inside `poll` and `close`, never at any other time; they are awaited. */
export interface RebalanceListener {
  onAssigned(partitions: readonly TopicPartition[]): Promise<void>;
  /** Partitions are still owned: commit and close them here. */
  onRevoked(partitions: readonly TopicPartition[]): Promise<void>;
  /** Ownership is gone already (fenced, session expired): nothing may be committed. */
  onLost(partitions: readonly TopicPartition[]): Promise<void>;
}

/** A member of a consumer group; compatible with Java consumers of the same group. */
export interface GroupConsumer extends Consumer {
  subscribe(
    what: { readonly topics: readonly string[] } | { readonly pattern: RegExp },
    listener: RebalanceListener,
  ): void;
  /** Throws CommitFailedError when the member no longer owns the generation it commits for. */
  commit(offsets: readonly OffsetAndPartition[]): Promise<void>;
  committed(partitions: readonly TopicPartition[]): Promise<readonly OffsetAndPartition[]>;
}
