import type { SourceOffset, SourcePartition } from '@millrace/connect-api';

export interface PartitionOffset {
  readonly partition: SourcePartition;
  /** null: the offset is removed (tombstone). */
  readonly offset: SourceOffset | null;
}

/** The offset topic: committed source offsets, keyed by the exact bytes of connector and partition (spec/topics.md section 3). */
export interface OffsetBackingStore {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Committed offsets of these partitions, null where there is none. Reads to the end of the topic first. */
  get(connector: string, partitions: readonly SourcePartition[]): Promise<(SourceOffset | null)[]>;
  /** All partitions of a connector that have an offset. Reads to the end of the topic first. */
  all(connector: string): Promise<readonly PartitionOffset[]>;
  /** Writes offsets; resolves when the broker has acknowledged them. Throws DataError for values that offsets cannot hold. */
  set(connector: string, offsets: readonly PartitionOffset[]): Promise<void>;
}
