/** What is converted comes back the same: any schema, any value. */
import {
  Decimal,
  decimalSchema,
  DataError,
  INT64_MAX,
  INT64_MIN,
  sameSchema,
  sameValue,
  Schema,
  SchemaBuilder,
  Struct,
  TIMESTAMP_SCHEMA,
  type Converter,
  type ConnectValue,
  type SchemaAndValue,
} from '@millrace/connect-api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  anyInt64,
  anySchemaAndValue,
  anySchemaless,
  wellFormedText,
} from '../../connect-api/test/data/arbitraries.ts';
import {
  ByteArrayConverter,
  DoubleConverter,
  FloatConverter,
  IntegerConverter,
  JsonConverter,
  LongConverter,
  ShortConverter,
  SimpleHeaderConverter,
  StringConverter,
} from '../src/index.ts';

function json(props: Record<string, string> = {}): JsonConverter {
  const converter = new JsonConverter();
  converter.configure(props, false);
  return converter;
}

function there(converter: Converter, schema: Schema | null, value: ConnectValue): SchemaAndValue {
  return converter.toConnectData('t', converter.fromConnectData('t', schema, value));
}

function expectSame(actual: SchemaAndValue, expected: SchemaAndValue): void {
  expect(sameSchema(actual.schema, expected.schema), 'schema').toBe(true);
  expect(sameValue(actual.value, expected.value), 'value').toBe(true);
}

describe('JSON', () => {
  test.each(['BASE64', 'NUMERIC'])('with schemas, decimals as %s', (format) => {
    const converter = json({ 'decimal.format': format });
    fc.assert(
      fc.property(anySchemaAndValue, (data) => {
        expectSame(there(converter, data.schema, data.value), data);
        // The second time the schema is known.
        expectSame(there(converter, data.schema, data.value), data);
      }),
      { numRuns: 200 },
    );
  });

  test('with one schema for all texts', () => {
    fc.assert(
      fc.property(anySchemaAndValue, (data) => {
        const envelope = Buffer.from(json().fromConnectData('t', data.schema, data.value) ?? '').toString();
        const end = envelope.indexOf(',"payload":');
        fc.pre(!envelope.slice(end + 1).includes(',"payload":'));
        const fixed = json({ 'schema.content': envelope.slice('{"schema":'.length, end) });
        const bare = json({ 'schemas.enable': 'false' }).fromConnectData('t', data.schema, data.value);

        expectSame(fixed.toConnectData('t', bare), data);
      }),
    );
  });

  test('without schemas', () => {
    const converter = json({ 'schemas.enable': 'false' });
    fc.assert(
      fc.property(anySchemaless, (value) => {
        expectSame(there(converter, null, value), { schema: null, value });
      }),
      { numRuns: 200 },
    );
  });

  test('a text comes back to the byte when it is written as we write', () => {
    const converter = json({ 'schemas.enable': 'false' });
    fc.assert(
      fc.property(anySchemaless, (value) => {
        const first = converter.fromConnectData('t', null, there(converter, null, value).value);
        const second = converter.fromConnectData('t', null, there(converter, null, value).value);
        const again =
          first === null
            ? null
            : converter.fromConnectData('t', null, converter.toConnectData('t', first).value);

        expect(second).toEqual(first);
        expect(again).toEqual(first);
      }),
    );
  });

  test('is JSON to everyone else, too', () => {
    fc.assert(
      fc.property(anySchemaAndValue, (data) => {
        const text = Buffer.from(json().fromConnectData('t', data.schema, data.value) ?? '').toString();
        expect(() => JSON.parse(text) as unknown).not.toThrow();
      }),
    );
  });
});

describe('other converters', () => {
  test('texts', () => {
    fc.assert(
      fc.property(
        wellFormedText,
        fc.constantFrom('UTF-8', 'UTF-16', 'UTF-16LE', 'UTF-16BE'),
        (value, encoding) => {
          const converter = new StringConverter();
          converter.configure({ 'converter.encoding': encoding }, true);
          expectSame(there(converter, Schema.STRING, value), { schema: Schema.OPTIONAL_STRING, value });
        },
      ),
    );
  });

  test('bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (value) => {
        expectSame(there(new ByteArrayConverter(), Schema.BYTES, value), {
          schema: Schema.OPTIONAL_BYTES,
          value,
        });
      }),
    );
  });

  test.each<[string, Converter, fc.Arbitrary<ConnectValue>, Schema]>([
    ['short', new ShortConverter(), fc.integer({ min: -0x8000, max: 0x7fff }), Schema.OPTIONAL_INT16],
    ['integer', new IntegerConverter(), fc.integer(), Schema.OPTIONAL_INT32],
    ['long', new LongConverter(), anyInt64, Schema.OPTIONAL_INT64],
    ['float', new FloatConverter(), fc.float(), Schema.OPTIONAL_FLOAT32],
    ['double', new DoubleConverter(), fc.double(), Schema.OPTIONAL_FLOAT64],
  ])('%s', (...[, converter, values, schema]) => {
    fc.assert(
      fc.property(values, (value) => {
        expectSame(there(converter, schema, value), { schema, value });
      }),
    );
  });

  test('headers keep their text', () => {
    const converter = new SimpleHeaderConverter();
    fc.assert(
      fc.property(wellFormedText, (text) => {
        fc.pre(text !== 'null');
        const { schema, value } = converter.toConnectHeader('t', 'h', Buffer.from(text));
        fc.pre(schema?.type === 'string');
        expect(Buffer.from(converter.fromConnectHeader('t', 'h', schema, value) ?? []).toString()).toBe(text);
      }),
    );
  });
});

describe('limits', () => {
  test.each([INT64_MIN, INT64_MAX, 2n ** 53n + 1n])('int64 %d is exact', (value) => {
    expectSame(there(json(), Schema.INT64, value), { schema: Schema.INT64, value });
    expectSame(there(json({ 'schemas.enable': 'false' }), null, value), { schema: null, value });
  });

  test.each([INT64_MAX + 1n, INT64_MIN - 1n])('%d is no int64', (value) => {
    expect(() => json().fromConnectData('t', Schema.INT64, value)).toThrow(DataError);
  });

  test.each<[Schema, ConnectValue]>([
    [Schema.INT8, 128],
    [Schema.INT16, -32_769],
    [Schema.INT32, 2 ** 31],
    [Schema.INT32, 1.5],
    [Schema.INT32, Number.NaN],
    [Schema.INT64, 5],
  ])('case %#: a number that is none of the type is refused, not rounded', (schema, value) => {
    expect(() => json().fromConnectData('t', schema, value)).toThrow(DataError);
  });

  test('decimals of a thousand digits', () => {
    const value = new Decimal(-(10n ** 999n) - 1n, 500);
    for (const format of ['BASE64', 'NUMERIC']) {
      expectSame(there(json({ 'decimal.format': format }), decimalSchema(500), value), {
        schema: decimalSchema(500),
        value,
      });
    }
  });

  test.each([8.64e15, -8.64e15, 0, -1])('timestamp %d', (millis) => {
    const value = new Date(millis);
    expectSame(there(json(), TIMESTAMP_SCHEMA, value), { schema: TIMESTAMP_SCHEMA, value });
  });

  test('a timestamp that a Date cannot hold is refused by its number', () => {
    const envelope = Buffer.from(json().fromConnectData('t', TIMESTAMP_SCHEMA, new Date(1)) ?? '').toString();
    const far = Buffer.from(envelope.replace(/1}$/, '8640000000000001}'));

    expect(() => json().toConnectData('t', far)).toThrow('8640000000000001 ms is outside');
    expect(() => json().fromConnectData('t', TIMESTAMP_SCHEMA, new Date(Number.NaN))).toThrow(DataError);
  });

  test('ten million characters, with and without something to escape', () => {
    const schema = SchemaBuilder.struct().field('text', Schema.STRING).field('bytes', Schema.BYTES).build();
    for (const text of ['x'.repeat(10_000_000), 'é"\n'.repeat(3_000_000) + '😀'.repeat(100_000)]) {
      const value = new Struct(schema).put('text', text).put('bytes', Buffer.alloc(10_000_000, 7));
      expectSame(there(json(), schema, value), { schema, value });
      expectSame(there(new StringConverter(), null, text), { schema: Schema.OPTIONAL_STRING, value: text });
    }
  });
});
