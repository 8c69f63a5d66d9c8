import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/records/crc32c.ts';

/** The definition, a bit at a time. */
function slowCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

describe('crc32c', () => {
  it('gives the check value of the algorithm', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });

  it.each([
    ['32 zero bytes', Buffer.alloc(32), 0x8a9136aa],
    ['32 bytes of ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['32 rising bytes', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
    ['nothing', Buffer.alloc(0), 0],
  ])('gives the vector of RFC 3720 for %s', (_what, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('is the same at every alignment and for every range', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(9), fc.nat(20), (bytes, shift, cut) => {
        const shifted = Buffer.concat([Buffer.alloc(shift), bytes, Buffer.alloc(3)]);
        const start = shift + Math.min(cut, bytes.length);
        const end = shift + bytes.length;
        expect(crc32c(shifted, start, end)).toBe(slowCrc32c(shifted.subarray(start, end)));
      }),
    );
  });
});
