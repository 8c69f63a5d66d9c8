import { DataError, type OffsetValue, type SourcePartition } from '@millrace/connect-api';
import { murmur2, partitionForKey } from '@millrace/kafka';
import { fixture } from '@millrace/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { javaHashOrder } from '../../src/offset/java-hash-order.ts';
import { decodeOffsetRecord, encodeOffsetRecord } from '../../src/offset/offset-records.ts';

interface KeyVector {
  readonly connector: string;
  readonly insertionOrder: readonly (readonly [string, string | number])[];
  readonly key: string;
  readonly murmur2: number;
  readonly partitionOf25: number;
}

const { vectors } = fixture('offset-keys.json') as { readonly vectors: readonly KeyVector[] };

/** The fixture's numbers are Java ints. */
function partitionOf({ insertionOrder }: KeyVector): SourcePartition {
  return Object.fromEntries(
    insertionOrder.map(([key, value]) => [key, typeof value === 'number' ? BigInt(value) : value]),
  );
}

describe('offset keys', () => {
  it.each(vectors)('are those of the JVM: $key', (vector) => {
    const { key } = encodeOffsetRecord(vector.connector, partitionOf(vector), null);
    expect(key.toString('utf8')).toBe(vector.key);
    expect(murmur2(key)).toBe(vector.murmur2);
    expect(partitionForKey(key, 25)).toBe(vector.partitionOf25);
  });

  it('follow the table of a HashMap as it grows', () => {
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`);
    for (let size = 1; size <= keys.length; size += 1) {
      expect([...javaHashOrder(keys.slice(0, size))].sort()).toEqual(keys.slice(0, size).sort());
    }
    // "Aa" and "BB" have one hash: they stay in the order of insertion.
    expect(javaHashOrder(['BB', 'Aa'])).toEqual(['BB', 'Aa']);
    expect(javaHashOrder(['Aa', 'BB'])).toEqual(['Aa', 'BB']);
  });

  it('say of a number what it is', () => {
    const { key, value } = encodeOffsetRecord(
      'c',
      { n: 9_007_199_254_740_993n },
      { double: 1, whole: 1n, bytes: Buffer.from('ab'), none: null, yes: true, text: 'a"\u001f' },
    );
    expect(key.toString('utf8')).toBe('["c",{"n":9007199254740993}]');
    expect(JSON.parse(value?.toString('utf8') ?? '')).toEqual({
      double: 1,
      whole: 1,
      bytes: 'YWI=',
      none: null,
      yes: true,
      text: 'a"\u001f',
    });
    expect(value?.toString('utf8')).toContain('"double":1.0');
    expect(value?.toString('utf8')).toContain('"whole":1,');
    expect(value?.toString('utf8')).toContain('\\u001F');
  });

  it.each([{ a: { b: 1 } }, { a: [1] }, { a: undefined }, { a: new Date(0) }, { a: () => 1 }])(
    'take nothing but primitives',
    (partition) => {
      expect(() => encodeOffsetRecord('c', partition as unknown as SourcePartition, null)).toThrow(DataError);
      expect(() => encodeOffsetRecord('c', {}, partition as unknown as SourcePartition)).toThrow(DataError);
    },
  );

  it('come back as they went', () => {
    // How doubles are printed is tested where that is done; here they only must not become anything else.
    const normalDouble = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((number) => Math.abs(number) > Number.MIN_VALUE * 2 ** 52);
    const value = fc.oneof<fc.Arbitrary<OffsetValue>[]>(
      fc.string({ unit: 'grapheme' }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      normalDouble,
      fc.boolean(),
      fc.constant(null),
    );
    const fields = fc.dictionary(fc.string({ unit: 'grapheme' }), value, { noNullPrototype: true });
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fields,
        fc.option(fields),
        (connector, partition, offset) => {
          const { key, value: bytes } = encodeOffsetRecord(connector, partition, offset);
          const decoded = decodeOffsetRecord(key.toString('utf8'), bytes);
          expect(decoded).toEqual({ kind: 'offset', connector, partition, offset });
        },
      ),
    );
  });
});
