import { Decimal } from './decimal.ts';
import { Float32, Int16, Int32, Int8 } from './numbers.ts';
import type { ConnectValue, Schema, SchemaType } from './schema.ts';
import { Struct } from './struct.ts';

const NUMBER_CLASS: Readonly<Partial<Record<SchemaType, string>>> = {
  int8: 'java.lang.Byte',
  int16: 'java.lang.Short',
  int32: 'java.lang.Integer',
  float32: 'java.lang.Float',
};

const PRIMITIVE_CLASS = {
  string: 'java.lang.String',
  boolean: 'java.lang.Boolean',
  bigint: 'java.lang.Long',
} as const;

/** The class a value has on the JVM (`java.lang.Long`, `[B`), as the JVM's error messages print it; `null` for null. */
export function javaClassName(value: ConnectValue, schema: Schema | null = null): string {
  if (value === null) {
    return 'null';
  }
  if (typeof value === 'object') {
    return classOfObject(value);
  }
  if (typeof value === 'number') {
    return (schema === null ? undefined : NUMBER_CLASS[schema.type]) ?? 'java.lang.Double';
  }
  return PRIMITIVE_CLASS[typeof value as 'string' | 'boolean' | 'bigint'];
}

function classOfObject(value: Exclude<ConnectValue & object, null>): string {
  if (value instanceof Struct) {
    return 'org.apache.kafka.connect.data.Struct';
  }
  if (value instanceof Int8 || value instanceof Int16 || value instanceof Int32 || value instanceof Float32) {
    return NUMBER_CLASS[value.type] ?? 'java.lang.Number';
  }
  if (value instanceof Decimal) {
    return 'java.math.BigDecimal';
  }
  if (value instanceof Date) {
    return 'java.util.Date';
  }
  if (value instanceof Uint8Array) {
    return '[B';
  }
  return value instanceof Map ? 'java.util.HashMap' : 'java.util.ArrayList';
}

/** The name of a type as the JVM prints it: `INT32`. */
export function javaTypeName(type: SchemaType): string {
  return type.toUpperCase();
}
