import { ErrorCode } from '../client/error-codes.ts';
import type { KafkaClient } from '../client/kafka-client.ts';
import { KafkaError } from '../errors.ts';
import type { PartitionCounts } from './assignor.ts';

/** What a topic that is being made or removed, or was never there, is answered with. */
const ABSENT: ReadonlySet<number | undefined> = new Set([
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.LEADER_NOT_AVAILABLE,
]);

/** How many partitions the topics have now; those that are not there are left out. */
export async function loadPartitionCounts(
  client: KafkaClient,
  topics: readonly string[],
): Promise<PartitionCounts> {
  const counts = new Map<string, number>();
  if (topics.length === 0) {
    return counts;
  }
  await client.refreshMetadata(topics);
  for (const topic of topics) {
    try {
      const [metadata] = await client.metadata([topic]);
      counts.set(topic, metadata?.partitions.length ?? 0);
    } catch (error) {
      if (!(error instanceof KafkaError) || !ABSENT.has(error.brokerCode)) {
        throw error;
      }
    }
  }
  return counts;
}
