import type { TopicPartition, WireRequest } from '../client/kafka-client.ts';
import { WireReader, WireWriter } from '../client/wire.ts';
import { byTopic } from '../client/topic-partitions.ts';

interface FetchedOffset extends TopicPartition {
  /** -1: none was committed. */
  readonly offset: number;
  readonly errorCode: number;
}

export interface OffsetFetchResponse {
  readonly errorCode: number;
  readonly offsets: readonly FetchedOffset[];
}

/**
 * OffsetFetch v5: `group_id [topic [partition]]`, answered by
 * `throttle_time_ms [topic [partition offset leader_epoch metadata error_code]] error_code`.
 */
export function offsetFetchRequest(
  groupId: string,
  partitions: readonly TopicPartition[],
): WireRequest<OffsetFetchResponse> {
  return {
    apiKey: 9,
    apiVersion: 5,
    apiName: 'OffsetFetch',
    encode: () => {
      const writer = new WireWriter().string(groupId);
      return writer
        .array(byTopic(partitions), ([topic, items]) => {
          writer.string(topic).array(items, ({ partition }) => {
            writer.int32(partition);
          });
        })
        .finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32();
      const offsets = reader
        .array(() => {
          const topic = reader.string();
          return reader.array(() => partition(reader, topic));
        })
        .flat();
      return { offsets, errorCode: reader.int16() };
    },
  };
}

function partition(reader: WireReader, topic: string): FetchedOffset {
  const index = reader.int32();
  const offset = reader.int64();
  reader.int32();
  reader.nullableString();
  return { topic, partition: index, offset, errorCode: reader.int16() };
}
