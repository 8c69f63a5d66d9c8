import { describe, expect, test } from 'vitest';
import {
  DataError,
  Schema,
  SchemaBuilder,
  SchemaBuilderError,
  SinkRecord,
  SourceRecord,
  Struct,
} from '../../src/index.ts';

describe('schemas', () => {
  test('are built with everything the JVM has', () => {
    const schema = new SchemaBuilder('int32')
      .optional()
      .name('org.apache.kafka.connect.data.Date')
      .version(1)
      .doc('days')
      .parameter('a', '1')
      .parameter('b', '2')
      .defaultValue(null)
      .build();
    expect(schema).toMatchObject({
      type: 'int32',
      optional: true,
      name: 'org.apache.kafka.connect.data.Date',
      version: 1,
      doc: 'days',
      defaultValue: null,
    });
    expect([...(schema.parameters ?? [])]).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(Schema.STRING.defaultValue).toBeUndefined();
  });

  test('know their fields by name and place', () => {
    const schema = SchemaBuilder.struct().field('b', Schema.STRING).field('a', Schema.OPTIONAL_INT64).build();
    expect(schema.fields.map(({ name, index }) => [name, index])).toEqual([
      ['b', 0],
      ['a', 1],
    ]);
    expect(schema.field('a')).toBe(schema.fields[1]);
    expect([schema.field('c'), schema.field('constructor')]).toEqual([undefined, undefined]);
  });

  test('of arrays and maps hold the schemas of what is in them', () => {
    const schema = SchemaBuilder.map(Schema.STRING, SchemaBuilder.array(Schema.BYTES).build()).build();
    expect([schema.type, schema.keySchema, schema.valueSchema?.valueSchema]).toEqual([
      'map',
      Schema.STRING,
      Schema.BYTES,
    ]);
    expect(SchemaBuilder.array().build().valueSchema).toBeUndefined();
  });

  test('refuse a field twice, and fields of anything but a struct', () => {
    expect(() => SchemaBuilder.struct().field('a', Schema.STRING).field('a', Schema.INT8)).toThrow(
      new SchemaBuilderError('Cannot create field because of field name duplication a'),
    );
    expect(() => new SchemaBuilder('map').field('a', Schema.STRING)).toThrow(
      new SchemaBuilderError('Cannot create fields on type map'),
    );
  });

  test('that are built do not change when the builder goes on', () => {
    const builder = SchemaBuilder.struct().field('a', Schema.STRING);
    const before = builder.build();
    builder.field('b', Schema.STRING);
    expect([before.fields.length, builder.build().fields.length]).toEqual([1, 2]);
  });
});

describe('structs', () => {
  const schema = SchemaBuilder.struct()
    .field('id', Schema.INT64)
    .field('kind', new SchemaBuilder('string').defaultValue('none').build())
    .build();

  test('begin with nulls, and give the default in the place of one', () => {
    const struct = new Struct(schema);
    expect([struct.get('id'), struct.get('kind')]).toEqual([null, 'none']);
    expect([struct.getWithoutDefault('kind'), struct.valueAt(1)]).toEqual([null, null]);
  });

  test('hold what is put into them', () => {
    const struct = new Struct(schema).put('id', 5n).put('kind', 'x');
    expect([struct.get('id'), struct.get('kind'), struct.valueAt(0)]).toEqual([5n, 'x', 5n]);
    expect(Struct.ofValues(schema, [5n, 'x']).get('kind')).toBe('x');
  });

  test('refuse fields they do not have, values that are too many, and schemas of something else', () => {
    expect(() => new Struct(schema).put('x', 1n)).toThrow(new DataError('x is not a valid field name'));
    expect(() => new Struct(schema).get('toString')).toThrow('toString is not a valid field name');
    expect(() => Struct.ofValues(schema, [1n])).toThrow('1 values given for a struct of 2 fields');
    expect(() => new Struct(Schema.STRING)).toThrow(new DataError('Not a struct schema: string'));
  });
});

describe('records', () => {
  test('a changed source record keeps where it came from', () => {
    const record = new SourceRecord({
      topic: 't',
      value: 'v',
      sourcePartition: { filename: 'f' },
      sourceOffset: { position: 3n },
    });
    const changed = record.newRecord({ topic: 'u', value: null });
    expect(changed).toBeInstanceOf(SourceRecord);
    expect(changed).toMatchObject({
      topic: 'u',
      value: null,
      partition: null,
      timestamp: null,
      headers: [],
      sourcePartition: { filename: 'f' },
      sourceOffset: { position: 3n },
    });
    expect(record.topic).toBe('t');
  });

  test('a changed sink record keeps its first coordinates', () => {
    const record = new SinkRecord({ topic: 't', partition: 2, kafkaOffset: 7, timestampType: 'CreateTime' });
    const changed = record.newRecord({ topic: 'u', partition: 5 }).newRecord({ partition: null });
    expect(changed).toMatchObject({
      topic: 'u',
      partition: 5,
      kafkaOffset: 7,
      timestampType: 'CreateTime',
      originalTopic: 't',
      originalPartition: 2,
      originalKafkaOffset: 7,
    });
  });
});
