import { describe, expect, test } from 'vitest';
import {
  Decimal,
  Float32,
  Int8,
  Int16,
  sameSchema,
  sameValue,
  Schema,
  SchemaBuilder,
  Struct,
  type ConnectValue,
  type SchemaInit,
} from '../../src/index.ts';

const row = (): Schema => SchemaBuilder.struct().name('Row').field('id', Schema.INT64).build();

describe('schemas that say the same', () => {
  test('are equal wherever they were made', () => {
    expect(sameSchema(row(), row())).toBe(true);
    expect(sameSchema(null, undefined)).toBe(true);
    expect(sameSchema(row(), null)).toBe(false);
  });

  const base: SchemaInit = { type: 'struct', name: 'a', version: 1, doc: 'd', optional: true };
  test.each<[string, Partial<SchemaInit>]>([
    ['name', { name: 'b' }],
    ['version', { version: 2 }],
    ['documentation', { doc: 'e' }],
    ['optionality', { optional: false }],
    ['parameters', { parameters: new Map([['p', '1']]) }],
    ['default', { defaultValue: 5n }],
    ['fields', { fields: [{ name: 'x', schema: Schema.INT8 }] }],
    ['type', { type: 'map' }],
  ])('are no longer when the %s differs', (_what, change) => {
    expect(sameSchema(new Schema(base), new Schema({ ...base, ...change }))).toBe(false);
  });
});

describe('values that are the same', () => {
  test.each<[ConnectValue, ConnectValue]>([
    [Number.NaN, Number.NaN],
    [new Date(5), new Date(5)],
    [Buffer.from('a'), new Uint8Array([97])],
    [new Int8(1), new Int8(1)],
    [Decimal.parse('1.0'), Decimal.parse('1.0')],
    [
      [1n, ['a']],
      [1n, ['a']],
    ],
    [
      new Map([
        ['a', 1n],
        ['b', 2n],
      ]),
      new Map([
        ['b', 2n],
        ['a', 1n],
      ]),
    ],
    [new Struct(row()).put('id', 1n), new Struct(row()).put('id', 1n)],
  ])('case %#', (a, b) => {
    expect(sameValue(a, b)).toBe(true);
  });

  test.each<[ConnectValue, ConnectValue]>([
    [1, 1n],
    [0, -0],
    [new Int8(1), new Int16(1)],
    [new Float32(1), 1],
    [Decimal.parse('1.0'), Decimal.parse('1')],
    [[], new Map()],
    [null, false],
    [[1n], [1n, null]],
    [new Map([['a', null]]), new Map([['b', null]])],
    [new Struct(row()), new Struct(row()).put('id', 1n)],
    [new Date(5), 5n],
  ])('not so in case %#', (a, b) => {
    expect(sameValue(a, b)).toBe(false);
    expect(sameValue(b, a)).toBe(false);
  });
});
