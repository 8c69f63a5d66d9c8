import { DataError } from '../errors.ts';
import { Schema } from './schema.ts';

/**
 * The four logical types of Connect, told apart by the schema's name: a value of DECIMAL is a {@link Decimal}, of the
 * others a JavaScript `Date` (spec/transforms.md section 4).
 */
export const DECIMAL_NAME = 'org.apache.kafka.connect.data.Decimal';
/** Days since the epoch; a `Date` at midnight UTC. */
export const DATE_NAME = 'org.apache.kafka.connect.data.Date';
/** Milliseconds since midnight; a `Date` on 1970-01-01 UTC. */
export const TIME_NAME = 'org.apache.kafka.connect.data.Time';
/** Milliseconds since the epoch. */
export const TIMESTAMP_NAME = 'org.apache.kafka.connect.data.Timestamp';

/** The parameter of a Decimal schema that holds its scale. */
export const SCALE_PARAMETER = 'scale';

/** Schemas of logical types; the parts of a builder are `type`, `name`, `version` 1 and, for Decimal, the scale. */
export const DATE_SCHEMA = new Schema({ type: 'int32', name: DATE_NAME, version: 1 });
export const TIME_SCHEMA = new Schema({ type: 'int32', name: TIME_NAME, version: 1 });
export const TIMESTAMP_SCHEMA = new Schema({ type: 'int64', name: TIMESTAMP_NAME, version: 1 });
export const OPTIONAL_DATE_SCHEMA = new Schema({
  type: 'int32',
  name: DATE_NAME,
  version: 1,
  optional: true,
});
export const OPTIONAL_TIME_SCHEMA = new Schema({
  type: 'int32',
  name: TIME_NAME,
  version: 1,
  optional: true,
});
export const OPTIONAL_TIMESTAMP_SCHEMA = new Schema({
  type: 'int64',
  name: TIMESTAMP_NAME,
  version: 1,
  optional: true,
});

/** A schema of decimals with `scale` digits after the point. */
export function decimalSchema(scale: number, optional = false): Schema {
  return new Schema({
    type: 'bytes',
    name: DECIMAL_NAME,
    version: 1,
    optional,
    parameters: new Map([[SCALE_PARAMETER, String(scale)]]),
  });
}

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

/** Days of a Date value; throws DataError when it has a time of day. */
export function dateToDays(date: Date): number {
  const days = date.getTime() / DAY_MS;
  if (!Number.isInteger(days)) {
    throw new DataError('Kafka Connect Date type should not have any time fields set to non-zero values.');
  }
  return days;
}

/** Milliseconds of a Time value; throws DataError when it is on another day. */
export function timeToMillis(time: Date): number {
  const millis = time.getTime();
  if (!(millis >= 0 && millis <= DAY_MS)) {
    throw new DataError('Kafka Connect Time type should not have any date fields set to non-zero values.');
  }
  return millis;
}

/** Furthest millisecond a JavaScript `Date` can hold, on both sides of the epoch (the years -271821 and 275760). */
export const DATE_LIMIT_MS = 8.64e15;

/** A `Date` from milliseconds; throws DataError where only Java's Date could hold it, rather than an invalid Date. */
export function dateFromMillis(millis: number): Date {
  if (!(millis >= -DATE_LIMIT_MS && millis <= DATE_LIMIT_MS)) {
    throw new DataError(
      `${millis} ms is outside what a date can hold here (${-DATE_LIMIT_MS} to ${DATE_LIMIT_MS} ms from the epoch)`,
    );
  }
  return new Date(millis);
}

/** A `Date` from days since the epoch; throws DataError outside of a date's range. */
export function dateFromDays(days: number): Date {
  return dateFromMillis(days * DAY_MS);
}

/** A Time from milliseconds of the day; throws DataError outside of the day. */
export function timeFromMillis(millis: number): Date {
  if (!(millis >= 0 && millis <= DAY_MS)) {
    throw new DataError('Time values must use number of milliseconds greater than 0 and less than 86400000');
  }
  return new Date(millis);
}
