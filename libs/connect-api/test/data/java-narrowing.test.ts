import { describe, expect, test } from 'vitest';
import {
  Decimal,
  Float32,
  INT64_MAX,
  INT64_MIN,
  Int8,
  isJavaNumber,
  javaDoubleValue,
  javaFloatValue,
  javaIntValue,
  javaLongValue,
  type JavaNumber,
} from '../../src/index.ts';

describe('numbers narrowed as Java narrows them', () => {
  test.each<[JavaNumber, bigint, number]>([
    [3.99, 3n, 3],
    [-3.99, -3n, -3],
    [Number.NaN, 0n, 0],
    [1e30, INT64_MAX, 2_147_483_647],
    [-1e30, INT64_MIN, -2_147_483_648],
    [2 ** 63, INT64_MAX, 2_147_483_647],
    [3_000_000_000n, 3_000_000_000n, -1_294_967_296],
    [INT64_MIN, INT64_MIN, 0],
    [new Int8(-5), -5n, -5],
    [new Float32(1e10), 10_000_000_000n, 2_147_483_647],
    [Decimal.parse('300.99'), 300n, 300],
    [Decimal.parse('99999999999999999999.5'), 7_766_279_631_452_241_919n, 1_661_992_959],
    [new Decimal(5n, -2_000_000_000), 0n, 0],
    [new Decimal(5n, 2_000_000_000), 0n, 0],
  ])('case %#', (value, long, int) => {
    expect(javaLongValue(value)).toBe(long);
    expect(javaIntValue(value)).toBe(int);
  });

  test('floats are rounded once', () => {
    expect(javaFloatValue(9_007_199_791_611_905n)).toBe(9_007_200_328_482_816);
    expect(javaFloatValue(Decimal.parse('0.1'))).toBe(Math.fround(0.1));
    expect(javaFloatValue(1e39)).toBe(Infinity);
    expect(javaDoubleValue(Decimal.parse('1E+400'))).toBe(Infinity);
    expect(javaDoubleValue(INT64_MAX)).toBe(2 ** 63);
  });

  test('texts, booleans and dates are no numbers', () => {
    expect(['1', true, null, new Date(0), [1]].some((value) => isJavaNumber(value))).toBe(false);
  });
});
