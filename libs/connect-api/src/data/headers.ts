import type { ConnectValue, Schema } from './schema.ts';

/** One record header: name, and a value with its schema. Names may repeat; order is kept. */
export interface Header {
  readonly key: string;
  readonly schema: Schema | null;
  readonly value: ConnectValue;
}

/** Record headers, immutable; `NO_HEADERS` is shared by all records without any. */
export type Headers = readonly Header[];

export const NO_HEADERS: Headers = Object.freeze([]);
