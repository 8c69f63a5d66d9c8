import {
  DATE_NAME,
  DATE_SCHEMA,
  DataError,
  ConnectError,
  dateFromMillis,
  DAY_MS,
  INT64_MAX,
  INT64_MIN,
  javaClassName,
  javaTypeName,
  OPTIONAL_DATE_SCHEMA,
  OPTIONAL_TIME_SCHEMA,
  OPTIONAL_TIMESTAMP_SCHEMA,
  Schema,
  TIME_NAME,
  TIME_SCHEMA,
  TIMESTAMP_NAME,
  TIMESTAMP_SCHEMA,
  type ConnectValue,
  type SimpleDateFormat,
} from '@millrace/connect-api';
import { MissingFormatError } from './errors.ts';

export const TIMESTAMP_TYPES = ['string', 'unix', 'Date', 'Time', 'Timestamp'] as const;
export type TimestampType = (typeof TIMESTAMP_TYPES)[number];

export const UNIX_PRECISIONS = ['nanoseconds', 'microseconds', 'milliseconds', 'seconds'] as const;
export type UnixPrecision = (typeof UNIX_PRECISIONS)[number];

/** How texts and unix times are to be read and printed. */
export interface TimestampForms {
  readonly format: SimpleDateFormat | null;
  /** The format's pattern. */
  readonly pattern: string;
  readonly precision: UnixPrecision;
}

const SCHEMAS: Readonly<Record<TimestampType, readonly [required: Schema, optional: Schema]>> = {
  string: [Schema.STRING, Schema.OPTIONAL_STRING],
  unix: [Schema.INT64, Schema.OPTIONAL_INT64],
  Date: [DATE_SCHEMA, OPTIONAL_DATE_SCHEMA],
  Time: [TIME_SCHEMA, OPTIONAL_TIME_SCHEMA],
  Timestamp: [TIMESTAMP_SCHEMA, OPTIONAL_TIMESTAMP_SCHEMA],
};

/** The schema of timestamps in this representation. */
export function timestampSchema(type: TimestampType, optional: boolean): Schema {
  return SCHEMAS[type][optional ? 1 : 0];
}

const LOGICAL_TYPES: ReadonlyMap<string | undefined, TimestampType> = new Map([
  [TIMESTAMP_NAME, 'Timestamp'],
  [DATE_NAME, 'Date'],
  [TIME_NAME, 'Time'],
]);

/** The representation that a schema stands for; throws ConnectError for one that stands for no timestamp. */
export function timestampTypeOf(schema: Schema): TimestampType {
  const logical = LOGICAL_TYPES.get(schema.name);
  if (logical !== undefined) {
    return logical;
  }
  if (schema.type === 'string') {
    return 'string';
  }
  if (schema.type === 'int64') {
    return 'unix';
  }
  const shown = schema.name === undefined ? '' : `${schema.name}:`;
  throw new ConnectError(
    `Schema Schema{${shown}${javaTypeName(schema.type)}} does not correspond to a known timestamp type format`,
  );
}

/** The representation of a value without a schema; throws DataError for one that is no timestamp. */
export function timestampTypeOfValue(value: ConnectValue): TimestampType {
  if (value instanceof Date) {
    return 'Timestamp';
  }
  if (typeof value === 'bigint') {
    return 'unix';
  }
  if (typeof value === 'string') {
    return 'string';
  }
  throw new DataError(
    `TimestampConverter does not support class ${javaClassName(value)} objects as timestamps`,
  );
}

/** Brings a timestamp from one representation into another; throws DataError for a value that is none of the first. */
export function convertTimestamp(
  value: ConnectValue,
  from: TimestampType,
  to: TimestampType,
  forms: TimestampForms,
): ConnectValue {
  if (from === 'unix' && to === 'unix' && typeof value === 'bigint') {
    // Not by way of a Date, which holds fewer milliseconds than an int64.
    return millisToUnix(unixToMillis(value, forms.precision), forms.precision);
  }
  return write(to, read(from, value, forms), forms);
}

function read(type: TimestampType, value: ConnectValue, forms: TimestampForms): Date {
  if (type === 'string' && typeof value === 'string') {
    return readText(value, forms);
  }
  if (type === 'unix' && typeof value === 'bigint') {
    return dateFromMillis(Number(unixToMillis(value, forms.precision)));
  }
  if (value instanceof Date && type !== 'string' && type !== 'unix') {
    return value;
  }
  const expected = { string: 'String', unix: 'Long', Date: 'Date', Time: 'Date', Timestamp: 'Date' };
  throw new DataError(
    `Expected a ${type} timestamp to be a ${expected[type]}, but found class ${javaClassName(value)}`,
  );
}

function readText(text: string, { format, pattern }: TimestampForms): Date {
  if (format === null) {
    throw new MissingFormatError(text);
  }
  const date = format.parsePrefix(text);
  if (date === undefined) {
    throw new DataError(`Could not parse timestamp: value (${text}) does not match pattern (${pattern})`);
  }
  return date;
}

/** Dates and times lose their other half. */
function write(type: TimestampType, date: Date, forms: TimestampForms): ConnectValue {
  const millis = date.getTime();
  const days = Math.floor(millis / DAY_MS);
  switch (type) {
    case 'string':
      return forms.format === null ? null : forms.format.format(date);
    case 'unix':
      return millisToUnix(BigInt(millis), forms.precision);
    case 'Date':
      return new Date(days * DAY_MS);
    case 'Time':
      return new Date(millis - days * DAY_MS);
    case 'Timestamp':
      return date;
  }
}

/** Java's TimeUnit: fractions are cut off towards zero, and what is too large is the largest long. */
function unixToMillis(value: bigint, precision: UnixPrecision): bigint {
  switch (precision) {
    case 'seconds':
      return saturated(value * 1000n);
    case 'milliseconds':
      return value;
    case 'microseconds':
      return value / 1000n;
    case 'nanoseconds':
      return value / 1_000_000n;
  }
}

function millisToUnix(millis: bigint, precision: UnixPrecision): bigint {
  switch (precision) {
    case 'seconds':
      return millis / 1000n;
    case 'milliseconds':
      return millis;
    case 'microseconds':
      return saturated(millis * 1000n);
    case 'nanoseconds':
      return saturated(millis * 1_000_000n);
  }
}

function saturated(value: bigint): bigint {
  if (value > INT64_MAX) {
    return INT64_MAX;
  }
  return value < INT64_MIN ? INT64_MIN : value;
}
