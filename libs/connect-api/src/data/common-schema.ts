import { DataError } from '../errors.ts';
import { isJavaNumber, javaDoubleValue } from './java-narrowing.ts';
import { javaClassName } from './java-class.ts';
import {
  dateFromDays,
  dateFromMillis,
  DATE_NAME,
  TIME_NAME,
  timeFromMillis,
  TIMESTAMP_NAME,
} from './logical-types.ts';
import { Float32, Int16, Int32, Int8 } from './numbers.ts';
import type { ConnectValue, Schema, SchemaType } from './schema.ts';
import { sameSchema } from './schema-equality.ts';

/** Numeric types, each wide enough for those before it. */
const WIDENING: readonly SchemaType[] = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64'];

/** Finds one schema for all items of a list; there is none once two of them do not fit (spec/transforms.md section 5). */
export class CommonSchema {
  #schema: Schema | undefined;
  #compatible = true;

  /** The schema of all items so far; undefined when they have none in common, or all were null. */
  get schema(): Schema | undefined {
    return this.#schema;
  }

  /** Takes the schema of one more item; undefined for a null item. */
  merge(schema: Schema | null | undefined): void {
    if (schema === null || schema === undefined || !this.#compatible) {
      return;
    }
    this.#schema = this.#schema === undefined ? schema : widest(this.#schema, schema);
    this.#compatible = this.#schema !== undefined;
  }
}

function widest(previous: Schema, next: Schema): Schema | undefined {
  if (previous.type !== next.type) {
    const before = WIDENING.indexOf(previous.type);
    const after = WIDENING.indexOf(next.type);
    if (before < 0 || after < 0) {
      return undefined;
    }
    return after > before ? next : previous;
  }
  if (previous.optional === next.optional) {
    return previous.optional ? previous : next;
  }
  return sameSchema(previous, next) ? previous : undefined;
}

/**
 * An item as a value of the common schema, narrow numbers in their wrapper classes, since what contains the list may turn out to have
 * no schema for it; throws DataError when the item cannot be one.
 */
export function alignValue(schema: Schema, value: ConnectValue): ConnectValue {
  if (value === null) {
    throw new DataError('Unable to convert a null value to a schema that requires a value');
  }
  if (value instanceof Date) {
    return alignDate(schema, value);
  }
  switch (schema.type) {
    case 'int8':
      return new Int8(numberOf(value));
    case 'int16':
      return new Int16(numberOf(value));
    case 'int32':
      return alignInt32(schema, numberOf(value));
    case 'int64': {
      const long = typeof value === 'bigint' ? value : BigInt(numberOf(value));
      return schema.name === TIMESTAMP_NAME ? dateFromMillis(Number(long)) : long;
    }
    case 'float32':
      return new Float32(numberOf(value));
    case 'float64':
      return numberOf(value);
    case 'boolean':
    case 'string':
    case 'bytes':
    case 'array':
    case 'map':
    case 'struct':
      return value;
  }
}

/** A value with all numbers plain that have a schema of their type, however deep. */
export function unwrapped(schema: Schema | undefined, value: ConnectValue): ConnectValue {
  if (value === null || typeof value !== 'object' || schema === undefined) {
    return value;
  }
  if (value instanceof Int8 || value instanceof Int16 || value instanceof Int32 || value instanceof Float32) {
    return value.type === schema.type ? value.value : value;
  }
  if (Array.isArray(value)) {
    return (value as readonly ConnectValue[]).map((item) => unwrapped(schema.valueSchema, item));
  }
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<ConnectValue, ConnectValue>)];
    return new Map(
      entries.map(([key, item]) => [unwrapped(schema.keySchema, key), unwrapped(schema.valueSchema, item)]),
    );
  }
  return value;
}

function alignDate(schema: Schema, value: Date): Date {
  if (schema.name !== DATE_NAME && schema.name !== TIME_NAME && schema.name !== TIMESTAMP_NAME) {
    throw new DataError(`Unable to convert ${value.toISOString()} (class java.util.Date) to a number`);
  }
  return value;
}

function alignInt32(schema: Schema, value: number): ConnectValue {
  if (schema.name === DATE_NAME) {
    return dateFromDays(value);
  }
  return schema.name === TIME_NAME ? timeFromMillis(value) : new Int32(value);
}

function numberOf(value: ConnectValue): number {
  if (!isJavaNumber(value)) {
    throw new DataError(`Unable to convert a value of class ${javaClassName(value)} to a number`);
  }
  return javaDoubleValue(value);
}
