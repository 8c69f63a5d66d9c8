import {
  DataError,
  javaClassName,
  SinkRecord,
  Struct,
  type ConnectRecord,
  type ConnectValue,
  type Schema,
} from '@millrace/connect-api';

export type SchemalessMap = ReadonlyMap<ConnectValue, ConnectValue>;

/** The value as a map, as transforms want it where there is no schema; throws DataError that names the `purpose`. */
export function requireMap(value: ConnectValue, purpose: string): SchemalessMap {
  if (!(value instanceof Map)) {
    throw new DataError(
      `Only Map objects supported in absence of schema for [${purpose}], found: ${javaClassName(value)}`,
    );
  }
  return value as SchemalessMap;
}

export function requireMapOrNull(value: ConnectValue, purpose: string): SchemalessMap | null {
  return value === null ? null : requireMap(value, purpose);
}

/** The value as a struct, as transforms want it where there is a schema; throws DataError that names the `purpose`. */
export function requireStruct(value: ConnectValue, purpose: string, schema: Schema | null = null): Struct {
  if (!(value instanceof Struct)) {
    throw new DataError(
      `Only Struct objects supported for [${purpose}], found: ${javaClassName(value, schema)}`,
    );
  }
  return value;
}

export function requireStructOrNull(
  value: ConnectValue,
  purpose: string,
  schema: Schema | null = null,
): Struct | null {
  return value === null ? null : requireStruct(value, purpose, schema);
}

/** The record as one consumed from Kafka; throws DataError that names the `purpose`. */
export function requireSinkRecord(record: ConnectRecord, purpose: string): SinkRecord {
  if (!(record instanceof SinkRecord)) {
    throw new DataError(
      `Only SinkRecord supported for [${purpose}], found: org.apache.kafka.connect.source.SourceRecord`,
    );
  }
  return record;
}

/** The key of a schemaless map as the field's name it is; throws DataError for one that is no text. */
export function fieldName(key: ConnectValue): string {
  if (typeof key !== 'string') {
    throw new DataError(`The names of fields are text, but a key is a ${javaClassName(key)}`);
  }
  return key;
}
