import { BATCH, LENGTH_OVERHEAD, MAGIC } from './batch-format.ts';
import { crc32c } from './crc32c.ts';
import { RecordBatch, type BatchSource } from './record-batch.ts';
import { CorruptRecordError, UnsupportedRecordError } from './record-errors.ts';

/** Bytes until a batch says how long it is and which format it has. */
const PREFIX = BATCH.magic + 1;

/**
 * Walks through the records field of a fetch response: several batches behind each other, the last of which may be
 * cut off and is then ignored (the next fetch brings it whole). Each batch's checksum is verified before `onBatch`
 * gets it; its records are decoded when asked for. Throws CorruptRecordError and UnsupportedRecordError, naming topic,
 * partition and offset; the batches before the bad one have been handed over by then.
 */
export function decodeRecordBatches(
  bytes: Buffer,
  source: BatchSource,
  onBatch: (batch: RecordBatch) => void,
): void {
  let start = 0;
  while (bytes.length - start >= PREFIX) {
    const end = start + LENGTH_OVERHEAD + bytes.readInt32BE(start + BATCH.length);
    if (end > bytes.length) return;
    if (end < start + PREFIX) throw corrupt(bytes, start, source);
    onBatch(openBatch(bytes, start, end, source));
    start = end;
  }
}

function openBatch(bytes: Buffer, start: number, end: number, source: BatchSource): RecordBatch {
  const magic = bytes.readInt8(start + BATCH.magic);
  if (magic !== MAGIC) {
    throw new UnsupportedRecordError(
      `${where(bytes, start, source)}: records of message format v${magic} are not supported, only v2 ` +
        '(Kafka 0.11 and later); rewrite the topic with a current Kafka version',
      { retriable: false },
    );
  }
  if (end < start + BATCH.records) throw corrupt(bytes, start, source);
  const expected = bytes.readUInt32BE(start + BATCH.crc);
  const actual = crc32c(bytes, start + BATCH.attributes, end);
  if (actual !== expected) {
    throw new CorruptRecordError(
      `${where(bytes, start, source)}: the record batch is corrupt: checksum ${hex(actual)} instead of ${hex(expected)}`,
      { retriable: true },
    );
  }
  return new RecordBatch(bytes.subarray(start, end), source);
}

function corrupt(bytes: Buffer, start: number, source: BatchSource): CorruptRecordError {
  const length = bytes.readInt32BE(start + BATCH.length);
  return new CorruptRecordError(
    `${where(bytes, start, source)}: a record batch cannot have the length ${length}`,
    {
      retriable: true,
    },
  );
}

function where(bytes: Buffer, start: number, source: BatchSource): string {
  return `${source.topic}-${source.partition} at offset ${bytes.readBigInt64BE(start + BATCH.baseOffset)}`;
}

function hex(checksum: number): string {
  return `0x${checksum.toString(16).padStart(8, '0')}`;
}
