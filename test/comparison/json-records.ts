import type { RawRecord } from '../processes/raw-topics.ts';

/** Timestamps of input records: recent, so that no retention takes them, and the same for both sides. */
const FIRST_TIMESTAMP = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000 + 123;

type Schema = Readonly<Record<string, unknown>>;

/** A record at the next second, in partition 0. */
export function record(index: number, value: RawRecord['value'], rest: Partial<RawRecord> = {}): RawRecord {
  return { partition: 0, key: null, timestamp: FIRST_TIMESTAMP + index * 1_000, ...rest, value };
}

/** Records of these values, one after the other. */
export function records(
  values: readonly RawRecord['value'][],
  rest: Partial<RawRecord> = {},
): readonly RawRecord[] {
  return values.map((value, index) => record(index, value, rest));
}

/** JSON with a schema as JsonConverter writes it; `payload` is JSON text, so that numbers are what is written here. */
export function envelope(schema: Schema, payload: string): string {
  return `{"schema":${JSON.stringify(schema)},"payload":${payload}}`;
}

/** A field of {@link struct}: a type's name, or a schema of its own. */
type Field = string | Schema;

/** A struct schema; a `?` after a field's name makes it optional. */
export function struct(fields: Readonly<Record<string, Field>>, rest: Schema = {}): Schema {
  return {
    type: 'struct',
    fields: Object.entries(fields).map(([name, type]) => ({
      ...(typeof type === 'string' ? { type } : type),
      optional: name.endsWith('?'),
      field: name.replace('?', ''),
    })),
    optional: false,
    ...rest,
  };
}

const LOGICAL = 'org.apache.kafka.connect.data.';

export const TIMESTAMP: Schema = { type: 'int64', name: `${LOGICAL}Timestamp`, version: 1 };
export const DATE: Schema = { type: 'int32', name: `${LOGICAL}Date`, version: 1 };
export const TIME: Schema = { type: 'int32', name: `${LOGICAL}Time`, version: 1 };

/** Decimals of a scale; their payload is base64. */
export function decimal(scale: number): Schema {
  return { type: 'bytes', name: `${LOGICAL}Decimal`, version: 1, parameters: { scale: String(scale) } };
}

/** The payload of a decimal: its unscaled value. */
export function unscaled(value: bigint): string {
  let size = 1;
  while (value >= 1n << BigInt(8 * size - 1) || value < -(1n << BigInt(8 * size - 1))) {
    size += 1;
  }
  const hex = BigInt.asUintN(8 * size, value)
    .toString(16)
    .padStart(2 * size, '0');
  return JSON.stringify(Buffer.from(hex, 'hex').toString('base64'));
}
