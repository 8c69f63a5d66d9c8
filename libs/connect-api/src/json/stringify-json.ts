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
/** In a text that JSON.stringify has quoted: an escaped backslash, an escape by number, and half of a surrogate pair. */
const WRITTEN_OTHERWISE = /\\\\|\\u[0-9a-f]{4}|[\ud800-\udfff]/g;

/**
 * A text in quotes, escaped as the JVM's JSON library does when it writes bytes: characters outside of the basic plane as two
 * `\uXXXX`, upper-case; all others beyond ASCII as they are.
 */
export function quoteJson(text: string): string {
  if (text.length > SHORT_TEXT) {
    return escaped(text);
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
  const quoted = JSON.stringify(text);
  const numbered = quoted.length !== text.length + 2 && quoted.includes('\\u');
  return numbered || SURROGATE.test(text) ? quoted.replace(WRITTEN_OTHERWISE, asJava) : quoted;
}

function asJava(found: string): string {
  if (found.length === 1) {
    return `\\u${found.charCodeAt(0).toString(16).toUpperCase()}`;
  }
  return found.length === 2 ? found : `\\u${found.slice(2).toUpperCase()}`;
}
