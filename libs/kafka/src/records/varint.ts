/** Beyond this a zigzag value no longer fits 31 bits, and bit operations would go wrong. */
const INLINE_LIMIT = 0x3fff_ffff;

/** Bytes that a length or count (never negative) takes as a zigzag varint. */
export function sizeOfLength(value: number): number {
  if (value < 0x40) return 1;
  if (value < 0x2000) return 2;
  if (value < 0x10_0000) return 3;
  return value < 0x800_0000 ? 4 : 5;
}

/** Bytes that a safe integer takes as a zigzag varlong. */
export function sizeOfVarlong(value: number): number {
  if (value >= 0 && value <= INLINE_LIMIT) return sizeOfLength(value);
  let rest = zigzag(value);
  let size = 1;
  while (rest >= 0x80n) {
    rest >>= 7n;
    size++;
  }
  return size;
}

/** Writes a length, count or delta (never negative, below 2^31); returns the position after it. */
export function writeLength(bytes: Uint8Array, position: number, value: number): number {
  let rest = (value << 1) >>> 0;
  let at = position;
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

/** Writes a safe integer as a zigzag varlong; returns the position after it. */
export function writeVarlong(bytes: Uint8Array, position: number, value: number): number {
  if (value >= 0 && value <= INLINE_LIMIT) return writeLength(bytes, position, value);
  let rest = zigzag(value);
  let at = position;
  while (rest >= 0x80n) {
    bytes[at++] = Number(rest & 0x7fn) | 0x80;
    rest >>= 7n;
  }
  bytes[at++] = Number(rest);
  return at;
}

function zigzag(value: number): bigint {
  const exact = BigInt(value);
  return exact < 0n ? (-exact << 1n) - 1n : exact << 1n;
}

/** Reads zigzag varints one after the other. Past the end it yields garbage: callers compare `position` with ends. */
export class VarintReader<Bytes extends Uint8Array> {
  readonly bytes: Bytes;
  position: number;

  constructor(bytes: Bytes, position: number) {
    this.bytes = bytes;
    this.position = position;
  }

  /** A signed 32-bit value. */
  varint(): number {
    const first = this.bytes[this.position++] as number;
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let value = first & 0x7f;
    let shift = 7;
    for (;;) {
      const byte = this.bytes[this.position++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80 || shift === 28) return (value >>> 1) ^ -(value & 1);
      shift += 7;
    }
  }

  /** A signed 64-bit value as a number: exact up to 2^53 - 1. */
  varlong(): number {
    const first = this.bytes[this.position++] as number;
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let low = first & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.bytes[this.position++] as number;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (low >>> 1) ^ -(low & 1);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.position++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return Number((value & 1n) === 0n ? value >> 1n : -(value >> 1n) - 1n);
  }
}
