import { DATE_SCHEMA, TIME_SCHEMA, TIMESTAMP_SCHEMA } from './logical-types.ts';
import type { Schema, SchemaAndValue } from './schema.ts';
import { ISO_DATE, ISO_TIME, ISO_TIMESTAMP, type SimpleDateFormat } from './simple-date-format.ts';

interface TemporalForm {
  readonly schema: Schema;
  readonly format: SimpleDateFormat;
}

/** The forms by the length of their text, in UTC (spec/transforms.md section 5). */
const FORMS: ReadonlyMap<number, TemporalForm> = new Map([
  [10, { schema: DATE_SCHEMA, format: ISO_DATE }],
  [13, { schema: TIME_SCHEMA, format: ISO_TIME }],
  [24, { schema: TIMESTAMP_SCHEMA, format: ISO_TIMESTAMP }],
]);
const LONGEST = 24;

/** Well-formed texts of years in which all calendars are the same, which native code reads faster. */
const ISO_DATE_TEXT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d\.\d{3}Z)?$/;
const FIRST_GREGORIAN_YEAR = '1583';

/** A date, time or timestamp in the form that has the text's length; undefined when it is none. Colons may be escaped. */
export function parseTemporalText(text: string): SchemaAndValue | undefined {
  const plain = text.length > LONGEST || text.includes('\\') ? text.replaceAll('\\:', ':') : text;
  const form = FORMS.get(plain.length);
  if (form === undefined) {
    return undefined;
  }
  const date = nativeDate(plain) ?? form.format.parsePrefix(plain);
  return date === undefined ? undefined : { schema: form.schema, value: date };
}

function nativeDate(text: string): Date | undefined {
  if (!ISO_DATE_TEXT.test(text) || text < FIRST_GREGORIAN_YEAR) {
    return undefined;
  }
  const millis = Date.parse(text);
  // Java takes a month 13 for January of the next year.
  return Number.isNaN(millis) ? undefined : new Date(millis);
}
