import {
  DataError,
  DATE_NAME,
  DECIMAL_NAME,
  javaHashMap,
  javaTypeName,
  Struct,
  TIME_NAME,
  TIMESTAMP_NAME,
  type ConnectValue,
  type JsonReader,
  type Schema,
} from '@millrace/connect-api';
import { decodeDate, decodeTime, decodeTimestamp, decimalDecoder } from './logical-decoders.ts';
import { labelOf } from './object-shapes.ts';
import { nodeType, toBytes, toFloat32, toFloat64, toInt32, toInt64 } from './scalar-from-json.ts';
import type { SchemalessDecoder } from './schemaless-decoder.ts';

/** Reads the value at the reader's position. */
export type Decode = (reader: JsonReader) => ConnectValue;

export interface DecoderOptions {
  readonly replaceNullWithDefault: boolean;
  readonly schemaless: SchemalessDecoder;
}

const QUOTE = 34;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const LOWER_N = 110;

/** The one place in which a decoder stands, as far as it matters: whether what it reads becomes part of a struct, which takes no nulls
 * for required parts. */
type Place = 'free' | 'in struct';

/**
 * The reader of a schema's values, put together once per schema. It goes from text to values with no tree in between, and
 * only where the text has another kind of value than expected it asks what the JVM would make of that. Throws
 * DataError for what cannot be a value of the schema, JsonSyntaxError for what is no JSON.
 */
export function decoderOf(schema: Schema | null, options: DecoderOptions, place: Place = 'free'): Decode {
  if (schema === null) {
    return (reader) => options.schemaless.read(reader);
  }
  const decode = LOGICAL.get(schema.name)?.(schema) ?? typeDecoder(schema, options, place);
  const whenNull = nullRule(schema, options);
  return (reader) => {
    if (reader.peek() === LOWER_N) {
      reader.word('null', null);
      return whenNull();
    }
    return decode(reader);
  };
}

/** What a null, or a missing field, becomes. */
function nullRule(schema: Schema, options: DecoderOptions): () => ConnectValue {
  const { defaultValue } = schema;
  if (defaultValue !== undefined && defaultValue !== null && options.replaceNullWithDefault) {
    return () => defaultValue;
  }
  if (schema.optional) {
    return () => null;
  }
  return () => {
    throw new DataError(`Invalid null value for required ${javaTypeName(schema.type)} field`);
  };
}

const LOGICAL: ReadonlyMap<string | undefined, (schema: Schema) => Decode> = new Map<
  string,
  (schema: Schema) => Decode
>([
  [DECIMAL_NAME, decimalDecoder],
  [DATE_NAME, () => decodeDate],
  [TIME_NAME, () => decodeTime],
  [TIMESTAMP_NAME, () => decodeTimestamp],
]);

function typeDecoder(schema: Schema, options: DecoderOptions, place: Place): Decode {
  switch (schema.type) {
    case 'int8':
      return (reader) => (integer(reader) << 24) >> 24;
    case 'int16':
      return (reader) => (integer(reader) << 16) >> 16;
    case 'int32':
      return integer;
    case 'int64':
      return decodeInt64;
    case 'float32':
      return (reader) => {
        const small = reader.smallInteger();
        return Number.isNaN(small) ? toFloat32(reader.node()) : Math.fround(small + 0);
      };
    case 'float64':
      return (reader) => {
        const small = reader.smallInteger();
        return Number.isNaN(small) ? toFloat64(reader.node()) : small + 0;
      };
    case 'boolean':
      return (reader) => reader.node() === true;
    case 'string':
      return required(schema, place, (reader) =>
        reader.peek() === QUOTE ? reader.string() : notText(reader),
      );
    case 'bytes':
      return required(schema, place, (reader) => toBytes(reader.node()));
    case 'array':
      return arrayDecoder(schema, options, place);
    case 'map':
      return mapDecoder(schema, options, place);
    case 'struct':
      return structDecoder(schema, options);
  }
}

function integer(reader: JsonReader): number {
  const small = reader.smallInteger();
  // `| 0` keeps the low 32 bits, exactly for what a float64 holds exactly.
  return Number.isNaN(small) ? toInt32(reader.node()) : small | 0;
}

function decodeInt64(reader: JsonReader): bigint {
  const small = reader.smallInteger();
  return Number.isNaN(small) ? toInt64(reader.node()) : BigInt(small);
}

function notText(reader: JsonReader): null {
  reader.node();
  return null;
}

/** Values of another kind become null, which a struct refuses where its schema requires a value. */
function required(schema: Schema, place: Place, decode: Decode): Decode {
  if (place === 'free' || schema.optional) {
    return decode;
  }
  return (reader) => {
    const value = decode(reader);
    if (value === null) {
      throw new DataError(
        `Invalid value: null used for required field, schema type: ${javaTypeName(schema.type)}`,
      );
    }
    return value;
  };
}

function arrayDecoder(schema: Schema, options: DecoderOptions, place: Place): Decode {
  const decode = decoderOf(schema.valueSchema ?? null, options, place);
  return (reader) => {
    const items: ConnectValue[] = [];
    const char = reader.peek();
    if (char !== OPEN_BRACKET && char !== OPEN_BRACE) {
      // Anything but an array or object has no elements, as the JVM sees it.
      reader.node();
      return items;
    }
    const keyed = char === OPEN_BRACE;
    const close = keyed ? CLOSE_BRACE : CLOSE_BRACKET;
    reader.at += 1;
    reader.enter();
    if (!reader.take(close)) {
      do {
        if (keyed) {
          reader.key();
        }
        items.push(decode(reader));
      } while (reader.next(close));
    }
    reader.leave();
    return items;
  };
}

function mapDecoder(schema: Schema, options: DecoderOptions, place: Place): Decode {
  const decodeValue = decoderOf(schema.valueSchema ?? null, options, place);
  if (schema.keySchema?.type === 'string') {
    return (reader) => {
      if (reader.peek() !== OPEN_BRACE) {
        const found = nodeType(reader.node());
        throw new DataError(`Maps with string fields should be encoded as JSON objects, but found ${found}`);
      }
      const map = new Map<ConnectValue, ConnectValue>();
      members(reader, CLOSE_BRACE, () => {
        const key = reader.key();
        map.set(key, decodeValue(reader));
      });
      return javaHashMap(map);
    };
  }
  const decodeKey = decoderOf(schema.keySchema ?? null, options, place);
  return (reader) => {
    if (reader.peek() !== OPEN_BRACKET) {
      const found = nodeType(reader.node());
      throw new DataError(
        `Maps with non-string fields should be encoded as JSON array of tuples, but found ${found}`,
      );
    }
    const map = new Map<ConnectValue, ConnectValue>();
    members(reader, CLOSE_BRACKET, () => {
      if (reader.peek() !== OPEN_BRACKET) {
        throw new DataError(`Found invalid map entry instead of array tuple: ${nodeType(reader.node())}`);
      }
      const entry: ConnectValue[] = [];
      members(reader, CLOSE_BRACKET, () => {
        const decode = entry.length === 0 ? decodeKey : decodeValue;
        entry.push(entry.length < 2 ? decode(reader) : notText(reader));
      });
      if (entry.length !== 2) {
        throw new DataError(`Found invalid map entry, expected length 2 but found :${entry.length}`);
      }
      map.set(entry[0] ?? null, entry[1] ?? null);
    });
    return javaHashMap(map, { keySchema: schema.keySchema ?? null });
  };
}

/** Calls `read` for each member of the object or array that begins here. */
function members(reader: JsonReader, close: number, read: () => void): void {
  reader.at += 1;
  reader.enter();
  if (!reader.take(close)) {
    do {
      read();
    } while (reader.next(close));
  }
  reader.leave();
}

interface FieldDecoder {
  /** The name in quotes and a colon; undefined when texts may write it in several ways. */
  readonly label: string | undefined;
  readonly decode: Decode;
  readonly whenMissing: () => ConnectValue;
}

function structDecoder(schema: Schema, options: DecoderOptions): Decode {
  const fields = schema.fields.map((field): FieldDecoder => ({
    label: labelOf(field.name),
    decode: decoderOf(field.schema, options, 'in struct'),
    whenMissing: nullRule(field.schema, options),
  }));
  return (reader) => {
    if (!reader.take(OPEN_BRACE)) {
      throw new DataError(`Structs should be encoded as JSON objects, but found ${nodeType(reader.node())}`);
    }
    const values = new Array<ConnectValue | undefined>(fields.length).fill(undefined);
    reader.enter();
    if (!reader.take(CLOSE_BRACE)) {
      // Texts mostly have the fields in the order of the schema.
      let expected = 0;
      do {
        const label = fields[expected]?.label;
        const index =
          label !== undefined && reader.takeKey(label) ? expected : schema.field(reader.key())?.index;
        const field = index === undefined ? undefined : fields[index];
        if (index === undefined || field === undefined) {
          reader.node();
        } else {
          values[index] = field.decode(reader);
          expected = index + 1;
        }
      } while (reader.next(CLOSE_BRACE));
    }
    reader.leave();
    for (let index = 0; index < values.length; index += 1) {
      if (values[index] === undefined) {
        values[index] = fields[index]?.whenMissing() ?? null;
      }
    }
    return Struct.ofValues(schema, values as ConnectValue[]);
  };
}
