import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DataError,
  DATE_SCHEMA,
  Decimal,
  decimalSchema,
  Float32,
  Int16,
  Int32,
  Int8,
  parseValueText,
  sameSchema,
  sameValue,
  Schema,
  TIMESTAMP_SCHEMA,
  valueToText,
  type ConnectValue,
} from '../../src/index.ts';

const array = (valueSchema?: Schema): Schema => new Schema({ type: 'array', valueSchema });

describe('texts of values', () => {
  test.each<[string | null, ConnectValue]>([
    [null, null],
    ['a "quoted" word', 'a "quoted" word'],
    ['["a \\"quoted\\" \\\\ word",null,1.5,2,3]', ['a "quoted" \\ word', null, 1.5, 2n, new Int8(3)]],
    ['{"a":[true]}', new Map([['a', [true]]])],
    ['AQI=', Buffer.from([1, 2])],
    ['["AQI="]', [Buffer.from([1, 2])]],
    ['1E+3', Decimal.parse('1E+3')],
    ['0.1', new Float32(0.1)],
    ['00:00:00.000Z', new Date(0)],
    ['23:59:59.999Z', new Date(-1)],
    ['1970-01-02', new Date(86_400_000)],
    ['1970-01-02T00:00:00.001Z', new Date(86_400_001)],
  ])('%s', (text, value) => {
    expect(valueToText(null, value)).toBe(text);
  });

  test('nesting without end is an error, not an overflow', () => {
    const cyclic: ConnectValue[] = [];
    cyclic.push(cyclic);

    expect(() => valueToText(null, cyclic)).toThrow(DataError);
  });
});

describe('values in texts', () => {
  test.each<[string, Schema | null, ConnectValue]>([
    ['', Schema.STRING, ''],
    ['  ', Schema.STRING, '  '],
    ['true', Schema.BOOLEAN, true],
    ['true}', Schema.STRING, 'true}'],
    ['-128', Schema.INT8, -128],
    ['-129', Schema.INT16, -129],
    ['9223372036854775807', Schema.INT64, 9_223_372_036_854_775_807n],
    ['-9223372036854775808', Schema.INT64, -9_223_372_036_854_775_808n],
    ['9223372036854775808', decimalSchema(0), Decimal.parse('9223372036854775808')],
    ['1e18', Schema.INT64, 10n ** 18n],
    ['1e19', Schema.FLOAT32, Math.fround(1e19)],
    ['1e-2147483647', Schema.FLOAT32, 0],
    ['1e2147483647', decimalSchema(-2_147_483_647), new Decimal(1n, -2_147_483_647)],
    ['1e99999999999', Schema.STRING, '1e99999999999'],
    ['\u00a05', Schema.STRING, '\u00a05'],
    ['2019-08-23', DATE_SCHEMA, new Date('2019-08-23')],
    ['2019-13-45', DATE_SCHEMA, new Date('2020-02-14')],
    ['2019-08-23T14\\:34\\:54.346Z', TIMESTAMP_SCHEMA, new Date('2019-08-23T14:34:54.346Z')],
    ['[1,300,2.5]', array(Schema.FLOAT32), [1, 300, 2.5]],
    ['["a",1,300]', array(), ['a', new Int8(1), new Int16(300)]],
    ['[[70000],[true]]', array(array(Schema.BOOLEAN)), [[new Int32(70_000)], [true]]],
    ['[1,null]', Schema.STRING, '[1,null]'],
    ['[1,2', Schema.STRING, '[1,2'],
    ['[a]', Schema.STRING, '[a]'],
    [
      '{"a":1,"a":300}',
      new Schema({ type: 'map', keySchema: Schema.STRING, valueSchema: Schema.INT16 }),
      new Map([['a', 300]]),
    ],
    [
      '{"a":1 "b":2}',
      new Schema({ type: 'map', keySchema: Schema.STRING, valueSchema: Schema.INT8 }),
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ],
  ])('%s', (text, schema, value) => {
    const parsed = parseValueText(text);

    expect(sameSchema(parsed?.schema, schema)).toBe(true);
    expect(sameValue(parsed?.value ?? null, value)).toBe(true);
  });

  test('the text null is none', () => {
    expect(parseValueText('null')).toBeNull();
  });

  test('a hostile text is a string, however deep and long', () => {
    for (const text of ['['.repeat(1_000_000), '{"a":'.repeat(200_000), `[${'1,'.repeat(500_000)}`]) {
      expect(parseValueText(text)).toEqual({ schema: Schema.STRING, value: text });
    }
  });

  test('ten million letters, and a number of many digits', () => {
    const letters = 'x1'.repeat(5_000_000);
    const digits = '7'.repeat(200_000);

    expect(parseValueText(letters)?.value).toBe(letters);
    expect(parseValueText(digits)?.value).toEqual(new Decimal(BigInt(digits), 0));
  });

  test('any text is a value', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'[]{},:"\\ 1-.eTZnul'.split('')) })),
        (text) => {
          expect(() => parseValueText(text)).not.toThrow();
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('what is printed reads back: numbers, booleans, words, lists of numbers', () => {
    const word = fc.stringMatching(/^[a-z]+$/).filter((text) => !['true', 'false', 'null'].includes(text));
    const item = fc.oneof(word, fc.boolean(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
    fc.assert(
      fc.property(fc.oneof(item, fc.array(fc.bigInt({ min: 2n ** 40n, max: 2n ** 63n - 1n }))), (value) => {
        const text = valueToText(null, value) ?? '';
        const parsed = parseValueText(text);

        expect(valueToText(parsed?.schema ?? null, parsed?.value ?? null)).toBe(text);
      }),
    );
  });
});
