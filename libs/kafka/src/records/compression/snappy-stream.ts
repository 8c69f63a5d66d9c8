import { CompressedDataError } from './compression-errors.ts';
import { CompressionOutput } from './compression-output.ts';
import { DecompressionOutput } from './decompression-output.ts';
import { compressSnappyBlock, decompressSnappyBlock, largestSnappyBlock } from './snappy-block.ts';

/*
 * What Kafka's clients make of snappy blocks is the stream of snappy-java (SnappyCodec, SnappyOutputStream):
 *
 *   82 'SNAPPY' 00 | version int32 | least compatible version int32 | chunks: length int32, a snappy block; all big endian
 *
 * Streams may follow each other: then the next header is where a length would be. Some clients write one bare block instead.
 */

const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const VERSION = 1;
const HEADER = MAGIC.length + 8;
const CHUNK_HEADER = 4;

/** Plain bytes of a chunk, as Kafka's Java producer writes them. */
const CHUNK = 32 * 1024;

/** The bytes as Kafka's Java producer would write them. */
export function compressSnappy(bytes: Uint8Array): Buffer {
  const chunks = Math.ceil(bytes.length / CHUNK);
  const output = new CompressionOutput(
    HEADER + chunks * (CHUNK_HEADER + largestSnappyBlock(Math.min(bytes.length, CHUNK))),
  );
  output.append(MAGIC, 0, MAGIC.length);
  output.position = output.bytes.writeInt32BE(VERSION, output.position);
  output.position = output.bytes.writeInt32BE(VERSION, output.position);
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const header = output.position;
    output.position += CHUNK_HEADER;
    compressSnappyBlock(bytes, start, Math.min(start + CHUNK, bytes.length), output);
    output.bytes.writeInt32BE(output.position - header - CHUNK_HEADER, header);
  }
  return output.written();
}

/** A stream or a bare block as plain bytes, `limit` of them at most. Throws CompressedDataError and DecompressionLimitError. */
export function decompressSnappy(bytes: Buffer, limit: number): Buffer {
  const output = new DecompressionOutput(limit);
  if (!isHeader(bytes, 0)) {
    decompressSnappyBlock(bytes, 0, bytes.length, output);
    return output.take();
  }
  let at = 0;
  while (at < bytes.length) {
    if (isHeader(bytes, at)) {
      at += HEADER;
      if (at > bytes.length) throw cutOff();
      continue;
    }
    const start = at + CHUNK_HEADER;
    if (start > bytes.length) throw cutOff();
    const length = bytes.readUInt32BE(at);
    if (length > bytes.length - start) throw cutOff();
    at = start + length;
    decompressSnappyBlock(bytes, start, at, output);
  }
  return output.take();
}

function isHeader(bytes: Buffer, at: number): boolean {
  const end = at + MAGIC.length;
  return end <= bytes.length && MAGIC.compare(bytes, at, end) === 0;
}

function cutOff(): CompressedDataError {
  return new CompressedDataError('A snappy stream is cut off');
}
