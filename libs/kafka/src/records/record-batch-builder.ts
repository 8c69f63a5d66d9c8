import {
  ATTRIBUTES,
  BATCH,
  LENGTH_OVERHEAD,
  MAGIC,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  NO_SEQUENCE,
  writeInt64,
} from './batch-format.ts';
import { codecId, compress, type Codec, type Compression } from './compression/codec.ts';
import { crc32c } from './crc32c.ts';
import type { RecordHeader } from './record.ts';
import { sizeOfLength, sizeOfVarlong, writeLength, writeVarlong } from './varint.ts';

/** What a batch stores of a record besides its timestamp. */
export interface RecordContent {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

/** Who writes a batch: of interest to transactional and idempotent producers only. */
export interface ProducerStamp {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly transactional: boolean;
}

export const NO_PRODUCER_STAMP: ProducerStamp = Object.freeze({
  producerId: NO_PRODUCER_ID,
  producerEpoch: NO_PRODUCER_EPOCH,
  baseSequence: NO_SEQUENCE,
  transactional: false,
});

/** From this length on a native copy is cheaper than a loop (measured). */
const NATIVE_COPY_FROM = 32;

const INITIAL_CAPACITY = 16 * 1024;

/** `null` lengths are written as -1, which is 1 in zigzag. */
const NULL_LENGTH = 1;

/**
 * Writes one record batch (format v2) straight into a buffer that is kept from batch to batch. One owner at a time:
 * append, finish, send, and only then `reset`.
 */
export class RecordBatchBuilder {
  /** Bytes the batch may have before compression; the first record goes in whatever its size. */
  limit: number;
  readonly #compression: Codec;
  readonly #compressionLevel: number | undefined;
  #buffer: Buffer;
  #position: number = BATCH.records;
  #count = 0;
  #baseTimestamp = 0;
  #maxTimestamp = 0;

  /** `compressionLevel`: that of gzip or zstd, left out for its default. */
  constructor(limit: number, compression: Codec, compressionLevel?: number) {
    this.limit = limit;
    this.#compression = compression;
    this.#compressionLevel = compressionLevel;
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(limit, INITIAL_CAPACITY));
  }

  /** Records appended since `reset`. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of the batch so far, before compression. */
  get size(): number {
    return this.#position;
  }

  /** Bytes of memory the builder holds on to. */
  get capacity(): number {
    return this.#buffer.length;
  }

  /**
   * Copies a record in. False, with nothing changed, when the batch has records already and this one would take it
   * past the limit. `timestamp` is in milliseconds since the epoch.
   */
  tryAppend(record: RecordContent, timestamp: number): boolean {
    const { key, value, headers } = record;
    const count = this.#count;
    const timestampDelta = count === 0 ? 0 : timestamp - this.#baseTimestamp;
    // One byte of attributes, one for the number of headers (more than 63 of them are counted with the headers).
    let size = 2 + sizeOfVarlong(timestampDelta) + sizeOfLength(count);
    size += sizeOfBytes(key) + sizeOfBytes(value);
    if (headers.length > 0) size += sizeOfHeaders(headers);

    const needed = this.#position + sizeOfLength(size) + size;
    if (needed > this.limit && count > 0) return false;
    if (needed > this.#buffer.length) this.#grow(needed);

    const buffer = this.#buffer;
    let at = writeLength(buffer, this.#position, size);
    buffer[at++] = 0;
    at = writeVarlong(buffer, at, timestampDelta);
    at = writeLength(buffer, at, count);
    at = writeBytes(buffer, at, key);
    at = writeBytes(buffer, at, value);
    this.#position = writeHeaders(buffer, at, headers);
    // Last, so that a record that turns out to be none leaves the batch as it was.
    if (count === 0) this.#baseTimestamp = this.#maxTimestamp = timestamp;
    else if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp;
    this.#count = count + 1;
    return true;
  }

  /**
   * Completes the batch. The result is a view of the builder's buffer unless the batch is compressed: it holds until
   * `reset`. Must not be called on an empty builder.
   */
  finish(stamp: ProducerStamp = NO_PRODUCER_STAMP): Buffer {
    const plain = this.#buffer.subarray(0, this.#position);
    const batch = this.#compression === 'none' ? plain : this.#compressed(this.#compression, plain);
    writeInt64(batch, BATCH.baseOffset, 0);
    batch.writeInt32BE(batch.length - LENGTH_OVERHEAD, BATCH.length);
    batch.writeInt32BE(-1, BATCH.leaderEpoch);
    batch.writeInt8(MAGIC, BATCH.magic);
    const transactional = stamp.transactional ? ATTRIBUTES.transactional : 0;
    batch.writeInt16BE(codecId(this.#compression) | transactional, BATCH.attributes);
    batch.writeInt32BE(this.#count - 1, BATCH.lastOffsetDelta);
    writeInt64(batch, BATCH.baseTimestamp, this.#baseTimestamp);
    writeInt64(batch, BATCH.maxTimestamp, this.#maxTimestamp);
    writeInt64(batch, BATCH.producerId, stamp.producerId);
    batch.writeInt16BE(stamp.producerEpoch, BATCH.producerEpoch);
    batch.writeInt32BE(stamp.baseSequence, BATCH.baseSequence);
    batch.writeInt32BE(this.#count, BATCH.recordCount);
    batch.writeUInt32BE(crc32c(batch, BATCH.attributes), BATCH.crc);
    return batch;
  }

  /** Empties the builder for the next batch; what `finish` returned is overwritten from now on. */
  reset(): void {
    this.#position = BATCH.records;
    this.#count = 0;
  }

  #compressed(codec: Compression, plain: Buffer): Buffer {
    const records = compress(codec, plain.subarray(BATCH.records), this.#compressionLevel);
    return Buffer.concat([plain.subarray(0, BATCH.records), records]);
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, Math.min(this.#buffer.length * 2, this.limit));
    const grown = Buffer.allocUnsafeSlow(capacity);
    this.#buffer.copy(grown, 0, 0, this.#position);
    this.#buffer = grown;
  }
}

function sizeOfBytes(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : sizeOfLength(bytes.length) + bytes.length;
}

function sizeOfHeaders(headers: readonly RecordHeader[]): number {
  let size = sizeOfLength(headers.length) - 1;
  for (const header of headers) {
    const keyLength = Buffer.byteLength(header.key);
    size += sizeOfLength(keyLength) + keyLength + sizeOfBytes(header.value);
  }
  return size;
}

function writeBytes(buffer: Buffer, position: number, bytes: Uint8Array | null): number {
  if (bytes === null) {
    buffer[position] = NULL_LENGTH;
    return position + 1;
  }
  const length = bytes.length;
  let at = writeLength(buffer, position, length);
  if (length >= NATIVE_COPY_FROM) {
    buffer.set(bytes, at);
    return at + length;
  }
  for (let index = 0; index < length; index++) buffer[at++] = bytes[index] as number;
  return at;
}

function writeHeaders(buffer: Buffer, position: number, headers: readonly RecordHeader[]): number {
  let at = writeLength(buffer, position, headers.length);
  for (const header of headers) {
    at = writeLength(buffer, at, Buffer.byteLength(header.key));
    at += buffer.write(header.key, at);
    at = writeBytes(buffer, at, header.value);
  }
  return at;
}
