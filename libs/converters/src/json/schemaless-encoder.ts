import {
  DataError,
  Float32,
  Int16,
  Int32,
  Int8,
  javaClassName,
  javaDoubleToString,
  javaFloatToString,
  quoteJson,
  Struct,
  type ConnectValue,
} from '@millrace/connect-api';

/** How deep a text may nest, both ways: what the JVM's JSON library allows. */
export const MAX_DEPTH = 1000;

export function tooDeep(): never {
  throw new DataError(`JSON may not nest deeper than ${MAX_DEPTH}`);
}

/** Prints a value that has no schema; throws DataError for one that needs a schema (decimals, dates, structs). */
export function encodeSchemaless(value: ConnectValue, depth: number): string {
  if (value === null) {
    return 'null';
  }
  if (typeof value === 'string') {
    return quoteJson(value);
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? javaDoubleToString(value) : `"${javaDoubleToString(value)}"`;
  }
  return typeof value === 'object' ? encodeObject(value, depth) : value.toString();
}

function encodeObject(value: Exclude<ConnectValue & object, null>, depth: number): string {
  if (value instanceof Map) {
    return encodeMap(value as ReadonlyMap<ConnectValue, ConnectValue>, depth);
  }
  if (Array.isArray(value)) {
    return encodeArray(value as readonly ConnectValue[], depth);
  }
  if (value instanceof Uint8Array) {
    return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`;
  }
  if (value instanceof Int8 || value instanceof Int16 || value instanceof Int32) {
    return String(value.value);
  }
  if (value instanceof Float32) {
    const text = javaFloatToString(value.value);
    return Number.isFinite(value.value) ? text : `"${text}"`;
  }
  if (value instanceof Struct) {
    throw new DataError('Mismatching schema.');
  }
  throw new DataError(`Java class class ${javaClassName(value)} does not have corresponding schema type.`);
}

function encodeArray(items: readonly ConnectValue[], depth: number): string {
  if (depth >= MAX_DEPTH) {
    return tooDeep();
  }
  let text = '[';
  for (let index = 0; index < items.length; index += 1) {
    text += (index === 0 ? '' : ',') + encodeSchemaless(items[index] ?? null, depth + 1);
  }
  return `${text}]`;
}

/** Keys and their text with a colon, since most objects have the same few keys. */
const LABELS = new Map<string, string>();
const MAX_LABELS = 10_000;
const MAX_LABEL_LENGTH = 64;

function keyLabel(key: string): string {
  const known = LABELS.get(key);
  if (known !== undefined) {
    return known;
  }
  const label = `${quoteJson(key)}:`;
  if (LABELS.size < MAX_LABELS && key.length <= MAX_LABEL_LENGTH) {
    LABELS.set(key, label);
  }
  return label;
}

/** An object when all keys are strings, else an array of pairs. */
function encodeMap(map: ReadonlyMap<ConnectValue, ConnectValue>, depth: number): string {
  if (depth >= MAX_DEPTH) {
    return tooDeep();
  }
  let text = '';
  for (const [key, item] of map) {
    if (typeof key !== 'string') {
      return encodePairs(map, depth);
    }
    text += (text === '' ? '{' : ',') + keyLabel(key) + encodeSchemaless(item, depth + 1);
  }
  return text === '' ? '{}' : `${text}}`;
}

function encodePairs(map: ReadonlyMap<ConnectValue, ConnectValue>, depth: number): string {
  const pairs = [...map].map(
    ([key, item]) => `[${encodeSchemaless(key, depth + 1)},${encodeSchemaless(item, depth + 1)}]`,
  );
  return `[${pairs.join(',')}]`;
}
