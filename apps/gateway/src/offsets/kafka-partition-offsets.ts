import {
  listPartitionOffsets,
  type KafkaClient,
  type OffsetAndPartition,
  type TopicPartition,
} from '@millrace/kafka';
import type { OffsetSpec, PartitionOffsets } from './partition-offsets.ts';

/** An answer is waited for no longer than its client would. */
const SETTINGS = { 'default.api.timeout.ms': '30000', 'isolation.level': 'read_committed' } as const;

/** Asks the brokers. */
export class KafkaPartitionOffsets implements PartitionOffsets {
  readonly #client: KafkaClient;

  constructor(client: KafkaClient) {
    this.#client = client;
  }

  async list(
    partitions: readonly TopicPartition[],
    spec: OffsetSpec,
  ): Promise<readonly OffsetAndPartition[]> {
    const found = await listPartitionOffsets(this.#client, partitions, spec, SETTINGS);
    const later = found.filter(({ offset }) => offset < 0);
    if (later.length === 0) {
      return found;
    }
    const ends = await listPartitionOffsets(this.#client, later, 'latest', SETTINGS);
    return [...found.filter(({ offset }) => offset >= 0), ...ends];
  }
}
