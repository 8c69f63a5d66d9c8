import { Decimal } from './decimal.ts';
import { Float32, Int16, Int32, Int8 } from './numbers.ts';
import type { ConnectValue, Schema } from './schema.ts';
import { Struct } from './struct.ts';

/** Whether two schemas say the same, wherever they were made: everything counts, documentation too (ConnectSchema.equals). */
export function sameSchema(a: Schema | null | undefined, b: Schema | null | undefined): boolean {
  if (a === b) {
    return true;
  }
  if (a === null || a === undefined || b === null || b === undefined) {
    return (a ?? null) === (b ?? null);
  }
  return (
    a.type === b.type &&
    a.optional === b.optional &&
    a.name === b.name &&
    a.version === b.version &&
    a.doc === b.doc &&
    sameParameters(a.parameters, b.parameters) &&
    sameDefault(a.defaultValue, b.defaultValue) &&
    sameSchema(a.keySchema, b.keySchema) &&
    sameSchema(a.valueSchema, b.valueSchema) &&
    sameFields(a, b)
  );
}

function sameFields(a: Schema, b: Schema): boolean {
  return (
    a.fields.length === b.fields.length &&
    a.fields.every((field, index) => {
      const other = b.fields[index];
      return other !== undefined && field.name === other.name && sameSchema(field.schema, other.schema);
    })
  );
}

function sameParameters(
  a: ReadonlyMap<string, string> | undefined,
  b: ReadonlyMap<string, string> | undefined,
): boolean {
  if (a === undefined || b === undefined) {
    return a === b;
  }
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

function sameDefault(a: ConnectValue | undefined, b: ConnectValue | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameValue(a, b);
}

/** Whether two values are equal in type and content, maps in any order, NaN equal to NaN. */
export function sameValue(a: ConnectValue, b: ConnectValue): boolean {
  if (Object.is(a, b)) {
    return true;
  }
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') {
    return false;
  }
  if (a instanceof Struct) {
    return b instanceof Struct && sameStruct(a, b);
  }
  if (a instanceof Int8 || a instanceof Int16 || a instanceof Int32 || a instanceof Float32) {
    return a.constructor === b.constructor && Object.is(a.value, (b as Float32).value);
  }
  if (a instanceof Decimal) {
    return b instanceof Decimal && a.equals(b);
  }
  if (a instanceof Date) {
    return b instanceof Date && a.getTime() === b.getTime();
  }
  if (a instanceof Uint8Array) {
    return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  }
  if (a instanceof Map) {
    return b instanceof Map && sameMap(a, b);
  }
  return Array.isArray(a) && Array.isArray(b) && sameItems(a, b);
}

function sameStruct(a: Struct, b: Struct): boolean {
  return (
    sameSchema(a.schema, b.schema) &&
    a.schema.fields.every(({ name }) => sameValue(a.getWithoutDefault(name), b.getWithoutDefault(name)))
  );
}

function sameItems(a: readonly ConnectValue[], b: readonly ConnectValue[]): boolean {
  return a.length === b.length && a.every((item, index) => sameValue(item, b[index] ?? null));
}

function sameMap(
  a: ReadonlyMap<ConnectValue, ConnectValue>,
  b: ReadonlyMap<ConnectValue, ConnectValue>,
): boolean {
  if (a.size !== b.size) {
    return false;
  }
  return [...a].every(([key, value]) => {
    const other = b.get(key);
    return other !== undefined
      ? sameValue(value, other)
      : [...b].some(([otherKey, item]) => sameValue(key, otherKey) && sameValue(value, item));
  });
}
