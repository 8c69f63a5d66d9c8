import type { TopicPartition, WireRequest } from '../client/kafka-client.ts';
import { WireReader, WireWriter } from '../client/wire.ts';
import { byTopic } from '../client/topic-partitions.ts';
import type { OffsetAndPartition } from '../consumer/consumer.ts';
import type { GroupDescription } from './admin.ts';

/** DescribeGroups v4, of one group. */
export function describeGroupRequest(
  groupId: string,
): WireRequest<GroupDescription & { readonly error: number }> {
  return {
    apiKey: 15,
    apiVersion: 4,
    apiName: 'DescribeGroups',
    encode: () => {
      const writer = new WireWriter();
      return writer
        .array([groupId], (group) => writer.string(group))
        .boolean(false)
        .finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      const [group] = reader.array(() => {
        const described = {
          error: reader.int16(),
          groupId: reader.string(),
          state: reader.string(),
          protocolType: reader.string(),
          protocol: reader.string(),
          members: reader.array(() => ({
            memberId: reader.string(),
            groupInstanceId: reader.nullableString(),
            clientId: reader.string(),
            clientHost: reader.string(),
            metadata: reader.bytes(),
            assignment: reader.bytes(),
          })),
        };
        reader.int32(); // authorised operations
        return described;
      });
      if (group === undefined) {
        throw new RangeError('A DescribeGroups response without the group');
      }
      return group;
    },
  };
}

export interface FetchedOffsets {
  readonly error: number;
  readonly offsets: readonly OffsetAndPartition[];
}

/** OffsetFetch v5 of all partitions of a group. */
export function allGroupOffsetsRequest(groupId: string): WireRequest<FetchedOffsets> {
  return {
    apiKey: 9,
    apiVersion: 5,
    apiName: 'OffsetFetch',
    encode: () => new WireWriter().string(groupId).int32(-1).finish(),
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      const offsets = reader
        .array(() => {
          const topic = reader.string();
          return reader.array(() => {
            const partition = reader.int32();
            const offset = reader.int64();
            reader.int32(); // leader epoch
            reader.nullableString(); // metadata
            reader.int16(); // partition's error
            return { topic, partition, offset };
          });
        })
        .flat()
        .filter(({ offset }) => offset >= 0);
      return { offsets, error: reader.int16() };
    },
  };
}

/** OffsetCommit v7 without membership (generation -1): for groups that have no members; answers error codes. */
export function alterGroupOffsetsRequest(
  groupId: string,
  offsets: readonly OffsetAndPartition[],
): WireRequest<readonly number[]> {
  return {
    apiKey: 8,
    apiVersion: 7,
    apiName: 'OffsetCommit',
    encode: () => {
      const writer = new WireWriter();
      writer.string(groupId).int32(-1).string('').string(null);
      writer.array(byTopic(offsets), ([topic, list]) => {
        writer.string(topic).array(list, ({ partition, offset }) => {
          writer.int32(partition).int64(offset).int32(-1).string('');
        });
      });
      return writer.finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      return reader
        .array(() => {
          reader.string();
          return reader.array(() => {
            reader.int32();
            return reader.int16();
          });
        })
        .flat();
    },
  };
}

/** OffsetDelete v0 (KIP-496); answers the group's error and those of the partitions. */
export function deleteGroupOffsetsRequest(
  groupId: string,
  partitions: readonly TopicPartition[],
): WireRequest<readonly number[]> {
  return {
    apiKey: 47,
    apiVersion: 0,
    apiName: 'OffsetDelete',
    encode: () => {
      const writer = new WireWriter();
      writer.string(groupId);
      writer.array(byTopic(partitions), ([topic, list]) => {
        writer.string(topic).array(list, ({ partition }) => writer.int32(partition));
      });
      return writer.finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      const error = reader.int16();
      reader.int32(); // throttle time
      const errors = reader.array(() => {
        reader.string();
        return reader.array(() => {
          reader.int32();
          return reader.int16();
        });
      });
      return [error, ...errors.flat()];
    },
  };
}

/** DeleteGroups v1, of one group; answers the error code. */
export function deleteGroupRequest(groupId: string): WireRequest<number> {
  return {
    apiKey: 42,
    apiVersion: 1,
    apiName: 'DeleteGroups',
    encode: () => {
      const writer = new WireWriter();
      return writer.array([groupId], (group) => writer.string(group)).finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      const [error] = reader.array(() => {
        reader.string();
        return reader.int16();
      });
      return error ?? -1;
    },
  };
}
