import { toError } from '@millrace/connect-api';
import { ErrorCode, errorFor } from '../client/error-codes.ts';
import { findLeaders, type FailedLookup } from '../client/find-leaders.ts';
import type { KafkaClient, TopicPartition } from '../client/kafka-client.ts';
import { KafkaError } from '../errors.ts';
import type { OffsetAndPartition } from './consumer.ts';
import type { ConsumerSettings, IsolationLevel } from './consumer-settings.ts';
import { listOffsetsRequest, type OffsetSpec } from './list-offsets-request.ts';
import { partitionKey } from '../client/topic-partitions.ts';

export interface LookedUp {
  readonly found: readonly OffsetAndPartition[];
  readonly failed: readonly FailedLookup[];
}

/** Asks each partition's leader once where the partition ends or begins. Never throws. */
export async function lookUpOffsets(
  client: KafkaClient,
  partitions: readonly TopicPartition[],
  what: { readonly spec: OffsetSpec; readonly isolationLevel: IsolationLevel },
): Promise<LookedUp> {
  const leaders = await findLeaders(client, partitions);
  const failed: FailedLookup[] = [...leaders.failed];
  const found: OffsetAndPartition[] = [];
  const byLeader = Map.groupBy(leaders.led, ({ leader }) => leader);
  const ask = async ([leader, led]: [number, typeof leaders.led]): Promise<void> => {
    const group = led.map(({ at }) => at);
    try {
      const answers = await client.send(leader, listOffsetsRequest(group, what.spec, what.isolationLevel));
      for (const { topic, partition, offset, errorCode } of answers) {
        if (errorCode === ErrorCode.NONE) {
          found.push({ topic, partition, offset });
        } else {
          const error = errorFor(errorCode, `ListOffsets of ${topic}-${partition}`);
          failed.push({ at: { topic, partition }, error });
        }
      }
    } catch (error) {
      failed.push(...group.map((at) => ({ at, error: toError(error) })));
    }
  };
  await Promise.all([...byLeader].map(ask));
  return { found, failed };
}

/**
 * The offsets of all partitions, in their order; over leader changes and broker restarts until `default.api.timeout.ms`
 * has passed, then the last error is thrown.
 */
export async function listOffsets(
  client: KafkaClient,
  partitions: readonly TopicPartition[],
  options: { readonly spec: OffsetSpec; readonly settings: ConsumerSettings },
): Promise<readonly OffsetAndPartition[]> {
  const { spec, settings } = options;
  const deadline = performance.now() + settings.apiTimeoutMs;
  const offsets = new Map<string, OffsetAndPartition>();
  let open: readonly TopicPartition[] = partitions;
  for (;;) {
    const { found, failed } = await lookUpOffsets(client, open, {
      spec,
      isolationLevel: settings.isolationLevel,
    });
    for (const offset of found) {
      offsets.set(partitionKey(offset), offset);
    }
    const lasting = failed.find(({ error }) => !isRetriable(error)) ?? null;
    const last = lasting ?? (performance.now() >= deadline ? failed[0] : null) ?? null;
    if (last !== null) {
      throw last.error;
    }
    if (failed.length === 0) {
      return partitions.flatMap((at) => offsets.get(partitionKey(at)) ?? []);
    }
    open = failed.map(({ at }) => at);
    await new Promise((resolve) => setTimeout(resolve, settings.retryBackoffMs));
    await refresh(client, open);
  }
}

/** True for errors that may pass by themselves. */
export function isRetriable(error: unknown): boolean {
  return error instanceof KafkaError && error.retriable;
}

/** A failure that may pass is left to the next attempt. */
async function refresh(client: KafkaClient, partitions: readonly TopicPartition[]): Promise<void> {
  try {
    await client.refreshMetadata([...new Set(partitions.map(({ topic }) => topic))]);
  } catch (error) {
    if (!isRetriable(error)) {
      throw error;
    }
  }
}
