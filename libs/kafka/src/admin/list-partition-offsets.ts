import type { KafkaClient, TopicPartition } from '../client/kafka-client.ts';
import type { OffsetAndPartition } from '../consumer/consumer.ts';
import { consumerSettings } from '../consumer/consumer-settings.ts';
import type { OffsetSpec } from '../consumer/list-offsets-request.ts';
import { listOffsets } from '../consumer/offset-lookup.ts';

/**
 * Offsets of partitions as the brokers know them now, in the order asked for; `settings` are a Java consumer's (`isolation.level`,
 * `default.api.timeout.ms`). For a time after the last record of a partition its offset is -1. Throws KafkaError.
 */
export function listPartitionOffsets(
  client: KafkaClient,
  partitions: readonly TopicPartition[],
  spec: OffsetSpec,
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly OffsetAndPartition[]> {
  return listOffsets(client, partitions, {
    spec,
    settings: consumerSettings(settings, client.props, client.logger),
  });
}
