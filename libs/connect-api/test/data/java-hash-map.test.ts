import { describe, expect, test } from 'vitest';
import {
  copyCapacity,
  Decimal,
  Float32,
  Int32,
  javaHashCode,
  javaHashMap,
  javaHashOrderOf,
  Schema,
  type ConnectValue,
} from '../../src/index.ts';

const ordered = (keys: readonly string[], capacity?: number): string[] => [
  ...javaHashMap(
    keys.map((key): [string, boolean] => [key, true]),
    capacity === undefined ? {} : { capacity },
  ).keys(),
];

describe('the order of java.util.HashMap', () => {
  // As the JVM printed them.
  test.each([
    [
      ['b', 'a', 'c'],
      ['a', 'b', 'c'],
    ],
    [
      ['name', 'id', 'created_at', 'user_id', 'zz', 'Aa', 'BB'],
      ['zz', 'Aa', 'BB', 'user_id', 'name', 'created_at', 'id'],
    ],
    [
      Array.from({ length: 14 }, (_, index) => `key${index}`),
      'key1,key2,key0,key5,key6,key3,key4,key9,key7,key8,key11,key10,key13,key12'.split(','),
    ],
    [
      ['é', '😀', 'ß'],
      ['😀', 'é', 'ß'],
    ],
  ])('of %j', (keys, order) => {
    expect(ordered(keys)).toEqual(order);
  });

  test('keys of one bucket stay as they were put in', () => {
    // Both have the same hash code.
    expect(ordered(['BB', 'Aa'])).toEqual(['BB', 'Aa']);
    expect(ordered(['Aa', 'BB'])).toEqual(['Aa', 'BB']);
  });

  test('a smaller table orders otherwise', () => {
    expect(copyCapacity(0)).toBe(16);
    expect(copyCapacity(3)).toBe(4);
    expect(copyCapacity(4)).toBe(8);
    expect(ordered(['name', 'id', 'zz'], 3)).toEqual(['name', 'zz', 'id']);
    expect(ordered(['name', 'id', 'zz'])).toEqual(['zz', 'name', 'id']);
  });

  test('keys that are in order already need none', () => {
    expect(javaHashOrderOf(['a', 'b', 'c'])).toBeUndefined();
  });

  test('what a number is depends on its schema', () => {
    expect(javaHashCode(1, Schema.INT32)).toBe(1);
    expect(javaHashCode(1)).toBe(1_072_693_248);
    expect(javaHashCode(1, Schema.FLOAT32)).toBe(1_065_353_216);
  });

  test.each<[ConnectValue, number | undefined]>([
    ['hello', 99_162_322],
    [true, 1231],
    [-1n, 0],
    [9_223_372_036_854_775_807n, -2_147_483_648],
    [new Int32(7), 7],
    [new Float32(1.5), 1_069_547_520],
    [Decimal.parse('1.50'), 4652],
    [new Decimal(-(2n ** 70n), 0), -1_906_624],
    [new Decimal(2n ** 70n + 12_345_678_901n, 3), 465_865_136],
    [new Date(1_700_000_000_123), -807_048_720],
    [null, 0],
    [Buffer.from('a'), undefined],
  ])('hash code, case %#', (value, hash) => {
    expect(javaHashCode(value)).toBe(hash);
  });
});
