import { DataError } from '../errors.ts';
import { calendarFields } from './java-calendar.ts';
import { javaDoubleToString, javaFloatToString } from './java-numbers.ts';
import { Decimal } from './decimal.ts';
import { Float32, Int16, Int32, Int8 } from './numbers.ts';
import type { ConnectValue, Schema } from './schema.ts';
import { Struct } from './struct.ts';

/**
 * A value as Java's `toString()` prints it: what StringConverter and the file sink write for anything but strings.
 * `schema` tells an int32 `number` from a float64; without one a `number` is a float64. Throws DataError for a value nested deeper
 * than 1000.
 */
export function javaToString(value: ConnectValue, schema: Schema | null = null): string {
  return print(value, schema, 0);
}

const MAX_DEPTH = 1000;

function print(value: ConnectValue, schema: Schema | null, depth: number): string {
  if (value === null) {
    return 'null';
  }
  if (typeof value === 'number') {
    return numberToString(value, schema);
  }
  if (depth > MAX_DEPTH) {
    throw new DataError(`A value nested deeper than ${MAX_DEPTH} is not printed`);
  }
  return typeof value === 'object' ? objectToString(value, schema, depth + 1) : value.toString();
}

/** A `number` as Java prints it: one without a schema is a float64. */
export function numberToString(value: number, schema: Schema | null): string {
  const type = schema?.type;
  if (type === 'int32' || type === 'int16' || type === 'int8') {
    return String(value);
  }
  return type === 'float32' ? javaFloatToString(Math.fround(value)) : javaDoubleToString(value);
}

function objectToString(
  value: Exclude<ConnectValue & object, null>,
  schema: Schema | null,
  depth: number,
): string {
  if (value instanceof Struct) {
    const fields = value.schema.fields.flatMap((field) => {
      const stored = value.getWithoutDefault(field.name);
      return stored === null ? [] : [`${field.name}=${print(stored, field.schema, depth)}`];
    });
    return `Struct{${fields.join(',')}}`;
  }
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
    return javaDate(value);
  }
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<ConnectValue, ConnectValue>)].map(
      ([key, item]) =>
        `${print(key, schema?.keySchema ?? null, depth)}=${print(item, schema?.valueSchema ?? null, depth)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  if (value instanceof Uint8Array) {
    // Java prints a byte array's identity; its length and content say more.
    return `[B@${Buffer.from(value).toString('hex')}`;
  }
  return `[${(value as readonly ConnectValue[]).map((item) => print(item, schema?.valueSchema ?? null, depth)).join(', ')}]`;
}

/** Without the spaces and control characters at its ends, as String.trim: fewer than JavaScript's trim takes, and more. */
export function javaTrim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 32) {
    start += 1;
  }
  while (end > start && text.charCodeAt(end - 1) <= 32) {
    end -= 1;
  }
  return text.slice(start, end);
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Date.toString in UTC; Java's calendar is the Julian one before October 15, 1582. */
function javaDate(date: Date): string {
  const { year, month, dayOfMonth, dayOfWeek, hourOfDay, minute, second } = calendarFields(date.getTime());
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${DAYS[dayOfWeek - 1] ?? ''} ${MONTHS[month] ?? ''} ${two(dayOfMonth)}`;
  return `${day} ${[hourOfDay, minute, second].map(two).join(':')} UTC ${year}`;
}
