import type { Converter, HeaderConverter } from '@millrace/connect-api';

/** The converters of a task, with their class names for error reports. */
export interface TaskConverters {
  readonly key: Converter;
  readonly keyClass: string;
  readonly value: Converter;
  readonly valueClass: string;
  readonly header: HeaderConverter;
  readonly headerClass: string;
}
