/** Random schemas with values of them, for property tests of what reads and writes Connect data. */
import fc from 'fast-check';
import {
  DATE_SCHEMA,
  DAY_MS,
  Decimal,
  decimalSchema,
  INT64_MAX,
  INT64_MIN,
  Schema,
  Struct,
  TIME_SCHEMA,
  TIMESTAMP_SCHEMA,
  type ConnectValue,
  type SchemaAndValue,
} from '../../src/index.ts';

const DATE_LIMIT_DAYS = 100_000_000;

/** A schema and an arbitrary value of it. */
interface Kind {
  readonly schema: Schema;
  readonly value: fc.Arbitrary<ConnectValue>;
}

/** Any text, halves of surrogate pairs included. */
export const anyText = fc.string({ unit: 'binary' });

/** Text that every encoding of Unicode has. */
export const wellFormedText = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());

export const anyInt64 = fc.oneof(
  fc.bigInt({ min: INT64_MIN, max: INT64_MAX }),
  fc.constantFrom(INT64_MIN, INT64_MAX, 0n, -1n, 2n ** 53n + 1n),
);

/** Finite numbers; the JVM's converters read neither NaN nor the sign of a negative zero back. */
const float64 = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const float32 = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

const primitives: readonly Kind[] = [
  { schema: Schema.BOOLEAN, value: fc.boolean() },
  { schema: Schema.INT8, value: fc.integer({ min: -0x80, max: 0x7f }) },
  { schema: Schema.INT16, value: fc.integer({ min: -0x8000, max: 0x7fff }) },
  { schema: Schema.INT32, value: fc.integer() },
  { schema: Schema.INT64, value: anyInt64 },
  { schema: Schema.FLOAT32, value: float32 },
  { schema: Schema.FLOAT64, value: float64 },
  { schema: Schema.STRING, value: anyText },
  { schema: Schema.BYTES, value: fc.uint8Array() },
];

const logical = fc.oneof(
  fc.constant<Kind>({
    schema: DATE_SCHEMA,
    value: fc.integer({ min: -DATE_LIMIT_DAYS, max: DATE_LIMIT_DAYS }).map((days) => new Date(days * DAY_MS)),
  }),
  fc.constant<Kind>({
    schema: TIME_SCHEMA,
    value: fc.integer({ min: 0, max: DAY_MS }).map((millis) => new Date(millis)),
  }),
  fc.constant<Kind>({ schema: TIMESTAMP_SCHEMA, value: fc.date({ noInvalidDate: true }) }),
  fc.integer({ min: 0, max: 40 }).map((scale): Kind => ({
    schema: decimalSchema(scale),
    value: fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map((unscaled) => new Decimal(unscaled, scale)),
  })),
);

/** A schema of up to `depth` levels, with an arbitrary value of it. */
function kind(depth: number): fc.Arbitrary<Kind> {
  const simple = fc.oneof(fc.constantFrom(...primitives), logical);
  if (depth === 0) {
    return decorated(simple);
  }
  const inner = kind(depth - 1);
  const array = inner.map((items): Kind => ({
    schema: new Schema({ type: 'array', valueSchema: items.schema }),
    value: fc.array(items.value, { maxLength: 4 }),
  }));
  const map = fc
    .tuple(fc.constantFrom(...primitives.slice(1, 5), ...primitives.slice(7, 8)), inner)
    .map(([keys, values]): Kind => ({
      schema: new Schema({ type: 'map', keySchema: keys.schema, valueSchema: values.schema }),
      value: fc
        .array(fc.tuple(keys.value, values.value), { maxLength: 4 })
        .map((entries) => new Map(entries)),
    }));
  const struct = fc
    .uniqueArray(fc.tuple(anyText, inner), { selector: ([name]) => name, maxLength: 5 })
    .map(structKind);
  return decorated(fc.oneof(simple, array, map, struct));
}

function structKind(fields: readonly (readonly [string, Kind])[]): Kind {
  const schema = new Schema({
    type: 'struct',
    fields: fields.map(([name, field]) => ({ name, schema: field.schema })),
  });
  return {
    schema,
    value: fc
      .tuple(...fields.map(([, field]) => field.value))
      .map((values) => Struct.ofValues(schema, values)),
  };
}

/** With a name, documentation and so on, and null among the values where the schema is optional. */
function decorated(plain: fc.Arbitrary<Kind>): fc.Arbitrary<Kind> {
  const extras = fc.record({
    optional: fc.boolean(),
    doc: fc.option(anyText, { nil: undefined }),
    parameter: fc.option(anyText, { nil: undefined }),
  });
  return fc.tuple(plain, extras).map(([{ schema, value }, { optional, doc, parameter }]) => {
    const parameters = new Map(schema.parameters ?? []);
    if (parameter !== undefined) {
      parameters.set('note', parameter);
    }
    const { type, name, version, fields, keySchema, valueSchema } = schema;
    const changed = new Schema({
      type,
      name,
      version,
      fields,
      keySchema,
      valueSchema,
      optional,
      doc,
      parameters: parameters.size === 0 ? undefined : parameters,
    });
    const values = value.map((item) =>
      item instanceof Struct
        ? Struct.ofValues(
            changed,
            changed.fields.map(({ index }) => item.valueAt(index)),
          )
        : item,
    );
    return { schema: changed, value: optional ? fc.option(values) : values };
  });
}

/** Any schema with a value of it. */
export const anySchemaAndValue: fc.Arbitrary<SchemaAndValue> = kind(3).chain(({ schema, value }) =>
  value.map((item) => ({ schema, value: item })),
);

/** Any value that JSON holds without a schema. */
export const anySchemaless: fc.Arbitrary<ConnectValue> = fc.letrec<{ value: ConnectValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    anyInt64,
    float64,
    anyText,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(anyText, tie('value')), { maxLength: 20 }).map((entries) => new Map(entries)),
  ),
})).value;
