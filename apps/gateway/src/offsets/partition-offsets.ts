import type { OffsetAndPartition, TopicPartition } from '@millrace/kafka';

/** Where in a partition: its beginning, its end, or the first record not older than a time (ms since the epoch). */
export type OffsetSpec = 'earliest' | 'latest' | number;

/** What brokers know of offsets. */
export interface PartitionOffsets {
  /** For a time after the last record: the end. */
  list(partitions: readonly TopicPartition[], spec: OffsetSpec): Promise<readonly OffsetAndPartition[]>;
}
