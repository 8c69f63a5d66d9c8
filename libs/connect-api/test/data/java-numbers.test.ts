import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  Decimal,
  Float32,
  Int16,
  Int32,
  Int8,
  javaDoubleToString,
  javaFloatToString,
  javaParseFloat,
  javaToString,
  Schema,
  SchemaBuilder,
  Struct,
  type ConnectValue,
} from '../../src/index.ts';

/** As java.lang.Double.toString prints them. */
const DOUBLES: readonly [number, string][] = [
  [0, '0.0'],
  [-0, '-0.0'],
  [1, '1.0'],
  [0.1, '0.1'],
  [100, '100.0'],
  [9_999_999, '9999999.0'],
  [1e7, '1.0E7'],
  [0.001, '0.001'],
  [9.999e-4, '9.999E-4'],
  [123_456_789.125, '1.23456789125E8'],
  [-12_345.678, '-12345.678'],
  [1e21, '1.0E21'],
  [1e22, '1.0E22'],
  [2e-5, '2.0E-5'],
  [1 / 3, '0.3333333333333333'],
  [Number.MAX_VALUE, '1.7976931348623157E308'],
  [Number.MIN_VALUE, '4.9E-324'],
  [-Number.MIN_VALUE, '-4.9E-324'],
  [2 * Number.MIN_VALUE, '9.9E-324'],
  [21 * Number.MIN_VALUE, '1.04E-322'],
  [2.2250738585072014e-308, '2.2250738585072014E-308'],
  [2 ** 53, '9.007199254740992E15'],
  [Number.NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
];

/** As java.lang.Float.toString prints them. */
const FLOATS: readonly [number, string][] = [
  [0, '0.0'],
  [-0, '-0.0'],
  [0.1, '0.1'],
  [1.1, '1.1'],
  [1e7, '1.0E7'],
  [1e10, '1.0E10'],
  [3.402_823_5e38, '3.4028235E38'],
  [1.4e-45, '1.4E-45'],
  [1 / 3, '0.33333334'],
  [16_777_216, '1.6777216E7'],
  [33_554_432, '3.3554432E7'],
  [123_456.79, '123456.79'],
  [1e-5, '1.0E-5'],
  [-2.5, '-2.5'],
  [341_767.125, '341767.12'],
  [341_767.375, '341767.38'],
  [2_417_552.25, '2417552.2'],
  [9.8e-45, '9.8E-45'],
  [2 ** -126, '1.1754944E-38'],
  [Number.NaN, 'NaN'],
  [-Infinity, '-Infinity'],
];

describe('numbers as Java 25 prints them', () => {
  test.each(DOUBLES)('double %d', (value, text) => {
    expect(javaDoubleToString(value)).toBe(text);
  });

  test.each(FLOATS)('float %d', (value, text) => {
    expect(javaFloatToString(Math.fround(value))).toBe(text);
  });

  test('a double reads back as itself, in the notation that its size asks for', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = javaDoubleToString(value);
        expect(Number(text)).toBe(value);
        const plain = value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e7);
        expect(text).toMatch(plain ? /^-?\d+\.\d+$/ : /^-?\d\.\d+E-?\d+$/);
      }),
    );
  });

  test('a float reads back as itself', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.fround(Number(javaFloatToString(value)))).toBe(value);
        expect(javaParseFloat(javaFloatToString(value))).toBe(value);
      }),
    );
  });

  test('a decimal text between two floats goes to the nearer one, not by way of a double', () => {
    // As a double this is exactly the middle; the text is a little above it.
    expect(javaParseFloat('1.00000005960464477539062500000000001')).toBe(
      Math.fround(1.000_000_119_209_289_6),
    );
    expect(Math.fround(Number('1.00000005960464477539062500000000001'))).toBe(1);
  });
});

describe('narrow numbers', () => {
  test('wrap and round as Java casts', () => {
    expect([
      new Int8(300).value,
      new Int8(-129).value,
      new Int16(40_000).value,
      new Int32(2 ** 31).value,
    ]).toEqual([44, 127, -25_536, -(2 ** 31)]);
    expect(new Float32(0.1).value).toBe(Math.fround(0.1));
    expect(String(new Int8(5))).toBe('5');
  });
});

describe('decimals', () => {
  test.each<readonly [string, Decimal, string, string]>([
    ['12.30', new Decimal(1230n, 2), '12.30', '12.30'],
    ['-0.05', new Decimal(-5n, 2), '-0.05', '-0.05'],
    ['1e3', new Decimal(1n, -3), '1000', '1E+3'],
    ['1.000E-7', new Decimal(1000n, 10), '0.0000001000', '1.000E-7'],
    ['.5', new Decimal(5n, 1), '0.5', '0.5'],
    ['5.', new Decimal(5n, 0), '5', '5'],
    ['+7', new Decimal(7n, 0), '7', '7'],
    [
      '123456789012345678901234567890.5',
      new Decimal(1_234_567_890_123_456_789_012_345_678_905n, 1),
      '123456789012345678901234567890.5',
      '123456789012345678901234567890.5',
    ],
  ])('%s', (text, expected, plain, java) => {
    const decimal = Decimal.parse(text);
    expect(decimal).toEqual(expected);
    expect([decimal.toString(), decimal.toJavaString()]).toEqual([plain, java]);
  });

  test.each(['', '.', 'abc', '1,5', '0x1', '1e99999999999'])('%j is none', (text) => {
    expect(() => Decimal.parse(text)).toThrow(RangeError);
  });

  test('equal means the same digits and the same scale', () => {
    expect(Decimal.parse('1.0').equals(Decimal.parse('1.0'))).toBe(true);
    expect(Decimal.parse('1.0').equals(Decimal.parse('1'))).toBe(false);
  });

  test("bytes are the shortest two's complement, and read back", () => {
    const bytes = (value: bigint): readonly number[] => [...new Decimal(value, 0).unscaledBytes()];
    expect([0n, 127n, 128n, -1n, -128n, -129n, 256n].map(bytes)).toEqual([
      [0],
      [127],
      [0, 128],
      [255],
      [128],
      [255, 127],
      [1, 0],
    ]);
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(40), (unscaled, scale) => {
        const decimal = new Decimal(unscaled, scale);
        expect(Decimal.fromUnscaledBytes(decimal.unscaledBytes(), scale)).toEqual(decimal);
        expect(Decimal.parse(decimal.toString())).toEqual(decimal);
      }),
    );
    expect(() => Decimal.fromUnscaledBytes(new Uint8Array(), 0)).toThrow('Zero length BigInteger');
  });
});

describe('values as Java prints them', () => {
  const schema = SchemaBuilder.struct()
    .field('a', Schema.INT32)
    .field('b', Schema.OPTIONAL_FLOAT32)
    .field('c', SchemaBuilder.array(Schema.INT64).build())
    .build();

  const PRINTED: readonly [ConnectValue, Schema | null, string][] = [
    [null, null, 'null'],
    ['text', null, 'text'],
    [true, null, 'true'],
    [1n, null, '1'],
    [1, null, '1.0'],
    [1, Schema.INT32, '1'],
    [0.1, Schema.FLOAT32, '0.1'],
    [new Int8(1), null, '1'],
    [new Float32(0.1), null, '0.1'],
    [Decimal.parse('1.50'), null, '1.50'],
    [[1n, 'a', [2]], null, '[1, a, [2.0]]'],
    [[1, 2], SchemaBuilder.array(Schema.INT8).build(), '[1, 2]'],
    [new Map<ConnectValue, ConnectValue>([['k', 1n]]), null, '{k=1}'],
    [new Date(0), null, 'Thu Jan 01 00:00:00 UTC 1970'],
    [new Date(-12_219_292_800_000), null, 'Fri Oct 15 00:00:00 UTC 1582'],
    [new Date(-12_219_292_800_001), null, 'Thu Oct 04 23:59:59 UTC 1582'],
    [new Date(-62_135_596_800_000), null, 'Mon Jan 03 00:00:00 UTC 1'],
    [new Date(-62_135_769_600_001), null, 'Fri Dec 31 23:59:59 UTC 1'],
    [new Date(8.64e15), null, 'Sat Sep 13 00:00:00 UTC 275760'],
    [new Struct(schema).put('a', 7).put('c', [1n]), schema, 'Struct{a=7,c=[1]}'],
  ];
  test.each(PRINTED)('%o', (value, of, text) => {
    expect(javaToString(value, of)).toBe(text);
  });
});
