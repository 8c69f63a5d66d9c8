import type { WireRequest } from '../client/kafka-client.ts';
import { WireReader, WireWriter } from '../client/wire.ts';
import type { NewTopic } from './admin.ts';

export interface TopicResult {
  readonly error: number;
  readonly message: string | null;
}

/** CreateTopics v2, for one topic. */
export function createTopicRequest(topic: NewTopic, timeoutMs: number): WireRequest<TopicResult> {
  return {
    apiKey: 19,
    apiVersion: 4,
    apiName: 'CreateTopics',
    encode: () => {
      const writer = new WireWriter();
      writer.array([topic], (wanted) => {
        writer.string(wanted.topic).int32(wanted.partitions).int16(wanted.replicationFactor);
        writer.array([], () => undefined); // replica assignments
        writer.array(Object.entries(wanted.configs), ([key, value]) => writer.string(key).string(value));
      });
      return writer.int32(timeoutMs).boolean(false).finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      const [result] = reader.array(() => {
        reader.string();
        return { error: reader.int16(), message: reader.nullableString() };
      });
      return result ?? { error: -1, message: 'the answer names no topic' };
    },
  };
}

/** DeleteTopics v3; answers error codes by topic. */
export function deleteTopicsRequest(
  topics: readonly string[],
  timeoutMs: number,
): WireRequest<readonly { readonly topic: string; readonly error: number }[]> {
  return {
    apiKey: 20,
    apiVersion: 3,
    apiName: 'DeleteTopics',
    encode: () => {
      const writer = new WireWriter();
      return writer
        .array(topics, (topic) => writer.string(topic))
        .int32(timeoutMs)
        .finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      return reader.array(() => ({ topic: reader.string(), error: reader.int16() }));
    },
  };
}

const TOPIC_RESOURCE = 2;

/** DescribeConfigs v1, of one topic. */
export function describeTopicConfigsRequest(
  topic: string,
): WireRequest<{ readonly error: number; readonly configs: ReadonlyMap<string, string> }> {
  return {
    apiKey: 32,
    apiVersion: 1,
    apiName: 'DescribeConfigs',
    encode: () => {
      const writer = new WireWriter();
      writer.array([topic], (name) =>
        writer
          .int8(TOPIC_RESOURCE)
          .string(name)
          .array(null, () => undefined),
      );
      return writer.boolean(false).finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      const [result] = reader.array(() => {
        const error = reader.int16();
        reader.nullableString(); // error message
        reader.int8(); // resource type
        reader.string(); // resource name
        const configs = new Map<string, string>();
        reader.array(() => {
          configs.set(reader.string(), reader.nullableString() ?? '');
          reader.boolean(); // read only
          reader.int8(); // source
          reader.boolean(); // sensitive
          reader.array(() => {
            reader.string(); // synonym's name
            reader.nullableString(); // its value
            reader.int8(); // its source
          });
        });
        return { error, configs };
      });
      return result ?? { error: -1, configs: new Map() };
    },
  };
}

/** IncrementalAlterConfigs v0: sets entries of one topic; answers the error code. */
export function alterTopicConfigsRequest(
  topic: string,
  set: Readonly<Record<string, string>>,
): WireRequest<number> {
  return {
    apiKey: 44,
    apiVersion: 0,
    apiName: 'IncrementalAlterConfigs',
    encode: () => {
      const writer = new WireWriter();
      writer.array([topic], (name) => {
        writer.int8(TOPIC_RESOURCE).string(name);
        writer.array(Object.entries(set), ([key, value]) => writer.string(key).int8(0).string(value));
      });
      return writer.boolean(false).finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      const [error] = reader.array(() => {
        const code = reader.int16();
        reader.nullableString(); // error message
        reader.int8(); // resource type
        reader.string(); // resource name
        return code;
      });
      return error ?? -1;
    },
  };
}
