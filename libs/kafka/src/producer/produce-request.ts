import { errorFor } from '../client/error-codes.ts';
import type { WireRequest } from '../client/kafka-client.ts';
import { WireReader } from '../client/wire.ts';
import type { KafkaError } from '../errors.ts';

/** One partition's batch in a produce request. */
interface ProducePartition {
  readonly topic: string;
  readonly partition: number;
  /** One record batch, as the protocol demands since v3; the same bytes at every call. */
  encoded(): Buffer;
}

export interface ProduceRequestOptions {
  readonly acks: -1 | 0 | 1;
  readonly timeoutMs: number;
  readonly lane: string;
  readonly clientId: string;
  readonly partitions: readonly ProducePartition[];
  /** Called when the request is about to be written; what it throws fails the request. */
  readonly beforeWrite: () => void;
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

/** Up to this size a batch is copied, which costs less than a piece of its own. */
const COPIED = 4 * 1024;

/**
 * Produce v8: transactional_id nullable string | acks int16 | timeout int32 | topics [name string | partitions [index
 * int32 | records bytes]].
 */
export function produceRequest(
  options: ProduceRequestOptions,
): WireRequest<readonly ProducePartitionResponse[]> {
  return {
    apiKey: PRODUCE,
    apiVersion: VERSION,
    apiName: 'Produce',
    lane: options.lane,
    clientId: options.clientId,
    expectResponse: options.acks !== 0,
    timeoutMs: options.timeoutMs,
    encode: () => encode(options),
    beforeWrite: options.beforeWrite,
    decode: (payload) => (payload.length === 0 ? [] : decode(payload)),
  };
}

/** Large batches stay where they are: the pieces of the request are views of them and of what lies between. */
function encode(options: ProduceRequestOptions): readonly Buffer[] {
  const topics = Map.groupBy(options.partitions, (each) => each.topic);
  const bytes = Buffer.allocUnsafe(sizeWithoutLarge(topics));
  const pieces: Buffer[] = [];
  let start = 0;
  let at = bytes.writeInt16BE(-1, 0);
  at = bytes.writeInt16BE(options.acks, at);
  at = bytes.writeInt32BE(options.timeoutMs, at);
  at = bytes.writeInt32BE(topics.size, at);
  for (const [topic, partitions] of topics) {
    const length = bytes.write(topic, at + 2);
    bytes.writeInt16BE(length, at);
    at = bytes.writeInt32BE(partitions.length, at + 2 + length);
    for (const each of partitions) {
      const batch = each.encoded();
      at = bytes.writeInt32BE(each.partition, at);
      at = bytes.writeInt32BE(batch.length, at);
      if (batch.length <= COPIED) {
        bytes.set(batch, at);
        at += batch.length;
      } else {
        pieces.push(bytes.subarray(start, at), batch);
        start = at;
      }
    }
  }
  if (at > start) pieces.push(bytes.subarray(start, at));
  return pieces;
}

function sizeWithoutLarge(topics: ReadonlyMap<string, readonly ProducePartition[]>): number {
  let size = FIXED_SIZE;
  for (const [topic, partitions] of topics) {
    size += 2 + Buffer.byteLength(topic) + 4;
    for (const each of partitions) {
      const { length } = each.encoded();
      size += 4 + 4 + (length <= COPIED ? length : 0);
    }
  }
  return size;
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
  return {
    topic,
    partition,
    errorCode,
    baseOffset,
    logAppendTime,
    recordErrors,
    errorMessage: reader.nullableString(),
  };
}

/** The error for an answer with an error code, with what the broker says about single records (KIP-467). */
export function refusalOf(answer: ProducePartitionResponse): KafkaError {
  const { topic, partition, errorCode, errorMessage, recordErrors } = answer;
  const words = [
    errorMessage,
    ...recordErrors.map(({ index, message }) => message && `record ${index}: ${message}`),
  ];
  const said = words.filter((word) => word !== null && word !== '').join('; ');
  return errorFor(errorCode, `Produce to ${topic}-${partition}${said === '' ? '' : ` (${said})`}`);
}
