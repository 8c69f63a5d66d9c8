import type { ConnectRecord, ConnectRecordInit, ConnectValue, Schema } from '@millrace/connect-api';

/** The part of records that a transform works on. */
export interface RecordPart {
  schema(record: ConnectRecord): Schema | null;
  value(record: ConnectRecord): ConnectValue;
  /** What to change in a record to give the part another schema and value. */
  change(schema: Schema | null, value: ConnectValue): Partial<ConnectRecordInit>;
}

/** The keys: variants `…$Key`. */
export const KEY: RecordPart = {
  schema: (record) => record.keySchema,
  value: (record) => record.key,
  change: (keySchema, key) => ({ keySchema, key }),
};

/** The values: variants `…$Value`. */
export const VALUE: RecordPart = {
  schema: (record) => record.valueSchema,
  value: (record) => record.value,
  change: (valueSchema, value) => ({ valueSchema, value }),
};
