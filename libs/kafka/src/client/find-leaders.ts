import { toError } from '@millrace/connect-api';
import { LeaderNotAvailableError } from '../errors.ts';
import { ErrorCode, errorFor } from './error-codes.ts';
import type { KafkaClient, TopicMetadata, TopicPartition } from './kafka-client.ts';
import { byTopic } from './topic-partitions.ts';

/** A partition about which nothing could be learned now, and why. */
export interface FailedLookup<P extends TopicPartition = TopicPartition> {
  readonly at: P;
  readonly error: Error;
}

export interface FoundLeaders<P extends TopicPartition> {
  readonly led: readonly { readonly at: P; readonly leader: number }[];
  readonly failed: readonly FailedLookup<P>[];
}

/** The leaders of partitions, from metadata that is loaded once per topic where it is missing. Never throws. */
export async function findLeaders<P extends TopicPartition>(
  client: KafkaClient,
  partitions: readonly P[],
): Promise<FoundLeaders<P>> {
  const topics = byTopic(partitions);
  // One request loads what is missing; which topic it fails for is told apart below.
  await client.metadata(topics.map(([topic]) => topic)).catch(() => undefined);
  const led: { at: P; leader: number }[] = [];
  const failed: FailedLookup<P>[] = [];
  for (const [topic, items] of topics) {
    try {
      const [metadata] = await client.metadata([topic]);
      for (const at of items) {
        const leader = leaderOf(metadata, at);
        if (leader instanceof Error) {
          failed.push({ at, error: leader });
        } else {
          led.push({ at, leader });
        }
      }
    } catch (error) {
      failed.push(...items.map((at) => ({ at, error: toError(error) })));
    }
  }
  return { led, failed };
}

/** The broker id of a partition's leader, or why there is none. */
export function leaderOf(
  metadata: TopicMetadata | undefined,
  { topic, partition }: TopicPartition,
): number | Error {
  const candidate = metadata?.partitions[partition];
  // Partitions are listed in their order, but while a topic is being made some may be missing.
  const found =
    candidate?.partition === partition
      ? candidate
      : metadata?.partitions.find((each) => each.partition === partition);
  if (found === undefined) {
    return errorFor(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `Partition ${topic}-${partition}`);
  }
  return found.leader < 0
    ? new LeaderNotAvailableError(`${topic}-${partition} has no leader now`, { retriable: true })
    : found.leader;
}
