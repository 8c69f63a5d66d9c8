/**
 * Values and schemas as the fixtures write them (converters.json, transforms.json: "Value encoding"), to Connect data and back.
 * Used by the tests of converters and transforms.
 */
import {
  Decimal,
  Float32,
  Int16,
  Int32,
  Int8,
  javaFloatToString,
  Schema,
  Struct,
  type ConnectValue,
} from '../../src/index.ts';

export type FixtureValue = null | boolean | string | FixtureValue[] | Typed;

type Typed =
  | { '@t': 'int8' | 'int16' | 'int32' | 'float32' | 'float64' | 'date'; v: number | string }
  | { '@t': 'int64' | 'bigint' | 'decimal' | 'bytes'; v: string }
  | { '@t': 'map'; v: [FixtureValue, FixtureValue][] }
  | { '@t': 'struct'; v: Record<string, FixtureValue> };

export interface FixtureSchema {
  type: Schema['type'];
  optional?: boolean;
  name?: string;
  version?: number;
  doc?: string;
  parameters?: Record<string, string>;
  default?: FixtureValue;
  fields?: { field: string; schema: FixtureSchema }[];
  items?: FixtureSchema | null;
  keys?: FixtureSchema | null;
  values?: FixtureSchema | null;
}

export function toSchema(json: FixtureSchema): Schema;
export function toSchema(json: FixtureSchema | null): Schema | null;
export function toSchema(json: FixtureSchema | null): Schema | null {
  if (json === null) {
    return null;
  }
  const init = {
    type: json.type,
    optional: json.optional ?? false,
    name: json.name,
    version: json.version,
    doc: json.doc,
    parameters: json.parameters && new Map(Object.entries(json.parameters)),
    fields: json.fields?.map((field) => ({ name: field.field, schema: toSchema(field.schema) })),
    keySchema: json.keys ? toSchema(json.keys) : undefined,
    valueSchema:
      (json.items ?? json.values) ? toSchema((json.items ?? json.values) as FixtureSchema) : undefined,
  };
  const schema = new Schema(init);
  return json.default === undefined
    ? schema
    : new Schema({ ...init, defaultValue: toValue(json.default, schema) });
}

const WRAPPERS = { int8: Int8, int16: Int16, int32: Int32, float32: Float32 };

export function toValue(json: FixtureValue, schema: Schema | null = null): ConnectValue {
  if (json === null || typeof json !== 'object') {
    return json;
  }
  if (Array.isArray(json)) {
    return json.map((item) => toValue(item, schema?.valueSchema ?? null));
  }
  switch (json['@t']) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'float32': {
      const wrapped = new WRAPPERS[json['@t']](Number(json.v));
      return schema?.type === json['@t'] ? wrapped.value : wrapped;
    }
    case 'float64':
      return Number(json.v);
    case 'date':
      return new Date(Number(json.v));
    case 'int64':
    case 'bigint':
      return BigInt(json.v);
    case 'decimal':
      return Decimal.parse(json.v);
    case 'bytes':
      return Buffer.from(json.v, 'base64');
    case 'map':
      return new Map(
        json.v.map(([key, value]) => [
          toValue(key, schema?.keySchema ?? null),
          toValue(value, schema?.valueSchema ?? null),
        ]),
      );
    case 'struct':
      return toStruct(json.v, schema);
  }
}

function toStruct(values: Record<string, FixtureValue>, schema: Schema | null): Struct {
  const names = Object.keys(values);
  // A struct given under another struct's schema had one of its own.
  const own =
    schema?.type === 'struct' && names.every((name) => schema.field(name) !== undefined)
      ? schema
      : new Schema({ type: 'struct', fields: names.map((name) => ({ name, schema: Schema.INT32 })) });
  const struct = new Struct(own);
  for (const [name, value] of Object.entries(values)) {
    struct.put(name, toValue(value, own.field(name)?.schema ?? null));
  }
  return struct;
}

/** A value in the fixtures' form, with big integers as int64 (there is one type for both here) and entries of maps sorted. */
export function fromValue(value: ConnectValue, schema: Schema | null = null): FixtureValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return value;
  }
  if (typeof value === 'bigint') {
    return { '@t': 'int64', v: String(value) };
  }
  if (typeof value === 'number') {
    const type = schema?.type;
    if (type === 'int8' || type === 'int16' || type === 'int32') {
      return { '@t': type, v: value };
    }
    return type === 'float32' ? float('float32', value) : float('float64', value);
  }
  if (value instanceof Int8 || value instanceof Int16 || value instanceof Int32) {
    return { '@t': value.type, v: value.value };
  }
  if (value instanceof Float32) {
    return float('float32', value.value);
  }
  if (value instanceof Decimal) {
    return { '@t': 'decimal', v: value.toString() };
  }
  if (value instanceof Date) {
    return { '@t': 'date', v: value.getTime() };
  }
  if (value instanceof Uint8Array) {
    return { '@t': 'bytes', v: Buffer.from(value).toString('base64') };
  }
  if (value instanceof Struct) {
    const fields = value.schema.fields.map((field): [string, FixtureValue] => [
      field.name,
      fromValue(value.getWithoutDefault(field.name), field.schema),
    ]);
    return { '@t': 'struct', v: Object.fromEntries(fields) };
  }
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<ConnectValue, ConnectValue>)].map(
      ([key, item]): [FixtureValue, FixtureValue] => [
        fromValue(key, schema?.keySchema ?? null),
        fromValue(item, schema?.valueSchema ?? null),
      ],
    );
    return { '@t': 'map', v: entries.sort(([a], [b]) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) };
  }
  return (value as readonly ConnectValue[]).map((item) => fromValue(item, schema?.valueSchema ?? null));
}

function float(type: 'float32' | 'float64', value: number): FixtureValue {
  const shown = type === 'float32' ? javaFloatToString(value) : String(value);
  return { '@t': type, v: Number.isFinite(value) ? Number(shown) : shown };
}

/** A schema in the fixtures' form. */
export function fromSchema(schema: Schema): FixtureSchema;
export function fromSchema(schema: Schema | null): FixtureSchema | null;
export function fromSchema(schema: Schema | null): FixtureSchema | null {
  if (schema === null) {
    return null;
  }
  return {
    type: schema.type,
    ...(schema.optional ? { optional: true } : {}),
    ...(schema.name === undefined ? {} : { name: schema.name }),
    ...(schema.version === undefined ? {} : { version: schema.version }),
    ...(schema.doc === undefined ? {} : { doc: schema.doc }),
    ...(schema.parameters === undefined ? {} : { parameters: Object.fromEntries(schema.parameters) }),
    ...(schema.defaultValue === undefined ? {} : { default: fromValue(schema.defaultValue, schema) }),
    ...parts(schema),
  };
}

function parts(schema: Schema): Partial<FixtureSchema> {
  const values = schema.valueSchema === undefined ? null : fromSchema(schema.valueSchema);
  if (schema.type === 'array') {
    return { items: values };
  }
  if (schema.type === 'map') {
    return { keys: schema.keySchema === undefined ? null : fromSchema(schema.keySchema), values };
  }
  return schema.type === 'struct'
    ? { fields: schema.fields.map((field) => ({ field: field.name, schema: fromSchema(field.schema) })) }
    : {};
}
