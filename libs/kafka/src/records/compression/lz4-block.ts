import { CompressedDataError } from './compression-errors.ts';
import type { CompressionOutput } from './compression-output.ts';
import type { DecompressionOutput } from './decompression-output.ts';
import { findMatches, MATCH_FIELDS, matches } from './match-finder.ts';

/*
 * The block format of LZ4 (lz4_Block_format.md of its sources) is a row of sequences:
 *
 *   token: literals in the upper, length of the match - 4 in the lower four bits, 15: more bytes follow, each added to it, up to
 *   and with the first that is not 255 | more of literals | literals | distance, 16 bits, little endian | more of the match
 *
 * The last one ends after its literals.
 */

const SHORTEST_MATCH = 4;
const MORE = 15;

/** No block becomes more than so many times its bytes. */
export const LZ4_MOST_BYTES_PER_BYTE = 255;

/** Bytes that a block of so many plain bytes has at most. */
export function largestLz4Block(length: number): number {
  return length + Math.ceil(length / 255) + 16;
}

/** Adds `bytes[start, end)`, at most 64 KiB, as one block. */
export function compressLz4Block(
  bytes: Uint8Array,
  start: number,
  end: number,
  output: CompressionOutput,
): void {
  const found = matches;
  const count = findMatches(bytes, start, end);
  let read = start;
  for (let index = 0; index < count; index += MATCH_FIELDS) {
    const literals = found[index] as number;
    const length = found[index + 1] as number;
    const distance = found[index + 2] as number;
    const more = length - SHORTEST_MATCH;
    output.writeByte((Math.min(literals, MORE) << 4) | Math.min(more, MORE));
    if (literals >= MORE) writeMore(output, literals);
    output.append(bytes, read, literals);
    output.writeByte(distance & 0xff);
    output.writeByte(distance >>> 8);
    if (more >= MORE) writeMore(output, more);
    read += literals + length;
  }
  const literals = end - read;
  output.writeByte(Math.min(literals, MORE) << 4);
  if (literals >= MORE) writeMore(output, literals);
  output.append(bytes, read, literals);
}

function writeMore(output: CompressionOutput, length: number): void {
  let rest = length - MORE;
  for (; rest >= 0xff; rest -= 0xff) output.writeByte(0xff);
  output.writeByte(rest);
}

/** Adds the plain bytes of the block `bytes[start, end)`; the output has room reserved for it. Throws CompressedDataError. */
export function decompressLz4Block(
  bytes: Uint8Array,
  start: number,
  end: number,
  output: DecompressionOutput,
): void {
  let at = start;
  for (;;) {
    if (at >= end) throw cutOff();
    const token = bytes[at++] as number;
    let literals = token >>> 4;
    if (literals === MORE) {
      let byte = 0xff;
      while (byte === 0xff) {
        if (at >= end) throw cutOff();
        byte = bytes[at++] as number;
        literals += byte;
      }
    }
    if (literals > end - at) throw cutOff();
    output.append(bytes, at, literals);
    at += literals;
    if (at === end) return;

    if (end - at < 2) throw cutOff();
    const distance = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    at += 2;
    let length = (token & MORE) + SHORTEST_MATCH;
    if ((token & MORE) === MORE) {
      let byte = 0xff;
      while (byte === 0xff) {
        if (at >= end) throw cutOff();
        byte = bytes[at++] as number;
        length += byte;
      }
    }
    output.repeat(distance, length);
  }
}

function cutOff(): CompressedDataError {
  return new CompressedDataError('An LZ4 block is cut off');
}
