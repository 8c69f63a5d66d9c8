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

/** A date, time or timestamp in the form that has the text's length; undefined when it is none. Colons may be escaped. */
export function parseTemporalText(text: string): SchemaAndValue | undefined {
  const plain = text.length > LONGEST || text.includes('\\') ? text.replaceAll('\\:', ':') : text;
  const form = FORMS.get(plain.length);
  const date = form?.format.parsePrefix(plain);
  return form === undefined || date === undefined ? undefined : { schema: form.schema, value: date };
}
