import type { TopicPartition, WireRequest } from '../client/kafka-client.ts';
import { WireReader, WireWriter } from '../client/wire.ts';
import type { OffsetAndPartition } from './consumer.ts';
import { byTopic } from '../client/topic-partitions.ts';

export interface OffsetCommit {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly offsets: readonly OffsetAndPartition[];
}

export interface CommittedPartition extends TopicPartition {
  readonly errorCode: number;
}

const NO_EPOCH = -1;

/**
 * OffsetCommit v7 (KIP-345): `group_id generation_id member_id group_instance_id [topic [partition offset
 * leader_epoch metadata]]`, answered by `throttle_time_ms [topic [partition error_code]]`.
 */
export function offsetCommitRequest(commit: OffsetCommit): WireRequest<readonly CommittedPartition[]> {
  return {
    apiKey: 8,
    apiVersion: 7,
    apiName: 'OffsetCommit',
    encode: () => {
      const writer = new WireWriter()
        .string(commit.groupId)
        .int32(commit.generationId)
        .string(commit.memberId)
        .string(commit.groupInstanceId);
      return writer
        .array(byTopic(commit.offsets), ([topic, items]) => {
          writer.string(topic).array(items, ({ partition, offset }) => {
            writer.int32(partition).int64(offset).int32(NO_EPOCH).string('');
          });
        })
        .finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32();
      return reader
        .array(() => {
          const topic = reader.string();
          return reader.array(() => ({ topic, partition: reader.int32(), errorCode: reader.int16() }));
        })
        .flat();
    },
  };
}
