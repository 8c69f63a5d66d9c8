import { javaDoubleToString, javaFloatToString } from './java-numbers.ts';
import { Decimal, Float32, Int16, Int32, Int8 } from './numbers.ts';
import type { ConnectValue, Schema } from './schema.ts';
import { Struct } from './struct.ts';

/**
 * A value as Java's `toString()` prints it: what StringConverter and the file sink write for anything but strings.
 * `schema` tells an int32 `number` from a float64; without one a `number` is a float64.
 */
export function javaToString(value: ConnectValue, schema: Schema | null = null): string {
  if (value === null) {
    return 'null';
  }
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
    case 'bigint':
      return value.toString();
    case 'number':
      return numberToString(value, schema);
    case 'object':
      return objectToString(value, schema);
  }
}

function numberToString(value: number, schema: Schema | null): string {
  switch (schema?.type) {
    case 'int8':
    case 'int16':
    case 'int32':
      return String(value);
    case 'float32':
      return javaFloatToString(value);
    default:
      return javaDoubleToString(value);
  }
}

function objectToString(value: Exclude<ConnectValue & object, null>, schema: Schema | null): string {
  if (value instanceof Struct) {
    const fields = value.schema.fields.flatMap((field) => {
      const stored = value.getWithoutDefault(field.name);
      return stored === null ? [] : [`${field.name}=${javaToString(stored, field.schema)}`];
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
    return value.toString();
  }
  if (value instanceof Date) {
    return javaDate(value);
  }
  if (value instanceof Map) {
    const entries = [...value].map(
      ([key, item]) =>
        `${javaToString(key, schema?.keySchema ?? null)}=${javaToString(item, schema?.valueSchema ?? null)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  if (value instanceof Uint8Array) {
    // Java prints a byte array's identity; its length and content say more.
    return `[B@${Buffer.from(value).toString('hex')}`;
  }
  return `[${(value as readonly ConnectValue[]).map((item) => javaToString(item, schema?.valueSchema ?? null)).join(', ')}]`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function javaDate(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  const day = `${DAYS[date.getUTCDay()] ?? ''} ${MONTHS[date.getUTCMonth()] ?? ''} ${two(date.getUTCDate())}`;
  return `${day} ${time} UTC ${date.getUTCFullYear()}`;
}
