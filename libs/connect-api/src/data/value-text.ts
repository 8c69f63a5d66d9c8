import { DataError } from '../errors.ts';
import { javaFloatToString } from './java-numbers.ts';
import { numberToString } from './java-string.ts';
import { Decimal } from './decimal.ts';
import { DAY_MS } from './logical-types.ts';
import { Float32, Int16, Int32, Int8 } from './numbers.ts';
import type { ConnectValue, Schema } from './schema.ts';
import { ISO_DATE, ISO_TIME, ISO_TIMESTAMP } from './simple-date-format.ts';
import { Struct } from './struct.ts';

/** How deep values may nest in a text; deeper ones are refused rather than overflow the stack. */
export const MAX_TEXT_DEPTH = 1000;

/**
 * The text form of a value that headers travel in (the JVM's Values.convertToString; spec/transforms.md section 4,
 * SimpleHeaderConverter): a string as it is, bytes in base64, dates in ISO 8601, lists, maps and structs like JSON. Null for
 * null. Throws DataError when nested deeper than {@link MAX_TEXT_DEPTH}.
 */
export function valueToText(schema: Schema | null, value: ConnectValue): string | null {
  if (value === null) {
    return null;
  }
  return typeof value === 'string' ? value : embedded(schema, value, 0);
}

function embedded(schema: Schema | null, value: ConnectValue, depth: number): string {
  if (value === null) {
    return 'null';
  }
  if (typeof value === 'string') {
    return quoted(value);
  }
  if (typeof value === 'number') {
    return numberToString(value, schema);
  }
  return typeof value === 'object' ? objectText(schema, value, depth) : value.toString();
}

function objectText(
  schema: Schema | null,
  value: Exclude<ConnectValue & object, null>,
  depth: number,
): string {
  if (value instanceof Int8 || value instanceof Int16 || value instanceof Int32) {
    return String(value.value);
  }
  if (value instanceof Float32) {
    return javaFloatToString(value.value);
  }
  if (value instanceof Decimal) {
    return value.toJavaString();
  }
  if (value instanceof Date) {
    return dateText(value);
  }
  if (value instanceof Uint8Array) {
    const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
    return depth === 0 ? base64 : `"${base64}"`;
  }
  if (depth >= MAX_TEXT_DEPTH) {
    throw new DataError(`A value nested deeper than ${MAX_TEXT_DEPTH} has no text form`);
  }
  if (value instanceof Struct) {
    return `{${value.schema.fields
      .map((field) => `${quoted(field.name)}:${embedded(field.schema, value.get(field.name), depth + 1)}`)
      .join(',')}}`;
  }
  if (value instanceof Map) {
    const keySchema = schema?.keySchema ?? null;
    const valueSchema = schema?.valueSchema ?? null;
    return `{${[...(value as ReadonlyMap<ConnectValue, ConnectValue>)]
      .map(
        ([key, item]) => `${embedded(keySchema, key, depth + 1)}:${embedded(valueSchema, item, depth + 1)}`,
      )
      .join(',')}}`;
  }
  const itemSchema = schema?.valueSchema ?? null;
  return `[${(value as readonly ConnectValue[]).map((item) => embedded(itemSchema, item, depth + 1)).join(',')}]`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * A date in ISO 8601, UTC. Its form follows from the value alone, as in the JVM, whatever the schema says: before the end of
 * the first day of the epoch a time, at midnight a date, else a timestamp.
 */
function dateText(date: Date): string {
  const millis = date.getTime();
  const format = millis < DAY_MS ? ISO_TIME : millis % DAY_MS === 0 ? ISO_DATE : ISO_TIMESTAMP;
  return format.format(date);
}
