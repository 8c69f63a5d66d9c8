import { CompressedDataError, DecompressionLimitError } from './compression-errors.ts';

/** From this length on a native copy is cheaper than a loop (measured; between 16 and 128 it hardly matters). */
const NATIVE_COPY_FROM = 64;

/** Memory that is kept for the next batch. */
const KEPT = 1024 * 1024;

let kept: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/**
 * Where decompressed bytes go, and the one place that guards them: nothing is written past what was reserved, and nothing is
 * repeated that lies before `floor`. Its methods throw CompressedDataError for that, DecompressionLimitError where the limit is
 * what stops them. One at a time: the memory is used again.
 */
export class DecompressionOutput {
  /** Repeated bytes must not begin before this position. */
  floor = 0;
  readonly #limit: number;
  #bytes: Uint8Array<ArrayBuffer> = kept;
  #position = 0;
  #reserved = 0;

  /** `limit`: bytes that the whole may have. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes written so far. */
  get position(): number {
    return this.#position;
  }

  /**
   * Allows so many more bytes than there are, as far as the limit goes. The caller has made sure that the compressed bytes at
   * hand can become as many, so that nobody gets memory for a claim.
   */
  reserve(length: number): void {
    const needed = Math.min(this.#position + length, this.#limit);
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#position));
      this.#bytes = grown;
    }
    this.#reserved = needed;
  }

  /** Adds `from[start, start + length)`, which must exist. */
  append(from: Uint8Array, start: number, length: number): void {
    const end = this.#position + length;
    if (end > this.#reserved) throw this.#noRoom();
    const bytes = this.#bytes;
    if (length >= NATIVE_COPY_FROM) {
      bytes.set(from.subarray(start, start + length), this.#position);
    } else {
      let read = start;
      for (let at = this.#position; at < end; at++) bytes[at] = from[read++] as number;
    }
    this.#position = end;
  }

  /** Adds the bytes that begin `distance` before the end, `length` of them, which may be more than there are yet. */
  repeat(distance: number, length: number): void {
    const start = this.#position;
    const end = start + length;
    if (end > this.#reserved) throw this.#noRoom();
    if (distance < 1 || distance > start - this.floor) {
      throw new CompressedDataError(`Position ${start} repeats what is ${distance} bytes before it`);
    }
    const bytes = this.#bytes;
    if (length < NATIVE_COPY_FROM) {
      let read = start - distance;
      for (let at = start; at < end; at++) bytes[at] = bytes[read++] as number;
    } else {
      // Each copy doubles what can be copied at once.
      const source = start - distance;
      for (let at = start; at < end;) {
        const size = Math.min(at - source, end - at);
        bytes.copyWithin(at, source, source + size);
        at += size;
      }
    }
    this.#position = end;
  }

  /** The bytes from `start` to the end, as they are now: a view for checksums. */
  written(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#position);
  }

  /** All that was written, in memory of its own. */
  take(): Buffer {
    const taken = Buffer.allocUnsafe(this.#position);
    taken.set(this.#bytes.subarray(0, this.#position));
    if (this.#bytes.length <= KEPT) kept = this.#bytes;
    return taken;
  }

  #noRoom(): CompressedDataError | DecompressionLimitError {
    return this.#reserved === this.#limit
      ? new DecompressionLimitError(this.#limit)
      : new CompressedDataError('A block becomes longer than it may');
  }
}
