import { ATTRIBUTES, BATCH, readInt64 } from './batch-format.ts';
import { codecOf, decompress } from './compression/codec.ts';
import { DecompressionLimitError } from './compression/compression-errors.ts';
import { CorruptRecordError, UnsupportedRecordError } from './record-errors.ts';
import { NO_RECORD_HEADERS, type ConsumerRecord, type RecordHeader, type TimestampKind } from './record.ts';
import { VarintReader } from './varint.ts';

/** Names the source of the bytes in errors. */
export interface BatchSource {
  readonly topic: string;
  readonly partition: number;
}

/** How a transaction ended; `other` for control records that say nothing about transactions. */
export type ControlType = 'abort' | 'commit' | 'other';

const EMPTY = Buffer.alloc(0);

/**
 * One fetched record batch: its header fields, and its records when asked for, so that aborted ones are never
 * decoded. Keys, values and header values are views of the fetched bytes (or of the decompressed ones).
 */
export class RecordBatch {
  readonly source: BatchSource;
  readonly baseOffset: number;
  /** Offset of the last record, those that compaction took away included: the next fetch starts after it. */
  readonly lastOffset: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Sequence number of the first record, -1 without idempotence. */
  readonly baseSequence: number;
  readonly transactional: boolean;
  /** What kind of marker this is; null for data. A marker's records are never handed to applications. */
  readonly control: ControlType | null;
  readonly timestampType: TimestampKind;
  /** Milliseconds since the epoch. */
  readonly maxTimestamp: number;
  /** Records stored, which are fewer than the offsets covered where the topic is compacted. */
  readonly recordCount: number;
  readonly #bytes: Buffer;
  readonly #baseTimestamp: number;

  /** `bytes` is one whole batch of format v2 whose checksum holds; see `decodeRecordBatches`. */
  constructor(bytes: Buffer, source: BatchSource) {
    this.source = source;
    this.#bytes = bytes;
    const attributes = bytes.readInt16BE(BATCH.attributes);
    this.baseOffset = readInt64(bytes, BATCH.baseOffset);
    this.lastOffset = this.baseOffset + bytes.readInt32BE(BATCH.lastOffsetDelta);
    this.#baseTimestamp = readInt64(bytes, BATCH.baseTimestamp);
    this.maxTimestamp = readInt64(bytes, BATCH.maxTimestamp);
    this.producerId = readInt64(bytes, BATCH.producerId);
    this.producerEpoch = bytes.readInt16BE(BATCH.producerEpoch);
    this.baseSequence = bytes.readInt32BE(BATCH.baseSequence);
    this.recordCount = bytes.readInt32BE(BATCH.recordCount);
    this.timestampType = (attributes & ATTRIBUTES.logAppendTime) === 0 ? 'CreateTime' : 'LogAppendTime';
    this.transactional = (attributes & ATTRIBUTES.transactional) !== 0;
    this.#requireExactNumbers();
    this.control = (attributes & ATTRIBUTES.control) === 0 ? null : this.#controlType();
  }

  /**
   * The records from `fromOffset` on (a fetch returns the whole batch that holds the offset asked for). Throws
   * UnsupportedRecordError for a codec that cannot be read, CorruptRecordError where bytes make no sense.
   */
  records(fromOffset = 0): ConsumerRecord[] {
    const reader = this.#reader();
    const records: ConsumerRecord[] = [];
    for (let index = 0; index < this.recordCount; index++) {
      const record = this.#readRecord(reader);
      if (record.offset >= fromOffset) records.push(record);
    }
    if (reader.position !== reader.bytes.length) throw this.#corrupt('it has bytes after its last record');
    return records;
  }

  #readRecord(reader: RecordReader): ConsumerRecord {
    const length = reader.varint();
    const end = reader.position + length;
    // Attributes of a record: a byte that no version uses.
    reader.position++;
    const timestampDelta = reader.varlong();
    const offsetDelta = reader.varint();
    const key = reader.bytesOrNull();
    const value = reader.bytesOrNull();
    const headers = reader.headers();
    if (reader.position !== end || end > reader.bytes.length) {
      throw this.#corrupt(`its record ${offsetDelta} does not have the length ${length} it says`);
    }
    return {
      offset: this.baseOffset + offsetDelta,
      timestamp:
        this.timestampType === 'LogAppendTime' ? this.maxTimestamp : this.#baseTimestamp + timestampDelta,
      key,
      value,
      headers,
    };
  }

  #reader(): RecordReader {
    const id = this.#bytes.readInt16BE(BATCH.attributes) & ATTRIBUTES.compressionMask;
    if (id === 0) return new RecordReader(this.#bytes, BATCH.records);
    const codec = codecOf(id);
    if (codec === undefined || codec === 'none') throw this.#unsupported(`compression codec ${id}`);
    try {
      return new RecordReader(decompress(codec, this.#bytes.subarray(BATCH.records)), 0);
    } catch (error) {
      if (error instanceof DecompressionLimitError) {
        throw this.#unsupported(`a batch of more than ${error.limit} bytes when decompressed`);
      }
      throw this.#corrupt(`its ${codec} data cannot be decompressed`, error);
    }
  }

  #controlType(): ControlType {
    const key = this.records()[0]?.key;
    // Control record keys: version int16, type int16 (0 abort, 1 commit); KIP-98.
    const type = key === undefined || key === null || key.length < 4 ? -1 : key.readInt16BE(2);
    if (type === 0) return 'abort';
    return type === 1 ? 'commit' : 'other';
  }

  #requireExactNumbers(): void {
    const numbers = [
      this.baseOffset,
      this.lastOffset,
      this.#baseTimestamp,
      this.maxTimestamp,
      this.producerId,
    ];
    if (numbers.every(Number.isSafeInteger)) return;
    throw this.#unsupported('an offset, timestamp or producer id beyond 2^53 - 1');
  }

  #unsupported(what: string): UnsupportedRecordError {
    return new UnsupportedRecordError(`${this.#where()}: ${what} is not supported`, { retriable: false });
  }

  #corrupt(what: string, cause?: unknown): CorruptRecordError {
    return new CorruptRecordError(`${this.#where()}: the record batch is corrupt: ${what}`, {
      retriable: true,
      cause,
    });
  }

  #where(): string {
    const offset = this.#bytes.readBigInt64BE(BATCH.baseOffset);
    return `${this.source.topic}-${this.source.partition} at offset ${offset}`;
  }
}

/** Reads the variable parts of records as views of `bytes`. */
class RecordReader extends VarintReader<Buffer> {
  bytesOrNull(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    if (length === 0) return EMPTY;
    const start = this.position;
    this.position = start + length;
    return this.bytes.subarray(start, start + length);
  }

  headers(): readonly RecordHeader[] {
    const count = this.varint();
    if (count <= 0 || count > this.bytes.length) return NO_RECORD_HEADERS;
    const headers: RecordHeader[] = [];
    for (let index = 0; index < count; index++) {
      const length = this.varint();
      const start = this.position;
      this.position = start + length;
      const key = this.bytes.toString('utf8', start, start + length);
      headers.push({ key, value: this.bytesOrNull() });
    }
    return headers;
  }
}
