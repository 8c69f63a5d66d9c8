const PRIME_1 = 0x9e37_79b1;
const PRIME_2 = 0x85eb_ca77;
const PRIME_3 = 0xc2b2_ae3d;
const PRIME_4 = 0x27d4_eb2f;
const PRIME_5 = 0x1656_67b1;

/** Bytes that the four lanes take in one round. */
const STRIPE = 16;

/** xxHash32 with seed 0 of `bytes[start, end)` as an unsigned number: the checksum of LZ4 frames. */
export function xxHash32(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = end - start;
  let at = start;
  let hash = PRIME_5;
  if (size >= STRIPE) {
    let first = (PRIME_1 + PRIME_2) | 0;
    let second = PRIME_2 | 0;
    let third = 0;
    let fourth = -PRIME_1 | 0;
    for (const last = end - STRIPE; at <= last; at += STRIPE) {
      first = round(first, view.getInt32(at, true));
      second = round(second, view.getInt32(at + 4, true));
      third = round(third, view.getInt32(at + 8, true));
      fourth = round(fourth, view.getInt32(at + 12, true));
    }
    hash = rotate(first, 1) + rotate(second, 7) + rotate(third, 12) + rotate(fourth, 18);
  }
  hash = (hash + size) | 0;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(rotate((hash + Math.imul(view.getInt32(at, true), PRIME_3)) | 0, 17), PRIME_4);
  }
  for (; at < end; at++) {
    hash = Math.imul(rotate((hash + Math.imul(view.getUint8(at), PRIME_5)) | 0, 11), PRIME_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function round(lane: number, word: number): number {
  return Math.imul(rotate((lane + Math.imul(word, PRIME_2)) | 0, 13), PRIME_1);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
