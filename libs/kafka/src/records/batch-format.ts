/**
 * Where the fields of a record batch of format v2 lie (KIP-98), all big endian:
 *
 *   base offset int64 | length int32 (of what follows) | leader epoch int32 | magic int8 | CRC-32C uint32 (of what
 *   follows) | attributes int16 | last offset delta int32 | base timestamp int64 | maximum timestamp int64 |
 *   producer id int64 | producer epoch int16 | base sequence int32 | record count int32 | records
 */
export const BATCH = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const;

/** Bytes before and including the length field: what the length does not count. */
export const LENGTH_OVERHEAD = 12;

/** The only message format brokers have written by default since 0.11, and the only one since 4.0. */
export const MAGIC = 2;

export const ATTRIBUTES = {
  compressionMask: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
} as const;

export const NO_PRODUCER_ID = -1;
export const NO_PRODUCER_EPOCH = -1;
export const NO_SEQUENCE = -1;

const TWO_POW_32 = 0x1_0000_0000;

/** An int64 as a number; NaN when it is beyond 2^53 - 1, where a number would not be exact. */
export function readInt64(bytes: Buffer, position: number): number {
  const value = bytes.readInt32BE(position) * TWO_POW_32 + bytes.readUInt32BE(position + 4);
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** Writes a safe integer as an int64. */
export function writeInt64(bytes: Buffer, position: number, value: number): void {
  const high = Math.floor(value / TWO_POW_32);
  bytes.writeInt32BE(high, position);
  bytes.writeUInt32BE(value - high * TWO_POW_32, position + 4);
}
