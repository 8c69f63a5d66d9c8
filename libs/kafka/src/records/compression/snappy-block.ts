import { CompressedDataError } from './compression-errors.ts';
import type { CompressionOutput } from './compression-output.ts';
import type { DecompressionOutput } from './decompression-output.ts';
import { findMatches, MATCH_FIELDS, matches } from './match-finder.ts';

/*
 * The raw block format of Snappy (format_description.txt of its sources):
 *
 *   length of the plain bytes, a varint | elements, each a tag byte whose two lower bits say what it is:
 *   0 literal: length - 1 in the upper six bits, or in 1 to 4 bytes that follow where these are 60 to 63 | the bytes
 *   1 copy: upper 3 bits of the distance, length - 4 in 3 bits | the distance's lower 8 bits
 *   2 copy: length - 1 in 6 bits | the distance, 16 bits, little endian
 *   3 copy: the same with a distance of 32 bits
 */

const LITERAL = 0;
const SHORT_COPY = 1;
const COPY = 2;

const SHORTEST_COPY = 4;
const LONGEST_COPY = 64;
const LONGEST_SHORT_COPY = 11;
const SHORT_COPY_DISTANCES = 2_048;
const LONGEST_INLINE_LITERAL = 60;

/** No element makes more of its bytes than a copy of 64 bytes does of its 3. */
const MOST_BYTES_PER_BYTE = 22;

const LONGEST_VARINT = 5;

/** Bytes that a block of so many plain bytes has at most. */
export function largestSnappyBlock(length: number): number {
  return 32 + length + Math.ceil(length / 6);
}

/** Adds `bytes[start, end)`, at most 64 KiB, as one block. */
export function compressSnappyBlock(
  bytes: Uint8Array,
  start: number,
  end: number,
  output: CompressionOutput,
): void {
  const found = matches;
  const count = findMatches(bytes, start, end);
  writeVarint(output, end - start);
  let read = start;
  for (let index = 0; index < count; index += MATCH_FIELDS) {
    const literals = found[index] as number;
    const length = found[index + 1] as number;
    writeLiteral(output, bytes, read, literals);
    writeCopies(output, found[index + 2] as number, length);
    read += literals + length;
  }
  writeLiteral(output, bytes, read, end - read);
}

function writeVarint(output: CompressionOutput, value: number): void {
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) output.writeByte((rest & 0x7f) | 0x80);
  output.writeByte(rest);
}

function writeLiteral(output: CompressionOutput, bytes: Uint8Array, start: number, length: number): void {
  if (length === 0) return;
  const value = length - 1;
  if (length <= LONGEST_INLINE_LITERAL) {
    output.writeByte((value << 2) | LITERAL);
  } else {
    const long = value > 0xff;
    output.writeByte(((long ? 61 : 60) << 2) | LITERAL);
    output.writeByte(value & 0xff);
    if (long) output.writeByte(value >>> 8);
  }
  output.append(bytes, start, length);
}

function writeCopies(output: CompressionOutput, distance: number, length: number): void {
  let rest = length;
  while (rest > LONGEST_COPY) {
    // What is left after it must be long enough for a short copy.
    const size = rest < LONGEST_COPY + SHORTEST_COPY ? LONGEST_COPY - SHORTEST_COPY : LONGEST_COPY;
    writeCopy(output, distance, size);
    rest -= size;
  }
  if (rest <= LONGEST_SHORT_COPY && distance < SHORT_COPY_DISTANCES) {
    output.writeByte(((distance >>> 8) << 5) | ((rest - SHORTEST_COPY) << 2) | SHORT_COPY);
    output.writeByte(distance & 0xff);
  } else {
    writeCopy(output, distance, rest);
  }
}

function writeCopy(output: CompressionOutput, distance: number, length: number): void {
  output.writeByte(((length - 1) << 2) | COPY);
  output.writeByte(distance & 0xff);
  output.writeByte(distance >>> 8);
}

/** Adds the plain bytes of the block `bytes[start, end)`. Throws CompressedDataError and DecompressionLimitError. */
export function decompressSnappyBlock(
  bytes: Uint8Array,
  start: number,
  end: number,
  output: DecompressionOutput,
): void {
  let at = start;
  let length = 0;
  let byte = 0x80;
  for (let index = 0; byte > 0x7f; index++) {
    if (at === end || index === LONGEST_VARINT) throw new CompressedDataError('A snappy block has no length');
    byte = bytes[at++] as number;
    length += (byte & 0x7f) * 2 ** (7 * index);
  }
  if (length > (end - start) * MOST_BYTES_PER_BYTE) {
    throw new CompressedDataError(`A snappy block of ${end - start} bytes cannot become ${length} bytes`);
  }
  const wanted = output.position + length;
  output.floor = output.position;
  output.reserve(length);
  while (at < end) at = readElement(bytes, at, end, output);
  if (output.position !== wanted) {
    throw new CompressedDataError(`A snappy block ends ${wanted - output.position} bytes early`);
  }
}

/** Returns the position after the element. Bytes that are missing are seen before they count. */
function readElement(bytes: Uint8Array, start: number, end: number, output: DecompressionOutput): number {
  const tag = bytes[start] as number;
  const upper = tag >>> 2;
  const kind = tag & 3;
  if (kind === LITERAL) {
    const extra = upper < LONGEST_INLINE_LITERAL ? 0 : upper - LONGEST_INLINE_LITERAL + 1;
    const from = start + 1 + extra;
    const length = (extra === 0 ? upper : readNumber(bytes, start + 1, extra, end)) + 1;
    if (length > end - from) throw cutOff();
    output.append(bytes, from, length);
    return from + length;
  }
  if (kind === SHORT_COPY) {
    if (end - start < 2) throw cutOff();
    output.repeat(((tag >>> 5) << 8) | (bytes[start + 1] as number), (upper & 7) + SHORTEST_COPY);
    return start + 2;
  }
  const size = kind === COPY ? 2 : 4;
  output.repeat(readNumber(bytes, start + 1, size, end), upper + 1);
  return start + 1 + size;
}

/** Little endian, unsigned. */
function readNumber(bytes: Uint8Array, start: number, size: number, end: number): number {
  if (size > end - start) throw cutOff();
  if (size === 2) return (bytes[start] as number) | ((bytes[start + 1] as number) << 8);
  let value = 0;
  for (let index = 0; index < size; index++) value |= (bytes[start + index] as number) << (8 * index);
  return value >>> 0;
}

function cutOff(): CompressedDataError {
  return new CompressedDataError('A snappy block is cut off');
}
