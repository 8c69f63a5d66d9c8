/** Schemas are shared and their JSON is computed once. */
import { Schema, SchemaBuilder, Struct } from '@millrace/connect-api';
import { describe, expect, test } from 'vitest';
import { JsonConverter } from '../src/index.ts';

const ROW = '{"type":"struct","fields":[{"type":"int32","optional":false,"field":"a"}],"optional":false}';

function json(props: Record<string, string> = {}): JsonConverter {
  const converter = new JsonConverter();
  converter.configure(props, false);
  return converter;
}

function envelope(schema: string, payload: string): Buffer {
  return Buffer.from(`{"schema":${schema},"payload":${payload}}`);
}

describe('schemas read from texts', () => {
  test('are one object for all records that bring the same text', () => {
    const converter = json();
    const first = converter.toConnectData('t', envelope(ROW, '{"a":1}'));
    const second = converter.toConnectData('t', envelope(ROW, '{"a":2}'));
    const turned = converter.toConnectData('t', Buffer.from(`{"payload":{"a":3},"schema":${ROW}}`));

    expect(second.schema).toBe(first.schema);
    expect(turned.schema).toBe(first.schema);
    expect((turned.value as Struct).get('a')).toBe(3);
  });

  test('are kept up to schemas.cache.size, those used last', () => {
    const converter = json({ 'schemas.cache.size': '2' });
    const read = (type: string): Schema | null =>
      converter.toConnectData(
        't',
        Buffer.from(`{"payload":null,"schema":{"type":"${type}","optional":true}}`),
      ).schema;
    const int8 = read('int8');
    const int16 = read('int16');

    expect(read('int8')).toBe(int8);
    read('int32');
    expect(read('int8')).toBe(int8);
    expect(read('int16')).not.toBe(int16);
  });

  test('are not kept at all with schemas.cache.size 0', () => {
    const converter = json({ 'schemas.cache.size': '0' });
    const first = converter.toConnectData('t', envelope(ROW, '{"a":1}'));

    expect(converter.toConnectData('t', envelope(ROW, '{"a":1}')).schema).not.toBe(first.schema);
  });

  test('many at a time are told apart', () => {
    const converter = json();
    const types = [
      'int8',
      'int16',
      'int32',
      'int64',
      'float',
      'double',
      'string',
      'boolean',
      'bytes',
      'int8',
    ];
    const schemas = [1, 2].map(() =>
      types.map(
        (type, index) =>
          converter.toConnectData(
            't',
            envelope(`{"type":"${type}","version":${index},"optional":true}`, 'null'),
          ).schema,
      ),
    );

    expect(schemas[0]?.map((schema) => schema?.version)).toEqual(types.map((_, index) => index));
    expect(schemas[1]).toEqual(schemas[0]);
    schemas[1]?.forEach((schema, index) => expect(schema).toBe(schemas[0]?.[index]));
  });

  test('an envelope with more in it is refused, though its schema is known', () => {
    const converter = json();
    converter.toConnectData('t', envelope(ROW, '{"a":1}'));

    expect(() =>
      converter.toConnectData('t', Buffer.from(`{"schema":${ROW},"payload":{"a":1},"x":1}`)),
    ).toThrow('may not contain additional fields');
    expect(() => converter.toConnectData('t', Buffer.from(`{"schema":${ROW},"payload":{"a":1}`))).toThrow(
      'serialization error',
    );
  });
});

describe('schemas written', () => {
  const schema = (): Schema =>
    SchemaBuilder.struct().name('Row').field('a', Schema.INT32).field('b', Schema.OPTIONAL_STRING).build();

  test('a value of an equal schema made elsewhere is written under the given one', () => {
    const converter = json();
    const value = new Struct(schema()).put('a', 1);

    expect(converter.fromConnectData('t', schema(), value)).toEqual(
      converter.fromConnectData('t', schema(), new Struct(schema()).put('a', 1)),
    );
  });

  test('a value of another schema is refused', () => {
    const other = SchemaBuilder.struct().field('a', Schema.INT32).build();

    expect(() => json().fromConnectData('t', schema(), new Struct(other).put('a', 1))).toThrow(
      'Mismatching schema.',
    );
  });

  test('the same schema serves keys, values and nested places', () => {
    const outer = SchemaBuilder.struct().field('x', schema()).field('y', schema()).build();
    const inner = schema();
    const value = new Struct(outer)
      .put('x', new Struct(inner).put('a', 1))
      .put('y', new Struct(inner).put('a', 2));
    const text = Buffer.from(
      json({ 'schemas.enable': 'false' }).fromConnectData('t', outer, value) ?? '',
    ).toString();

    expect(text).toBe('{"x":{"a":1,"b":null},"y":{"a":2,"b":null}}');
  });
});

describe('configuring again', () => {
  test('forgets what was', () => {
    const converter = json({ 'schema.content': '{"type":"int32"}' });
    expect(converter.toConnectData('t', Buffer.from('5')).schema?.type).toBe('int32');

    converter.configure({ 'schemas.enable': 'false' }, true);
    expect(converter.toConnectData('t', Buffer.from('5'))).toEqual({ schema: null, value: 5n });
  });

  test('a schema.content that is no schema stops the start', () => {
    expect(() => json({ 'schema.content': '{"type":"nope"}' })).toThrow('Unknown schema type: nope');
    expect(() => json({ 'schema.content': '{bad' })).toThrow('Failed to parse schema in converter config');
  });
});

describe('objects without a schema', () => {
  test('keep no more shapes than there is room for, and stay right', () => {
    const converter = json({ 'schemas.enable': 'false' });
    for (let index = 0; index < 12_000; index += 1) {
      const text = `{"id${index}":1,"b":{"c${index}":[2]},"a":3}`;
      const read = converter.toConnectData('t', Buffer.from(text)).value;
      expect(read).toEqual(
        new Map<string, unknown>([
          [`id${index}`, 1n],
          ['b', new Map([[`c${index}`, [2n]]])],
          ['a', 3n],
        ]),
      );
    }
  });

  test('come in the order of the JVM’s maps, whichever they were written in', () => {
    const converter = json({ 'schemas.enable': 'false' });
    const rewritten = (text: string): string =>
      Buffer.from(
        converter.fromConnectData('t', null, converter.toConnectData('t', Buffer.from(text)).value) ?? '',
      ).toString();

    expect(rewritten('{"name":1,"id":2,"created_at":3,"zz":4}')).toBe(
      '{"zz":4,"name":1,"created_at":3,"id":2}',
    );
    expect(rewritten('{"zz":4,"created_at":3,"id":2,"name":1}')).toBe(
      '{"zz":4,"name":1,"created_at":3,"id":2}',
    );
    expect(rewritten('{"a":1,"b":2,"a":3}')).toBe('{"a":3,"b":2}');
  });
});
