import type { WireRequest } from '../client/kafka-client.ts';
import { WireReader } from '../client/wire.ts';

/** One partition's batch in a produce request. */
export interface ProducePartition {
  readonly topic: string;
  readonly partition: number;
  /** One record batch, as the protocol demands since v3. */
  readonly batch: Buffer;
}

export interface ProduceRequestOptions {
  readonly acks: -1 | 0 | 1;
  readonly timeoutMs: number;
  readonly partitions: readonly ProducePartition[];
  /** Called when the request is about to be written; what it throws fails the request. */
  readonly beforeWrite: () => void;
  /** Memory for the request's bytes; kept by the caller, who may use it again once there is a response. */
  readonly allocate: (size: number) => Buffer;
}

export interface ProducePartitionResponse {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly baseOffset: number;
  /** Milliseconds since the epoch; -1 unless the topic stamps records itself. */
  readonly logAppendTime: number;
  /** What the broker says about single records of the batch, by index. */
  readonly recordErrors: readonly { readonly index: number; readonly message: string | null }[];
  readonly errorMessage: string | null;
}

const PRODUCE = 0;

/** The last version before tagged fields; the first with the broker's words about bad records (KIP-467). */
const VERSION = 8;

/** Bytes without topics: transactional id, acks, time-out, number of topics. */
const FIXED_SIZE = 2 + 2 + 4 + 4;

/**
 * Produce v8: transactional_id nullable string | acks int16 | timeout int32 | topics [name string | partitions [index
 * int32 | records bytes]].
 */
export function produceRequest(options: ProduceRequestOptions): WireRequest<readonly ProducePartitionResponse[]> {
  return {
    apiKey: PRODUCE,
    apiVersion: VERSION,
    apiName: 'Produce',
    lane: 'produce',
    expectResponse: options.acks !== 0,
    timeoutMs: options.timeoutMs,
    encode: () => {
      options.beforeWrite();
      return encode(options);
    },
    decode,
  };
}

function encode(options: ProduceRequestOptions): Buffer {
  const topics = Map.groupBy(options.partitions, (each) => each.topic);
  let size = FIXED_SIZE;
  for (const [topic, partitions] of topics) {
    size += 2 + Buffer.byteLength(topic) + 4;
    for (const { batch } of partitions) size += 4 + 4 + batch.length;
  }
  const bytes = options.allocate(size);
  let at = bytes.writeInt16BE(-1, 0);
  at = bytes.writeInt16BE(options.acks, at);
  at = bytes.writeInt32BE(options.timeoutMs, at);
  at = bytes.writeInt32BE(topics.size, at);
  for (const [topic, partitions] of topics) {
    const length = bytes.write(topic, at + 2);
    bytes.writeInt16BE(length, at);
    at = bytes.writeInt32BE(partitions.length, at + 2 + length);
    for (const { partition, batch } of partitions) {
      at = bytes.writeInt32BE(partition, at);
      at = bytes.writeInt32BE(batch.length, at);
      bytes.set(batch, at);
      at += batch.length;
    }
  }
  return bytes.subarray(0, size);
}

/**
 * Response v8: topics [name string | partitions [index int32 | error int16 | base offset int64 | append time int64 |
 * log start int64 | record errors [index int32 | message nullable string] | message nullable string]] | throttle int32.
 */
function decode(payload: Buffer): readonly ProducePartitionResponse[] {
  const reader = new WireReader(payload);
  return reader
    .array(() => {
      const topic = reader.string();
      return reader.array(() => decodePartition(reader, topic));
    })
    .flat();
}

function decodePartition(reader: WireReader, topic: string): ProducePartitionResponse {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const baseOffset = reader.int64();
  const logAppendTime = reader.int64();
  reader.int64();
  const recordErrors = reader.array(() => ({ index: reader.int32(), message: reader.nullableString() }));
  return { topic, partition, errorCode, baseOffset, logAppendTime, recordErrors, errorMessage: reader.nullableString() };
}
