import { DATE_SCHEMA, TIME_SCHEMA, TIMESTAMP_SCHEMA } from './logical-types.ts';
import type { Schema, SchemaAndValue } from './schema.ts';

interface TemporalForm {
  readonly schema: Schema;
  readonly read: (text: string) => string;
  readonly shape: RegExp;
}

/** The forms by the length of their text, in UTC (spec/transforms.md section 5). */
const FORMS: ReadonlyMap<number, TemporalForm> = new Map([
  [10, { schema: DATE_SCHEMA, read: (text) => text, shape: /^\d{4}-\d\d-\d\d$/ }],
  [13, { schema: TIME_SCHEMA, read: (text) => `1970-01-01T${text}`, shape: /^\d\d:\d\d:\d\d\.\d{3}Z$/ }],
  [24, { schema: TIMESTAMP_SCHEMA, read: (text) => text, shape: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ }],
]);

/** A date, time or timestamp in the form that has the text's length; undefined when it is none. Colons may be escaped. */
export function parseTemporalText(text: string): SchemaAndValue | undefined {
  const escapes = text.length > 10 && text.includes('\\:');
  const plain = escapes ? text.replaceAll('\\:', ':') : text;
  const form = FORMS.get(plain.length);
  if (form === undefined) {
    return undefined;
  }
  const date = form.shape.test(plain) ? new Date(form.read(plain)) : undefined;
  return date === undefined ? undefined : { schema: form.schema, value: date };
}
