import { DataError } from '../errors.ts';
import { javaDoubleToString, javaFloatToString } from '../data/java-numbers.ts';
import { Decimal } from '../data/decimal.ts';
import { Float32, Int16, Int32, Int8 } from '../data/numbers.ts';
import type { ConnectValue } from '../data/schema.ts';

/**
 * Prints JSON as Jackson does, compact and exact: `bigint` as an integer, `number` as a double (`1.0`), bytes as base64.
 * Throws DataError for what JSON cannot hold without a schema (structs, decimals, dates, keys that are no strings).
 */
export function stringifyJson(value: ConnectValue): string {
  if (value === null) {
    return 'null';
  }
  switch (typeof value) {
    case 'string':
      return quoteJson(value);
    case 'boolean':
    case 'bigint':
      return value.toString();
    case 'number':
      return Number.isFinite(value) ? javaDoubleToString(value) : `"${javaDoubleToString(value)}"`;
    case 'object':
      return stringifyObject(value);
  }
}

function stringifyObject(value: Exclude<ConnectValue & object, null>): string {
  if (value instanceof Map) {
    const entries: string[] = [];
    for (const [key, item] of value as ReadonlyMap<ConnectValue, ConnectValue>) {
      if (typeof key !== 'string') {
        throw new DataError(`JSON objects have text keys only, not ${typeof key}`);
      }
      entries.push(`${quoteJson(key)}:${stringifyJson(item)}`);
    }
    return `{${entries.join(',')}}`;
  }
  if (Array.isArray(value)) {
    return `[${(value as readonly ConnectValue[]).map((item) => stringifyJson(item)).join(',')}]`;
  }
  if (value instanceof Uint8Array) {
    return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`;
  }
  if (value instanceof Int8 || value instanceof Int16 || value instanceof Int32) {
    return String(value.value);
  }
  if (value instanceof Float32) {
    return Number.isFinite(value.value) ? javaFloatToString(value.value) : `"${String(value.value)}"`;
  }
  const kind = value instanceof Decimal ? 'Decimal' : value instanceof Date ? 'Date' : 'Struct';
  throw new DataError(`A ${kind} has no form in JSON without a schema`);
}

/** What Jackson escapes: quotes, backslash and controls. */
const NEEDS_ESCAPE = /["\\\u0000-\u001f]/;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A text in quotes, escaped as Jackson escapes it by default. */
export function quoteJson(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) {
    return `"${text}"`;
  }
  let result = '"';
  for (const char of text) {
    result += SHORT[char] ?? (char < ' ' ? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}` : char);
  }
  return `${result}"`;
}
