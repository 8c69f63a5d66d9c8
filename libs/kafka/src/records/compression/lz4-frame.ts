import { CompressedDataError } from './compression-errors.ts';
import { CompressionOutput } from './compression-output.ts';
import { DecompressionOutput } from './decompression-output.ts';
import {
  compressLz4Block,
  decompressLz4Block,
  largestLz4Block,
  LZ4_MOST_BYTES_PER_BYTE,
} from './lz4-block.ts';
import { xxHash32 } from './xxhash32.ts';

/*
 * The frame format of LZ4 (lz4_Frame_format.md of its sources), version 1, all little endian:
 *
 *   magic 184D2204 | flags byte | BD byte: bits 4 to 6 give the largest block | plain length int64, where flagged |
 *   second byte of xxHash32 from the flags up to here | blocks | 0 int32 | xxHash32 of the plain bytes, where flagged
 *
 *   block: length int32, highest bit: not compressed | bytes | xxHash32 of these bytes, where flagged
 */

const MAGIC = 0x184d_2204;

const FLAGS = {
  version: 0b1100_0000,
  versionOne: 0b0100_0000,
  independentBlocks: 0b0010_0000,
  blockChecksums: 0b0001_0000,
  contentLength: 0b0000_1000,
  contentChecksum: 0b0000_0100,
  reserved: 0b0000_0010,
  dictionary: 0b0000_0001,
} as const;

/** Largest block by its id in BD; those below 4 do not exist. */
const LARGEST_BLOCKS: Readonly<Record<number, number>> = {
  4: 64 * 1024,
  5: 256 * 1024,
  6: 1024 * 1024,
  7: 4 * 1024 * 1024,
};
const BLOCK_ID = 4;
const BLOCK = 64 * 1024;

const PREFIX = 6;
const WORD = 4;
const NOT_COMPRESSED = 0x8000_0000;

/** The bytes as Kafka's Java producer would write them: independent blocks of 64 KiB, no checksum but the header's. */
export function compressLz4(bytes: Uint8Array): Buffer {
  const blocks = Math.ceil(bytes.length / BLOCK);
  const output = new CompressionOutput(
    PREFIX + 1 + blocks * (WORD + largestLz4Block(Math.min(bytes.length, BLOCK))) + WORD,
  );
  const frame = output.bytes;
  frame.writeUInt32LE(MAGIC, 0);
  frame[4] = FLAGS.versionOne | FLAGS.independentBlocks;
  frame[5] = BLOCK_ID << 4;
  frame[6] = headerChecksum(frame, PREFIX);
  output.position = PREFIX + 1;
  for (let start = 0; start < bytes.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, bytes.length);
    const header = output.position;
    output.position += WORD;
    compressLz4Block(bytes, start, end, output);
    const length = output.position - header - WORD;
    if (length < end - start) {
      frame.writeUInt32LE(length, header);
    } else {
      output.position = frame.writeUInt32LE(end - start + NOT_COMPRESSED, header);
      output.append(bytes, start, end - start);
    }
  }
  output.position = frame.writeUInt32LE(0, output.position);
  return output.written();
}

/** One frame as plain bytes, `limit` of them at most. Throws CompressedDataError and DecompressionLimitError. */
export function decompressLz4(bytes: Buffer, limit: number): Buffer {
  const header = readHeader(bytes);
  const output = new DecompressionOutput(limit);
  let at = header.end;
  for (;;) {
    const word = readWord(bytes, at);
    at += WORD;
    if (word === 0) break;
    at = readBlock(bytes, { start: at, word }, header, output);
  }
  if (header.contentChecksum) {
    requireChecksum(readWord(bytes, at), output.written(0));
    at += WORD;
  }
  if (at !== bytes.length) throw new CompressedDataError('An LZ4 frame is followed by other bytes');
  if (header.contentLength !== null && BigInt(output.position) !== header.contentLength) {
    throw new CompressedDataError(
      `An LZ4 frame has ${output.position} plain bytes instead of ${header.contentLength}`,
    );
  }
  return output.take();
}

interface FrameHeader {
  readonly end: number;
  readonly largestBlock: number;
  readonly independentBlocks: boolean;
  readonly blockChecksums: boolean;
  readonly contentChecksum: boolean;
  readonly contentLength: bigint | null;
}

function readHeader(bytes: Buffer): FrameHeader {
  if (bytes.length <= PREFIX || bytes.readUInt32LE(0) !== MAGIC) {
    throw new CompressedDataError('The bytes are no LZ4 frame');
  }
  const flags = bytes.readUInt8(4);
  const largestBlock = LARGEST_BLOCKS[bytes.readUInt8(5) >>> 4];
  if (
    (flags & FLAGS.version) !== FLAGS.versionOne ||
    (flags & (FLAGS.reserved | FLAGS.dictionary)) !== 0 ||
    (bytes.readUInt8(5) & 0x0f) !== 0 ||
    largestBlock === undefined
  ) {
    throw new CompressedDataError(
      `An LZ4 frame has a header that is not known, ${bytes.toString('hex', 4, 6)}`,
    );
  }
  const withLength = (flags & FLAGS.contentLength) !== 0;
  const checksumAt = PREFIX + (withLength ? 8 : 0);
  if (bytes.length <= checksumAt) throw cutOff();
  if (bytes[checksumAt] !== headerChecksum(bytes, checksumAt)) {
    throw new CompressedDataError('An LZ4 frame has a header with another checksum');
  }
  return {
    end: checksumAt + 1,
    largestBlock,
    independentBlocks: (flags & FLAGS.independentBlocks) !== 0,
    blockChecksums: (flags & FLAGS.blockChecksums) !== 0,
    contentChecksum: (flags & FLAGS.contentChecksum) !== 0,
    contentLength: withLength ? bytes.readBigUInt64LE(PREFIX) : null,
  };
}

/** Returns the position after the block. `word`: what stands before it. */
function readBlock(
  bytes: Buffer,
  { start, word }: { readonly start: number; readonly word: number },
  header: FrameHeader,
  output: DecompressionOutput,
): number {
  const compressed = word < NOT_COMPRESSED;
  const length = compressed ? word : word - NOT_COMPRESSED;
  const end = start + length;
  if (length > header.largestBlock) {
    throw new CompressedDataError(`An LZ4 block of ${length} bytes is in a frame with smaller ones`);
  }
  if (end > bytes.length) throw cutOff();
  if (compressed) {
    output.reserve(Math.min(header.largestBlock, length * LZ4_MOST_BYTES_PER_BYTE));
    if (header.independentBlocks) output.floor = output.position;
    decompressLz4Block(bytes, start, end, output);
  } else {
    output.reserve(length);
    output.append(bytes, start, length);
  }
  if (!header.blockChecksums) return end;
  requireChecksum(readWord(bytes, end), bytes.subarray(start, end));
  return end + WORD;
}

function headerChecksum(bytes: Uint8Array, end: number): number {
  return (xxHash32(bytes, 4, end) >>> 8) & 0xff;
}

function requireChecksum(expected: number, bytes: Uint8Array): void {
  if (xxHash32(bytes) !== expected)
    throw new CompressedDataError('An LZ4 frame has bytes with another checksum');
}

function readWord(bytes: Buffer, at: number): number {
  if (bytes.length - at < WORD) throw cutOff();
  return bytes.readUInt32LE(at);
}

function cutOff(): CompressedDataError {
  return new CompressedDataError('An LZ4 frame is cut off');
}
