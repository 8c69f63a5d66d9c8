import type { WireRequest } from '../client/kafka-client.ts';
import { WireReader, WireWriter } from '../client/wire.ts';
import { byTopic } from '../client/topic-partitions.ts';
import type { IsolationLevel } from './consumer-settings.ts';

interface FetchPartition {
  readonly topic: string;
  readonly partition: number;
  readonly fetchOffset: number;
  readonly maxBytes: number;
}

export interface FetchRequest {
  readonly lane: string;
  readonly clientId: string;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly isolationLevel: IsolationLevel;
  readonly timeoutMs: number;
  readonly partitions: readonly FetchPartition[];
}

/** A transaction that was aborted: its producer's records from `firstOffset` to its abort marker do not count. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  /** In any order; empty at read_uncommitted. */
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches, the last one perhaps cut short; a view of the response's bytes. */
  readonly records: Buffer;
}

export interface FetchResponse {
  readonly errorCode: number;
  readonly partitions: readonly FetchedPartition[];
}

const NO_SESSION_ID = 0;
const NO_SESSION_EPOCH = -1;
const CONSUMER = -1;
const UNKNOWN = -1;

/**
 * Fetch v11 without a fetch session (KIP-227: id 0, epoch -1), the last version before compact types.
 *
 *     replica_id max_wait_ms min_bytes max_bytes isolation_level session_id session_epoch
 *       [topic [partition current_leader_epoch fetch_offset log_start_offset partition_max_bytes]]
 *       [forgotten] rack_id
 */
export function fetchRequest(request: FetchRequest): WireRequest<FetchResponse> {
  return {
    apiKey: 1,
    apiVersion: 11,
    apiName: 'Fetch',
    lane: request.lane,
    clientId: request.clientId,
    timeoutMs: request.timeoutMs,
    encode: () => encode(request),
    decode,
  };
}

function encode(request: FetchRequest): Buffer {
  const writer = new WireWriter(64 + request.partitions.length * 64)
    .int32(CONSUMER)
    .int32(request.maxWaitMs)
    .int32(request.minBytes)
    .int32(request.maxBytes)
    .int8(request.isolationLevel === 'read_committed' ? 1 : 0)
    .int32(NO_SESSION_ID)
    .int32(NO_SESSION_EPOCH);
  writer.array(byTopic(request.partitions), ([topic, partitions]) => {
    writer.string(topic).array(partitions, (each) => {
      writer.int32(each.partition).int32(UNKNOWN).int64(each.fetchOffset).int64(UNKNOWN).int32(each.maxBytes);
    });
  });
  return writer
    .array([], () => undefined)
    .string('')
    .finish();
}

function decode(payload: Buffer): FetchResponse {
  const reader = new WireReader(payload);
  reader.int32();
  const errorCode = reader.int16();
  reader.int32();
  const partitions = reader
    .array(() => {
      const topic = reader.string();
      return reader.array(() => partition(reader, topic));
    })
    .flat();
  return { errorCode, partitions };
}

function partition(reader: WireReader, topic: string): FetchedPartition {
  const index = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = reader.int64();
  reader.int64();
  const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
  reader.int32();
  return {
    topic,
    partition: index,
    errorCode,
    highWatermark,
    lastStableOffset,
    aborted,
    records: reader.bytes(),
  };
}
