import { Buffer } from 'node:buffer';
import type { TopicPartition } from '../client/kafka-client.ts';
import { WireReader, WireWriter } from '../client/wire.ts';
import { KafkaError } from '../errors.ts';
import { byTopic } from '../client/topic-partitions.ts';

/** What a member of protocol type `consumer` tells the leader when it joins. */
export interface ConsumerSubscription {
  readonly topics: readonly string[];
  readonly userData: Buffer | null;
  /** From version 1 (KIP-429): what it owns at the time of joining. */
  readonly owned: readonly TopicPartition[];
  /** From version 2 (KIP-792): the generation in which it came to own that; -1 for none. */
  readonly generationId: number;
  /** From version 3 (KIP-881). */
  readonly rackId: string | null;
}

export const NO_GENERATION = -1;
const HIGHEST_VERSION = 3;

/**
 * Version 3, as Java consumers since 3.5 write it: `version INT16, topics [STRING], user_data BYTES?, owned_partitions
 * [topic STRING, partitions [INT32]], generation_id INT32, rack_id STRING?`.
 */
export function encodeSubscription(subscription: ConsumerSubscription): Buffer {
  const writer = new WireWriter().int16(HIGHEST_VERSION);
  writer.array(subscription.topics, (topic) => writer.string(topic)).bytes(subscription.userData);
  writePartitions(writer, subscription.owned);
  return writer.int32(subscription.generationId).string(subscription.rackId).finish();
}

/** Reads any version; a newer one as version 3, whose fields come first in it. KafkaError when the bytes are not one. */
export function decodeSubscription(bytes: Buffer): ConsumerSubscription {
  return reading('subscription', () => {
    const reader = new WireReader(bytes);
    const version = readVersion(reader);
    return {
      topics: reader.array(() => reader.string()),
      userData: reader.nullableBytes(),
      owned: version >= 1 ? readPartitions(reader) : [],
      generationId: version >= 2 ? reader.int32() : NO_GENERATION,
      rackId: version >= HIGHEST_VERSION ? reader.nullableString() : null,
    };
  });
}

/** `version INT16, assigned_partitions [topic STRING, partitions [INT32]], user_data BYTES?`, the same in all versions. */
export function encodeAssignment(partitions: readonly TopicPartition[]): Buffer {
  const writer = new WireWriter().int16(HIGHEST_VERSION);
  writePartitions(writer, partitions);
  return writer.bytes(null).finish();
}

/** No bytes at all mean that nothing was assigned. */
export function decodeAssignment(bytes: Buffer): readonly TopicPartition[] {
  if (bytes.length === 0) {
    return [];
  }
  return reading('assignment', () => {
    const reader = new WireReader(bytes);
    readVersion(reader);
    return readPartitions(reader);
  });
}

function writePartitions(writer: WireWriter, partitions: readonly TopicPartition[]): void {
  writer.array(byTopic(partitions), ([topic, items]) => {
    writer.string(topic).array(items, ({ partition }) => writer.int32(partition));
  });
}

function readPartitions(reader: WireReader): TopicPartition[] {
  return reader
    .array(() => {
      const topic = reader.string();
      return reader.array(() => ({ topic, partition: reader.int32() }));
    })
    .flat();
}

function readVersion(reader: WireReader): number {
  const version = reader.int16();
  if (version < 0) {
    throw new RangeError(`its version is ${version}`);
  }
  return version;
}

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new KafkaError(`A ${what} of the consumer protocol cannot be read`, {
      retriable: false,
      cause: error,
    });
  }
}
