import type { WireRequest } from './kafka-client.ts';
import { WireReader, WireWriter } from './wire.ts';

export interface MetadataResponse {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly clusterId: string | null;
  readonly controllerId: number;
  readonly topics: readonly {
    readonly error: number;
    readonly topic: string;
    readonly partitions: readonly {
      readonly error: number;
      readonly partition: number;
      readonly leader: number;
    }[];
  }[];
}

/** Metadata v5; `topics` null asks for all of them. */
export function metadataRequest(
  topics: readonly string[] | null,
  autoCreate: boolean,
): WireRequest<MetadataResponse> {
  return {
    apiKey: 3,
    apiVersion: 5,
    apiName: 'Metadata',
    encode: () => {
      const writer = new WireWriter();
      return writer
        .array(topics, (topic) => writer.string(topic))
        .boolean(autoCreate)
        .finish();
    },
    decode,
  };
}

function decode(payload: Buffer): MetadataResponse {
  const reader = new WireReader(payload);
  reader.int32(); // throttle time
  const brokers = reader.array(() => {
    const broker = { nodeId: reader.int32(), host: reader.string(), port: reader.int32() };
    reader.nullableString(); // rack
    return broker;
  });
  const clusterId = reader.nullableString();
  const controllerId = reader.int32();
  const topics = reader.array(() => {
    const error = reader.int16();
    const topic = reader.string();
    reader.boolean(); // internal
    const partitions = reader.array(() => {
      const partition = { error: reader.int16(), partition: reader.int32(), leader: reader.int32() };
      reader.array(() => reader.int32()); // replicas
      reader.array(() => reader.int32()); // in-sync replicas
      reader.array(() => reader.int32()); // offline replicas
      return partition;
    });
    return { error, topic, partitions };
  });
  return { brokers, clusterId, controllerId, topics };
}
