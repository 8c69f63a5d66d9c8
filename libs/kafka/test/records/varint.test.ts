import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  sizeOfLength,
  sizeOfVarlong,
  VarintReader,
  writeLength,
  writeVarlong,
} from '../../src/records/varint.ts';

describe('zigzag varints', () => {
  it.each([
    [0, '00'],
    [-1, '01'],
    [1, '02'],
    [63, '7e'],
    [64, '8001'],
    [-8192, 'ff7f'],
    [2147483647, 'feffffff0f'],
    [-2147483648, 'ffffffff0f'],
    [1_700_000_000_000, '80a0abfef962'],
  ])('%d is written as %s', (value, hex) => {
    const bytes = Buffer.alloc(10);
    const end = writeVarlong(bytes, 0, value);
    expect(bytes.toString('hex', 0, end)).toBe(hex);
    expect(sizeOfVarlong(value)).toBe(end);
  });

  it('come back as they were, up to the largest safe integer', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const bytes = Buffer.alloc(12);
        const end = writeVarlong(bytes, 1, value);
        const reader = new VarintReader(bytes, 1);
        expect(reader.varlong()).toBe(value);
        expect(reader.position).toBe(end);
        expect(sizeOfVarlong(value)).toBe(end - 1);
      }),
      { numRuns: 2000 },
    );
  });

  it('of 31 bits take the short way with the same bytes', () => {
    fc.assert(
      fc.property(fc.nat(0x7fffffff), (value) => {
        const bytes = Buffer.alloc(10);
        const end = writeLength(bytes, 0, value);
        expect(sizeOfLength(value)).toBe(end);
        const reader = new VarintReader(bytes, 0);
        expect(reader.varint()).toBe(value);
        expect(reader.position).toBe(end);
      }),
      { numRuns: 2000 },
    );
  });
});
