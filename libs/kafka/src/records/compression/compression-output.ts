/** From this length on a native copy is cheaper than a loop (measured; between 16 and 128 it hardly matters). */
const NATIVE_COPY_FROM = 64;

/** Where compressed bytes go: memory that is large enough from the beginning. */
export class CompressionOutput {
  readonly bytes: Buffer;
  position = 0;

  /** `capacity`: the most bytes that there can be. */
  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  writeByte(value: number): void {
    this.bytes[this.position++] = value;
  }

  /** Adds `from[start, start + length)`. */
  append(from: Uint8Array, start: number, length: number): void {
    const bytes = this.bytes;
    let at = this.position;
    const end = at + length;
    if (length >= NATIVE_COPY_FROM) {
      bytes.set(from.subarray(start, start + length), at);
    } else {
      for (let read = start; at < end;) bytes[at++] = from[read++] as number;
    }
    this.position = end;
  }

  /** All that was written: a view. Throws RangeError if it was more than the capacity, a mistake of the codec. */
  written(): Buffer {
    if (this.position > this.bytes.length)
      throw new RangeError('The compressed bytes need more than was expected');
    return this.bytes.subarray(0, this.position);
  }
}
