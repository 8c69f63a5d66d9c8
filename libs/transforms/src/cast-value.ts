import {
  DataError,
  dateToDays,
  DATE_NAME,
  Decimal,
  Float32,
  Int16,
  Int32,
  Int8,
  INT64_MAX,
  INT64_MIN,
  isJavaNumber,
  javaClassName,
  javaDoubleValue,
  javaFloatValue,
  javaIntValue,
  javaLongValue,
  javaParseFloat,
  javaToString,
  javaTypeName,
  Struct,
  TIME_NAME,
  timeToMillis,
  TIMESTAMP_NAME,
  valueToText,
  type ConnectValue,
  type Schema,
  type SchemaType,
} from '@millrace/connect-api';

/** The types to which Cast casts. */
export const CAST_TARGETS = [
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'boolean',
  'string',
] as const;
export type CastTarget = (typeof CAST_TARGETS)[number];

const CAST_SOURCES: readonly SchemaType[] = [...CAST_TARGETS, 'bytes'];

/**
 * Casts one value as the JVM's Cast does: numbers are narrowed as Java narrows them, texts parsed strictly, dates printed in ISO 8601.
 * Without a schema a narrow number is of a wrapper class, with one it is plain. Throws DataError for what cannot be cast.
 */
export function castValue(schema: Schema | null, value: ConnectValue, target: CastTarget): ConnectValue {
  if (value === null) {
    return null;
  }
  checkSource(schema, value);
  if (target === 'string') {
    return toText(schema, value);
  }
  const encoded = schema === null ? value : encodeLogical(schema, value);
  if (target === 'boolean') {
    return toBoolean(encoded);
  }
  const number = toNumber(encoded, target);
  return schema === null ? wrapped(number, target) : number;
}

function checkSource(schema: Schema | null, value: ConnectValue): void {
  const type = schema === null ? typeOf(value) : schema.type;
  if (type === undefined) {
    throw new DataError(
      `Cast transformation was passed a value of type class ${javaClassName(value)} which is not supported by Connect's data API`,
    );
  }
  if (!CAST_SOURCES.includes(type)) {
    const supported = CAST_SOURCES.map(javaTypeName).join(', ');
    throw new DataError(
      `Cast transformation does not support casting from ${javaTypeName(type)}; supported types are [${supported}]`,
    );
  }
}

/** The type that a value without a schema has; undefined for dates and decimals, which need one. */
export function typeOf(value: ConnectValue): SchemaType | undefined {
  if (value instanceof Int8 || value instanceof Int16 || value instanceof Int32 || value instanceof Float32) {
    return value.type;
  }
  if (value === null || value instanceof Date || value instanceof Decimal) {
    return undefined;
  }
  if (typeof value === 'object') {
    if (value instanceof Struct) {
      return 'struct';
    }
    return value instanceof Uint8Array ? 'bytes' : value instanceof Map ? 'map' : 'array';
  }
  return PRIMITIVES[typeof value as keyof typeof PRIMITIVES];
}

const PRIMITIVES = { string: 'string', boolean: 'boolean', bigint: 'int64', number: 'float64' } as const;

/** Dates as the numbers that their schemas stand for. */
function encodeLogical(schema: Schema, value: ConnectValue): ConnectValue {
  if (!(value instanceof Date)) {
    return value;
  }
  if (schema.name === DATE_NAME) {
    return dateToDays(value);
  }
  if (schema.name === TIME_NAME) {
    return timeToMillis(value);
  }
  return schema.name === TIMESTAMP_NAME ? BigInt(value.getTime()) : value;
}

function toText(schema: Schema | null, value: ConnectValue): string {
  if (value instanceof Date || value instanceof Uint8Array) {
    return valueToText(null, value) ?? '';
  }
  return value instanceof Decimal ? value.toString() : javaToString(value, schema);
}

function toBoolean(value: ConnectValue): boolean {
  if (isJavaNumber(value)) {
    return javaLongValue(value) !== 0n;
  }
  if (typeof value === 'boolean') {
    return value;
  }
  return typeof value === 'string' ? value.toLowerCase() === 'true' : unexpected(value);
}

function unexpected(value: ConnectValue): never {
  throw new DataError(`Unexpected type in Cast transformation: class ${javaClassName(value)}`);
}

function toNumber(value: ConnectValue, target: Exclude<CastTarget, 'string' | 'boolean'>): number | bigint {
  if (typeof value === 'string') {
    return parsed(value, target);
  }
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (!isJavaNumber(number)) {
    return unexpected(value);
  }
  switch (target) {
    case 'int8':
      return (javaIntValue(number) << 24) >> 24;
    case 'int16':
      return (javaIntValue(number) << 16) >> 16;
    case 'int32':
      return javaIntValue(number);
    case 'int64':
      return javaLongValue(number);
    case 'float32':
      return javaFloatValue(number);
    case 'float64':
      return javaDoubleValue(number);
  }
}

const LIMITS = {
  int8: [-0x80n, 0x7fn],
  int16: [-0x8000n, 0x7fffn],
  int32: [-0x80000000n, 0x7fffffffn],
  int64: [INT64_MIN, INT64_MAX],
} as const;

/** What Float.parseFloat and Double.parseDouble take, in decimal: spaces around and Java's type letter are allowed. */
const FLOAT = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/;

function parsed(text: string, target: Exclude<CastTarget, 'string' | 'boolean'>): number | bigint {
  if (target === 'float32' || target === 'float64') {
    const trimmed = text.trim();
    if (!FLOAT.test(trimmed)) {
      return outOfRange(text);
    }
    const digits = trimmed.replace(/(?<=[\d.])[fFdD]$/, '');
    return target === 'float32' ? javaParseFloat(digits) : Number(digits);
  }
  const [least, most] = LIMITS[target];
  // No int64 has so many digits; longer texts would cost time for nothing.
  const number = /^[+-]?\d{1,400}$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined;
  if (number === undefined || number < least || number > most) {
    return outOfRange(text);
  }
  return target === 'int64' ? number : Number(number);
}

function outOfRange(text: string): never {
  throw new DataError(`Value (${text}) was out of range for requested data type`);
}

function wrapped(number: number | bigint, target: CastTarget): ConnectValue {
  const value = Number(number);
  switch (target) {
    case 'int8':
      return new Int8(value);
    case 'int16':
      return new Int16(value);
    case 'int32':
      return new Int32(value);
    case 'float32':
      return new Float32(value);
    case 'int64':
    case 'float64':
    case 'boolean':
    case 'string':
      return number;
  }
}
