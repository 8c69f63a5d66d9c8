import type { TopicPartition, WireRequest } from '../client/kafka-client.ts';
import { WireReader, WireWriter } from '../client/wire.ts';
import type { IsolationLevel } from './consumer-settings.ts';
import { byTopic } from '../client/topic-partitions.ts';

/**
 * Where a partition ends (by isolation level: high watermark or last stable offset), where it begins, or its first record that is
 * not older than a time (milliseconds since the epoch; offset -1 when there is none).
 */
export type OffsetSpec = 'latest' | 'earliest' | number;

export interface ListedOffset extends TopicPartition {
  readonly errorCode: number;
  readonly offset: number;
}

const CONSUMER = -1;
const ANY_EPOCH = -1;
const TIMESTAMPS = { latest: -1, earliest: -2 } as const;

/**
 * ListOffsets v5: `replica_id isolation_level [topic [partition current_leader_epoch timestamp]]`, answered by
 * `throttle_time_ms [topic [partition error_code timestamp offset leader_epoch]]`.
 */
export function listOffsetsRequest(
  partitions: readonly TopicPartition[],
  spec: OffsetSpec,
  isolationLevel: IsolationLevel,
): WireRequest<readonly ListedOffset[]> {
  return {
    apiKey: 2,
    apiVersion: 5,
    apiName: 'ListOffsets',
    encode: () => {
      const writer = new WireWriter().int32(CONSUMER).int8(isolationLevel === 'read_committed' ? 1 : 0);
      return writer
        .array(byTopic(partitions), ([topic, items]) => {
          writer.string(topic).array(items, ({ partition }) => {
            writer
              .int32(partition)
              .int32(ANY_EPOCH)
              .int64(typeof spec === 'number' ? spec : TIMESTAMPS[spec]);
          });
        })
        .finish();
    },
    decode,
  };
}

function decode(payload: Buffer): readonly ListedOffset[] {
  const reader = new WireReader(payload);
  reader.int32();
  return reader
    .array(() => {
      const topic = reader.string();
      return reader.array(() => {
        const partition = reader.int32();
        const errorCode = reader.int16();
        reader.int64();
        const offset = reader.int64();
        reader.int32();
        return { topic, partition, errorCode, offset };
      });
    })
    .flat();
}
