import {
  DataError,
  Decimal,
  Float32,
  Int16,
  Int32,
  Int8,
  javaClassName,
  javaFloatValue,
  javaIntValue,
  javaLongValue,
  javaDoubleValue,
  type ConnectValue,
  type Schema,
} from '@millrace/connect-api';

const EMPTY = { string: '', boolean: false, bigint: 0n, number: 0 } as const;

/** A value's mask: what is zero or empty in its type. Throws DataError for bytes and structs, which have none. */
export function maskWithNothing(schema: Schema | null, value: ConnectValue): ConnectValue {
  if (value === null) {
    return null;
  }
  if (typeof value !== 'object') {
    return EMPTY[typeof value as keyof typeof EMPTY];
  }
  if (value instanceof Int8 || value instanceof Int16 || value instanceof Int32 || value instanceof Float32) {
    return narrow(value, 0);
  }
  if (value instanceof Decimal) {
    return new Decimal(0n, 0);
  }
  if (value instanceof Date) {
    return new Date(0);
  }
  if (Array.isArray(value)) {
    return [];
  }
  if (value instanceof Map) {
    return new Map();
  }
  throw new DataError(`Cannot mask value of type: class ${javaClassName(value, schema)}`);
}

/** The replacement as a value of the same type. Throws DataError where it cannot be one: only texts and numbers are replaced. */
export function maskWithText(schema: Schema | null, value: ConnectValue, replacement: string): ConnectValue {
  if (value === null) {
    return null;
  }
  if (typeof value === 'string') {
    return replacement;
  }
  if (typeof value === 'bigint') {
    return javaLongValue(numberIn(replacement));
  }
  if (typeof value === 'number') {
    return numberLike(schema, numberIn(replacement));
  }
  if (value instanceof Decimal) {
    return numberIn(replacement);
  }
  if (value instanceof Float32) {
    return new Float32(javaFloatValue(numberIn(replacement)));
  }
  if (value instanceof Int8 || value instanceof Int16 || value instanceof Int32) {
    return narrow(value, javaIntValue(numberIn(replacement)));
  }
  throw new DataError(
    `Cannot mask value of type class ${javaClassName(value, schema)} with custom replacement.`,
  );
}

function numberIn(replacement: string): Decimal {
  try {
    return Decimal.parse(replacement);
  } catch (error) {
    throw new DataError(`Unable to convert ${replacement} (class java.lang.String) to a number`, {
      cause: error,
    });
  }
}

/** A number of the schema's type, narrowed as Java narrows it. */
function numberLike(schema: Schema | null, number: Decimal): number {
  const type = schema?.type;
  if (type === 'float32') {
    return javaFloatValue(number);
  }
  if (type === 'int8') {
    return new Int8(javaIntValue(number)).value;
  }
  if (type === 'int16') {
    return new Int16(javaIntValue(number)).value;
  }
  return type === 'int32' ? javaIntValue(number) : javaDoubleValue(number);
}

function narrow(like: Int8 | Int16 | Int32 | Float32, number: number): ConnectValue {
  switch (like.type) {
    case 'int8':
      return new Int8(number);
    case 'int16':
      return new Int16(number);
    case 'int32':
      return new Int32(number);
    case 'float32':
      return new Float32(number);
  }
}
