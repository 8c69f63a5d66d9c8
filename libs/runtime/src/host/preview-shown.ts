import {
  DataError,
  Decimal,
  Float32,
  Int16,
  Int32,
  Int8,
  javaDoubleToString,
  javaFloatToString,
  JsonNumber,
  JsonReader,
  Schema,
  SinkRecord,
  Struct,
  type ConnectRecord,
  type ConnectValue,
  type Converter,
  type JsonNode,
} from '@millrace/connect-api';

const MAX_DEPTH = 900;

/**
 * A record as an answer shows it: keys, values and header values as `{schema, payload}`, numbers exact, bytes in base64. `converter` is a
 * JsonConverter with envelopes. Throws DataError for what holds no Connect data, or none of its schema.
 */
export function shownRecord(record: ConnectRecord, converter: Converter): JsonNode {
  const data = (schema: Schema | null, value: ConnectValue): JsonNode => shownData(schema, value, converter);
  return new Map<string, JsonNode>([
    ['topic', textOf(record.topic)],
    ['partition', integerOf(record.partition)],
    ['offset', integerOf(record instanceof SinkRecord ? record.kafkaOffset : null)],
    ['timestamp', integerOf(record.timestamp)],
    ['key', data(record.keySchema, record.key)],
    ['value', data(record.valueSchema, record.value)],
    [
      'headers',
      record.headers.map(
        ({ key, schema, value }) =>
          new Map<string, JsonNode>([
            ['key', textOf(key)],
            ['value', data(schema, value)],
          ]),
      ),
    ],
  ]);
}

function shownData(schema: Schema | null, value: ConnectValue, converter: Converter): JsonNode {
  if (schema === null) {
    return envelope(null, schemaless(value, 0));
  }
  if (value !== null || schema.optional) {
    return nodeOf(converter.fromConnectData('', schema, value));
  }
  // A tombstone keeps the schema of its topic, of which null need not be a value.
  const optional = nodeOf(converter.fromConnectData('', optionalOf(schema), null));
  const shown = new Map(optional.get('schema') as ReadonlyMap<string, JsonNode>);
  return envelope(shown.set('optional', false), null);
}

function optionalOf(schema: Schema): Schema {
  const { type, name, version, doc, parameters, defaultValue, fields, keySchema, valueSchema } = schema;
  return new Schema({
    optional: true,
    ...{ type, name, version, doc, parameters, defaultValue, fields, keySchema, valueSchema },
  });
}

function envelope(schema: JsonNode, payload: JsonNode): JsonNode {
  return new Map([
    ['schema', schema],
    ['payload', payload],
  ]);
}

function nodeOf(bytes: Uint8Array | null): ReadonlyMap<string, JsonNode> {
  return new JsonReader(Buffer.from(bytes ?? []).toString('utf8')).node() as ReadonlyMap<string, JsonNode>;
}

/**
 * A value without a schema. Between two transforms it may be what only a converter could not write: dates are shown in milliseconds,
 * decimals as numbers, structs as objects.
 */
function schemaless(value: ConnectValue, depth: number): JsonNode {
  if (depth > MAX_DEPTH) {
    throw new DataError(`The value is nested deeper than ${MAX_DEPTH} levels`);
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') {
    return value;
  }
  if (typeof value === 'bigint') {
    return new JsonNumber(String(value), true);
  }
  if (typeof value === 'number') {
    return numberOf(value, javaDoubleToString);
  }
  return objectOf(value, depth);
}

function objectOf(value: Exclude<ConnectValue & object, null>, depth: number): JsonNode {
  if (Array.isArray(value)) {
    return (value as readonly ConnectValue[]).map((item) => schemaless(item, depth + 1));
  }
  if (value instanceof Map) {
    return mapOf(value as ReadonlyMap<ConnectValue, ConnectValue>, depth);
  }
  if (value instanceof Struct) {
    const members = value.schema.fields.map(
      ({ name, index }) => [name, schemaless(value.valueAt(index), depth + 1)] as const,
    );
    return new Map(members);
  }
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  }
  if (value instanceof Int8 || value instanceof Int16 || value instanceof Int32) {
    return new JsonNumber(String(value.value), true);
  }
  if (value instanceof Float32) {
    return numberOf(value.value, javaFloatToString);
  }
  if (value instanceof Decimal) {
    return new JsonNumber(value.toString(), value.scale <= 0);
  }
  if (value instanceof Date) {
    return numberOf(value.getTime(), String);
  }
  throw noData(value);
}

function mapOf(map: ReadonlyMap<ConnectValue, ConnectValue>, depth: number): JsonNode {
  const entries = [...map];
  if (entries.every(([key]) => typeof key === 'string')) {
    return new Map(entries.map(([key, item]) => [key as string, schemaless(item, depth + 1)] as const));
  }
  return entries.map(([key, item]) => [schemaless(key, depth + 1), schemaless(item, depth + 1)]);
}

/** JSON has no NaN and no infinity. */
function numberOf(value: number, print: (value: number) => string): JsonNode {
  return Number.isFinite(value) ? new JsonNumber(print(value), false) : String(value);
}

function integerOf(value: number | null): JsonNode {
  if (value !== null && !Number.isSafeInteger(value)) {
    throw new DataError(`${String(value)} is no partition, offset or timestamp`);
  }
  return value === null ? null : new JsonNumber(String(value), true);
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') {
    throw new DataError(`${String(value)} is no name of a topic or header`);
  }
  return value;
}

/** Plugins may be written in JavaScript, where anything is a value. */
function noData(value: unknown): DataError {
  const kind = typeof value === 'object' ? (value?.constructor.name ?? 'object') : typeof value;
  return new DataError(`A value of the type ${kind} is no Connect data`);
}
