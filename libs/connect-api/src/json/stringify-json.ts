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
  if (typeof value === 'string') {
    return quoteJson(value);
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? javaDoubleToString(value) : `"${javaDoubleToString(value)}"`;
  }
  return typeof value === 'object' ? stringifyObject(value) : value.toString();
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

/** Texts up to this length are looked through faster by hand than by native code. */
const SHORT_TEXT = 32;
const SURROGATE = /[\ud800-\udfff]/;
/** What has to be escaped: quotes, backslash and controls, and every half of a surrogate pair. */
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/g;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * A text in quotes, escaped as the JVM's JSON library does when it writes bytes: characters outside of the basic plane as two
 * `\uXXXX`, upper-case; all others beyond ASCII as they are.
 */
export function quoteJson(text: string): string {
  if (text.length > SHORT_TEXT) {
    const quoted = JSON.stringify(text);
    return quoted.length === text.length + 2 && !SURROGATE.test(text) ? quoted : escaped(text);
  }
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index);
    if (char < 32 || char === 34 || char === 92 || (char >= 0xd800 && char <= 0xdfff)) {
      return escaped(text);
    }
  }
  return `"${text}"`;
}

function escaped(text: string): string {
  return `"${text.replace(ESCAPED, escapeOf)}"`;
}

function escapeOf(char: string): string {
  return SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
