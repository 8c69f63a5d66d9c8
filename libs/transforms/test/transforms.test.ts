/** What the vectors leave open: records that stay as they were, limits, bad input, the order of maps. */
import {
  ConnectError,
  DataError,
  Decimal,
  decimalSchema,
  Int32,
  INT64_MAX,
  INT64_MIN,
  sameSchema,
  sameValue,
  Schema,
  SchemaBuilder,
  SinkRecord,
  SourceRecord,
  Struct,
  TIMESTAMP_SCHEMA,
  type ConnectRecord,
  type ConnectRecordInit,
  type ConnectValue,
  type Predicate,
  type Transformation,
} from '@millrace/connect-api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anySchemaAndValue, anySchemaless } from '../../connect-api/test/data/arbitraries.ts';
import { transformPlugins } from '../src/index.ts';

const PACKAGE = 'org.apache.kafka.connect.transforms.';

function create(name: string, props: Record<string, string>): Transformation {
  const transform = transformPlugins
    .find((plugin) => plugin.class === PACKAGE + name)
    ?.create() as Transformation;
  transform.configure(props);
  return transform;
}

function record(init: Partial<ConnectRecordInit>): SinkRecord {
  return new SinkRecord({
    topic: 'orders',
    timestamp: 1_700_000_000_123,
    ...init,
    partition: 0,
    kafkaOffset: 42,
  });
}

function valueAfter(
  name: string,
  props: Record<string, string>,
  init: Partial<ConnectRecordInit>,
): ConnectValue {
  return create(name, props).apply(record(init))?.value ?? null;
}

/** One working configuration of each transform. */
const CONFIGS: readonly [string, Record<string, string>][] = [
  ['Cast$Key', { spec: 'string' }],
  ['Cast$Value', { spec: 'a:int8,b:string' }],
  ['Cast$Value', { spec: 'boolean' }],
  ['DropHeaders', { headers: 'h' }],
  ['ExtractField$Key', { field: 'a' }],
  ['ExtractField$Value', { field: 'a.b', 'field.syntax.version': 'V2' }],
  ['Filter', {}],
  ['Flatten$Key', {}],
  ['Flatten$Value', { delimiter: '_' }],
  ['HeaderFrom$Key', { fields: 'a', headers: 'h', operation: 'copy' }],
  ['HeaderFrom$Value', { fields: 'a,b', headers: 'h,i', operation: 'move' }],
  ['HoistField$Key', { field: 'f' }],
  ['HoistField$Value', { field: 'f' }],
  ['InsertField$Key', { 'topic.field': 't' }],
  [
    'InsertField$Value',
    { 'offset.field': 'o!', 'timestamp.field': 'ts', 'static.field': 's', 'static.value': 'x' },
  ],
  ['InsertHeader', { header: 'h', 'value.literal': '[1,2]' }],
  ['MaskField$Key', { fields: 'a' }],
  ['MaskField$Value', { fields: 'a,b', replacement: '7' }],
  ['RegexRouter', { regex: '(.*)', replacement: 'x-$1' }],
  ['ReplaceField$Key', { exclude: 'a' }],
  ['ReplaceField$Value', { include: 'a,b', renames: 'a:z' }],
  ['SetSchemaMetadata$Key', { 'schema.name': 'n' }],
  ['SetSchemaMetadata$Value', { 'schema.version': '7' }],
  ['TimestampConverter$Key', { 'target.type': 'unix' }],
  ['TimestampConverter$Value', { 'target.type': 'string', format: 'yyyy', field: 'a' }],
  ['TimestampRouter', {}],
  ['ValueToKey', { fields: 'a' }],
];

/** Field names that the configurations speak of, so that random data has them. */
const map = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), anySchemaless), { maxLength: 4 })
  .map((entries): ConnectValue => new Map(entries));

const struct = fc.tuple(anySchemaAndValue, anySchemaAndValue).map(([a, b]) => {
  const schema = SchemaBuilder.struct()
    .field('a', a.schema ?? Schema.STRING)
    .field('b', b.schema ?? Schema.STRING)
    .build();
  return { schema, value: Struct.ofValues(schema, [a.value, b.value]) };
});

const anyData = fc.oneof(
  anySchemaAndValue,
  struct,
  fc.oneof(map, anySchemaless).map((value) => ({ schema: null, value })),
);

describe.each(CONFIGS)('%s %j', (name, props) => {
  test('makes a record of any record, drops it, or says what is wrong with it', () => {
    const transform = create(name, props);
    fc.assert(
      fc.property(anyData, anyData, (key, value) => {
        const given = record({
          keySchema: key.schema,
          key: key.value,
          valueSchema: value.schema,
          value: value.value,
        });
        try {
          const made = transform.apply(given);
          expect(made === null || made instanceof SinkRecord).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ConnectError);
        }
      }),
    );
  });

  test('leaves the record that it was given as it was', () => {
    const transform = create(name, props);
    const schema = SchemaBuilder.struct().field('a', Schema.INT64).field('b', Schema.OPTIONAL_STRING).build();
    const given = (): SourceRecord =>
      new SourceRecord({
        topic: 'orders',
        keySchema: schema,
        key: new Struct(schema).put('a', 5n).put('b', 'x'),
        value: new Map<ConnectValue, ConnectValue>([
          ['a', '2024'],
          ['b', new Int32(7)],
        ]),
        timestamp: 5,
        headers: [{ key: 'h', schema: null, value: 1n }],
        sourcePartition: { file: 'f' },
        sourceOffset: { position: 1n },
      });
    const before = given();
    try {
      const made = transform.apply(before);
      expect(
        made === null || (made instanceof SourceRecord && made.sourceOffset === before.sourceOffset),
      ).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(ConnectError);
    }

    const untouched = given();
    expect(sameValue(before.key, untouched.key) && sameValue(before.value, untouched.value)).toBe(true);
    expect([before.topic, before.headers, before.timestamp]).toEqual([
      untouched.topic,
      untouched.headers,
      untouched.timestamp,
    ]);
  });
});

describe('schemas that a transform makes', () => {
  const row = (): Schema =>
    SchemaBuilder.struct().name('Row').field('a', Schema.INT64).field('b', Schema.STRING).build();
  const value = (schema: Schema): Struct => new Struct(schema).put('a', 1n).put('b', '2');

  test.each(
    CONFIGS.filter(([name]) =>
      /^(Cast|Flatten|HeaderFrom|HoistField|InsertField|ReplaceField)\$Value/.test(name),
    ),
  )('%s %j: one for all records of a schema, even one made anew each time', (name, props) => {
    if (props['spec'] === 'boolean') {
      return;
    }
    const transform = create(name, props);
    const schemas = [1, 2, 3].map(() => {
      const schema = row();
      return transform.apply(record({ valueSchema: schema, value: value(schema) }))?.valueSchema;
    });

    expect(schemas[0]).not.toBeUndefined();
    expect(new Set(schemas).size).toBe(1);
  });
});

describe('maps', () => {
  test('come in the order of the JVM’s, which makes the bytes of a JSON key', () => {
    const value = new Map<ConnectValue, ConnectValue>([
      ['zz', 1n],
      ['id', 2n],
      ['name', 3n],
    ]);
    const keys = (map: ConnectValue): unknown => [...(map as ReadonlyMap<ConnectValue, ConnectValue>).keys()];

    expect(keys(create('ValueToKey', { fields: 'id,zz' }).apply(record({ value }))?.key ?? null)).toEqual([
      'zz',
      'id',
    ]);
    expect(
      keys(create('ValueToKey', { fields: 'name,id,zz' }).apply(record({ value }))?.key ?? null),
    ).toEqual(['name', 'zz', 'id']);
    expect(keys(valueAfter('ReplaceField$Value', { exclude: 'name' }, { value }))).toEqual(['zz', 'id']);
    expect(keys(valueAfter('Flatten$Value', {}, { value }))).toEqual(['zz', 'id', 'name']);
  });
});

describe('limits', () => {
  test.each<[ConnectValue, string, ConnectValue]>([
    [INT64_MAX, 'int32', -1],
    [INT64_MIN, 'int8', 0],
    [INT64_MIN, 'float64', -(2 ** 63)],
    [INT64_MAX, 'string', '9223372036854775807'],
    ['9223372036854775807', 'int64', INT64_MAX],
    [Number.MAX_VALUE, 'int64', INT64_MAX],
    [Number.NaN, 'int64', 0n],
    ['NaN', 'float64', Number.NaN],
    ['1e400', 'float64', Infinity],
  ])('casts case %#', (value, target, wanted) => {
    const cast = valueAfter('Cast$Value', { spec: target }, { value });

    expect(cast !== null && typeof cast === 'object' ? (cast as Int32).value : cast).toBe(wanted);
  });

  test.each(['9223372036854775808', '-9223372036854775809', '9'.repeat(1_000_000), '', '+', '1_0'])(
    'casts no text that is no int64: case %#',
    (value) => {
      expect(() => valueAfter('Cast$Value', { spec: 'int64' }, { value })).toThrow(DataError);
    },
  );

  test('a decimal with a huge exponent is refused, not written out', () => {
    const init = { valueSchema: decimalSchema(-2_000_000_000), value: new Decimal(1n, -2_000_000_000) };

    expect(() => valueAfter('Cast$Value', { spec: 'string' }, init)).toThrow(DataError);
    expect(valueAfter('Cast$Value', { spec: 'int64' }, init)).toBe(0n);
    expect(valueAfter('Cast$Value', { spec: 'float64' }, init)).toBe(Infinity);
  });

  test.each([8.64e15, -8.64e15, 0, -1])('timestamp %d goes through every representation', (millis) => {
    const date = new Date(millis);
    const init = { valueSchema: TIMESTAMP_SCHEMA, value: date };

    expect(valueAfter('TimestampConverter$Value', { 'target.type': 'unix' }, init)).toBe(BigInt(millis));
    expect(
      valueAfter('TimestampConverter$Value', { 'target.type': 'Timestamp' }, { value: BigInt(millis) }),
    ).toEqual(date);
    expect(
      valueAfter(
        'TimestampConverter$Value',
        { 'target.type': 'unix', 'unix.precision': 'microseconds' },
        init,
      ),
    ).toBe(BigInt(millis) * 1000n);
  });

  test('a unix time stays one to the ends of int64, and is refused where a Date cannot hold it', () => {
    for (const value of [INT64_MAX, INT64_MIN]) {
      expect(valueAfter('TimestampConverter$Value', { 'target.type': 'unix' }, { value })).toBe(value);
      expect(() => valueAfter('TimestampConverter$Value', { 'target.type': 'Timestamp' }, { value })).toThrow(
        DataError,
      );
    }
    expect(
      valueAfter(
        'TimestampConverter$Value',
        { 'target.type': 'unix', 'unix.precision': 'seconds' },
        { value: INT64_MAX },
      ),
    ).toBe(INT64_MAX / 1000n);
  });

  test('ten million characters', () => {
    const long = 'x'.repeat(10_000_000);
    const value = new Map([['a', long]]);

    expect(valueAfter('ExtractField$Value', { field: 'a' }, { value })).toBe(long);
    expect(valueAfter('Cast$Value', { spec: 'string' }, { value: long })).toBe(long);
    expect(() => valueAfter('Cast$Value', { spec: 'int64' }, { value: long })).toThrow(DataError);
  });

  test('maps without end are refused, not followed until the stack is full', () => {
    const cyclic = new Map<ConnectValue, ConnectValue>();
    cyclic.set('a', cyclic);

    expect(() => valueAfter('Flatten$Value', {}, { value: cyclic })).toThrow(DataError);
  });

  test('a map whose keys are no text has no fields', () => {
    const value = new Map([[1n, 'x']]);

    expect(() => valueAfter('Flatten$Value', {}, { value })).toThrow('The names of fields are text');
    expect(() => valueAfter('ReplaceField$Value', {}, { value })).toThrow('The names of fields are text');
  });
});

describe('paths of fields', () => {
  const value = new Map<ConnectValue, ConnectValue>([
    [
      'a',
      new Map<ConnectValue, ConnectValue>([
        ['b.c', 1n],
        ['`', 2n],
        ['', 3n],
      ]),
    ],
    ['a`.b', new Map([['c', 4n]])],
  ]);

  test.each<[string, ConnectValue]>([
    ['a.`b.c`', 1n],
    ['a.```', 2n],
    ['a.', 3n],
    ['`a\\`.b`.c', 4n],
    ['a.nope', null],
    ['nope.b', null],
  ])('%s', (field, wanted) => {
    expect(valueAfter('ExtractField$Value', { field, 'field.syntax.version': 'V2' }, { value })).toBe(wanted);
  });

  test.each(['`a', 'a.`b', '`a`b', '`a\\`'])('%s is none', (field) => {
    expect(() => create('ExtractField$Value', { field, 'field.syntax.version': 'V2' })).toThrow(
      'Incomplete backtick pair',
    );
  });

  test('lead through structs, with defaults and nulls on the way', () => {
    const inner = SchemaBuilder.struct()
      .optional()
      .field('city', new Schema({ type: 'string', optional: true, defaultValue: 'Rome' }))
      .build();
    const outer = SchemaBuilder.struct().field('address', inner).build();
    const extract = create('ExtractField$Value', { field: 'address.city', 'field.syntax.version': 'V2' });
    const found = extract.apply(
      record({ valueSchema: outer, value: new Struct(outer).put('address', new Struct(inner)) }),
    );
    const missing = extract.apply(record({ valueSchema: outer, value: new Struct(outer) }));

    expect([found?.value, missing?.value]).toEqual(['Rome', null]);
    expect(sameSchema(found?.valueSchema, inner.field('city')?.schema)).toBe(true);
  });
});

describe('renaming topics', () => {
  const renamed = (regex: string, replacement: string, topic = 'orders'): string | undefined =>
    create('RegexRouter', { regex, replacement }).apply(record({ topic }))?.topic;

  test.each([
    ['(.*)', '$1$1', 'ordersorders'],
    ['(o)(r)(.*)', '$3$12', 'derso2'],
    ['o.*', '\\$0', '$0'],
    ['(x)?orders', '[$1]', '[]'],
    // The first match found is replaced, which is shorter than the whole that matched.
    ['o|orders', '<$0>', '<o>rders'],
    ['(?<first>.).*', '${first}', 'o'],
    ['(?i)ORDERS', 'found', 'found'],
    ['rder', 'x', 'orders'],
  ])('%s to %s', (regex, replacement, wanted) => {
    expect(renamed(regex, replacement)).toBe(wanted);
  });

  test.each([
    ['(.*)', '$2', 'No group 2'],
    ['(.*)', '${nope}', 'No group with name {nope}'],
    ['.*', '$', 'Illegal group reference'],
    ['.*', 'x\\', 'character to be escaped is missing'],
    ['.*', '$x', 'Illegal group reference'],
    ['.*', '${', 'named capturing group'],
  ])('%s to %s fails when a record comes', (regex, replacement, message) => {
    expect(() => renamed(regex, replacement)).toThrow(message);
  });

  test('dollars in names are names', () => {
    const router = create('TimestampRouter', { 'topic.format': '${topic}.${timestamp}.${topic}' });

    expect(router.apply(record({ topic: '$1$&' }))?.topic).toBe('$1$&.20231114.$1$&');
  });

  test('a timestamp format that is none stops the start', () => {
    expect(() => create('TimestampRouter', { 'timestamp.format': 'q' })).toThrow(
      "Illegal pattern character 'q'",
    );
  });
});

describe('a chain', () => {
  test('passes each record on, until one is dropped', () => {
    const chain = [
      create('HoistField$Value', { field: 'line' }),
      create('InsertField$Value', { 'topic.field': 'topic', 'static.field': 'by', 'static.value': 'me' }),
      create('ValueToKey', { fields: 'topic' }),
      create('ExtractField$Key', { field: 'topic' }),
      create('Cast$Value', { spec: 'line:int32' }),
      create('RegexRouter', { regex: '(.*)', replacement: 'out-$1' }),
    ];
    const run = (given: ConnectRecord): ConnectRecord | null =>
      chain.reduce<ConnectRecord | null>(
        (current, step) => (current === null ? null : step.apply(current)),
        given,
      );
    const made = run(record({ valueSchema: Schema.STRING, value: '17' }));

    expect([made?.topic, made?.key]).toEqual(['out-orders', 'orders']);
    expect(made?.value).toBeInstanceOf(Struct);
    expect((made?.value as Struct).get('line')).toBe(17);
    expect(create('Filter', {}).apply(record({}))).toBeNull();
  });

  test('asks predicates', () => {
    const predicate = (name: string, props: Record<string, string>): Predicate => {
      const made = transformPlugins
        .find((plugin) => plugin.class === `${PACKAGE}predicates.${name}`)
        ?.create();
      (made as Predicate).configure(props);
      return made as Predicate;
    };

    expect(predicate('TopicNameMatches', { pattern: 'ord.*' }).test(record({}))).toBe(true);
    expect(predicate('HasHeaderKey', { name: 'h' }).test(record({}))).toBe(false);
    expect(predicate('RecordIsTombstone', {}).test(record({ value: null }))).toBe(true);
  });
});
