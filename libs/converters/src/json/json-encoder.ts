import {
  DataError,
  DECIMAL_NAME,
  DATE_NAME,
  INT64_MAX,
  INT64_MIN,
  javaClassName,
  javaDoubleToString,
  javaFloatToString,
  javaTypeName,
  quoteJson,
  sameSchema,
  Struct,
  TIME_NAME,
  TIMESTAMP_NAME,
  Float32,
  Int8,
  Int16,
  Int32,
  type ConnectValue,
  type Schema,
  type SchemaType,
} from '@millrace/connect-api';
import { encodeDate, encodeTime, encodeTimestamp, logicalDecimalEncoder } from './logical-encoders.ts';
import { encodeSchemaless, MAX_DEPTH, tooDeep } from './schemaless-encoder.ts';

/** Prints a value as JSON; `depth` counts the objects and arrays around it. */
export type Encode = (value: ConnectValue, depth: number) => string;

/** What decides the text of values beside their schema. */
export interface EncoderOptions {
  readonly decimalFormat: 'BASE64' | 'NUMERIC';
  readonly replaceNullWithDefault: boolean;
}

/**
 * The printer of a schema's values, put together once per schema so that nothing about the schema is asked again per value. It
 * throws DataError for what is no value of the schema.
 */
export function encoderOf(schema: Schema | null | undefined, options: EncoderOptions): Encode {
  if (schema === null || schema === undefined) {
    return encodeSchemaless;
  }
  const encode = logicalEncoder(schema, options) ?? typeEncoder(schema, options);
  const nullText = nullTextOf(schema, encode, options);
  if (nullText === undefined) {
    return (value, depth) => (value === null ? missing() : encode(value, depth));
  }
  return (value, depth) => (value === null ? nullText() : encode(value, depth));
}

/** What a null prints as; undefined where null is no value. */
function nullTextOf(schema: Schema, encode: Encode, options: EncoderOptions): (() => string) | undefined {
  const { defaultValue } = schema;
  if (defaultValue !== undefined && defaultValue !== null && options.replaceNullWithDefault) {
    let text: string | undefined;
    return () => (text ??= encode(defaultValue, 0));
  }
  return schema.optional ? () => 'null' : undefined;
}

function missing(): never {
  throw new DataError('Conversion error: null value for field that is required and has no default value');
}

function logicalEncoder(schema: Schema, options: EncoderOptions): Encode | undefined {
  if (schema.name === DECIMAL_NAME) {
    return logicalDecimalEncoder(schema, options.decimalFormat);
  }
  return LOGICAL_ENCODERS.get(schema.name);
}

const LOGICAL_ENCODERS: ReadonlyMap<string | undefined, Encode> = new Map([
  [DATE_NAME, encodeDate],
  [TIME_NAME, encodeTime],
  [TIMESTAMP_NAME, encodeTimestamp],
]);

function typeEncoder(schema: Schema, options: EncoderOptions): Encode {
  switch (schema.type) {
    case 'int8':
      return integerEncoder(schema, Int8, 0x7f);
    case 'int16':
      return integerEncoder(schema, Int16, 0x7fff);
    case 'int32':
      return integerEncoder(schema, Int32, 0x7fffffff);
    case 'int64':
      return encodeInt64;
    case 'float32':
      return encodeFloat32;
    case 'float64':
      return encodeFloat64;
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? String(value) : invalid('boolean', value));
    case 'string':
      return (value) => (typeof value === 'string' ? quoteJson(value) : invalid('string', value));
    case 'bytes':
      return (value) => (value instanceof Uint8Array ? base64(value) : invalid('bytes', value));
    case 'array':
      return arrayEncoder(schema, options);
    case 'map':
      return mapEncoder(schema, options);
    case 'struct':
      return structEncoder(schema, options);
  }
}

function invalid(type: SchemaType, value: ConnectValue): never {
  throw new DataError(`Invalid type for ${javaTypeName(type)}: class ${javaClassName(value)}`);
}

function base64(bytes: Uint8Array): string {
  return `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}"`;
}

function integerEncoder(
  schema: Schema,
  wrapper: typeof Int8 | typeof Int16 | typeof Int32,
  max: number,
): Encode {
  const { type } = schema;
  return (value) => {
    if (typeof value !== 'number') {
      return value instanceof wrapper ? String(value.value) : invalid(type, value);
    }
    if (!Number.isInteger(value) || value > max || value < -max - 1) {
      throw new DataError(
        `Invalid value for ${javaTypeName(type)}: ${value} is no integer from ${-max - 1} to ${max}`,
      );
    }
    return String(value);
  };
}

function encodeInt64(value: ConnectValue): string {
  if (typeof value !== 'bigint') {
    const hint = typeof value === 'number' ? ' (an int64 is a bigint)' : '';
    throw new DataError(`Invalid type for INT64: class ${javaClassName(value)}${hint}`);
  }
  if (value > INT64_MAX || value < INT64_MIN) {
    throw new DataError(`Invalid value for INT64: ${value} needs more than 64 bits`);
  }
  return value.toString();
}

function encodeFloat32(value: ConnectValue): string {
  const number = value instanceof Float32 ? value.value : value;
  return typeof number === 'number'
    ? finite(Math.fround(number), javaFloatToString)
    : invalid('float32', value);
}

function encodeFloat64(value: ConnectValue): string {
  return typeof value === 'number' ? finite(value, javaDoubleToString) : invalid('float64', value);
}

/** JSON has no text for NaN and the infinities; they are strings. */
function finite(value: number, print: (value: number) => string): string {
  return Number.isFinite(value) ? print(value) : `"${print(value)}"`;
}

function arrayEncoder(schema: Schema, options: EncoderOptions): Encode {
  const encode = encoderOf(schema.valueSchema, options);
  return (value, depth) => {
    if (!Array.isArray(value)) {
      return invalid('array', value);
    }
    if (depth >= MAX_DEPTH) {
      return tooDeep();
    }
    const items = value as readonly ConnectValue[];
    let text = '[';
    for (let index = 0; index < items.length; index += 1) {
      text += (index === 0 ? '' : ',') + encode(items[index] ?? null, depth + 1);
    }
    return `${text}]`;
  };
}

/** An object where keys are strings, else an array of pairs. */
function mapEncoder(schema: Schema, options: EncoderOptions): Encode {
  const asObject = schema.keySchema?.type === 'string';
  const encodeKey = encoderOf(schema.keySchema, options);
  const encodeValue = encoderOf(schema.valueSchema, options);
  return (value, depth) => {
    if (!(value instanceof Map)) {
      return invalid('map', value);
    }
    if (depth >= MAX_DEPTH) {
      return tooDeep();
    }
    let text = '';
    for (const [key, item] of value as ReadonlyMap<ConnectValue, ConnectValue>) {
      const keyText = encodeKey(key, depth + 1);
      const itemText = encodeValue(item, depth + 1);
      if (text !== '') {
        text += ',';
      }
      // The JVM turns a null key into the text "null".
      text += asObject
        ? `${keyText === 'null' ? '"null"' : keyText}:${itemText}`
        : `[${keyText},${itemText}]`;
    }
    return asObject ? `{${text}}` : `[${text}]`;
  };
}

function structEncoder(schema: Schema, options: EncoderOptions): Encode {
  const encoders = schema.fields.map((field) => encoderOf(field.schema, options));
  const labels = schema.fields.map((field, index) => `${index === 0 ? '{' : ','}${quoteJson(field.name)}:`);
  let knownEqual = schema;
  return (value, depth) => {
    if (!(value instanceof Struct)) {
      return invalid('struct', value);
    }
    if (value.schema !== schema && value.schema !== knownEqual) {
      if (!sameSchema(value.schema, schema)) {
        throw new DataError('Mismatching schema.');
      }
      knownEqual = value.schema;
    }
    if (depth >= MAX_DEPTH) {
      return tooDeep();
    }
    let text = '';
    for (let index = 0; index < encoders.length; index += 1) {
      // Both arrays have an entry per field.
      text += (labels[index] as string) + (encoders[index] as Encode)(value.valueAt(index), depth + 1);
    }
    return text === '' ? '{}' : `${text}}`;
  };
}
