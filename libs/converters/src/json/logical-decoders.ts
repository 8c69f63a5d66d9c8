import {
  DataError,
  dateFromDays,
  dateFromMillis,
  Decimal,
  JsonNumber,
  timeFromMillis,
  type JsonReader,
  type Schema,
} from '@millrace/connect-api';
import { scaleOf } from './logical-encoders.ts';
import { fromBase64, nodeType, toInt32, toInt64 } from './scalar-from-json.ts';

/** Reads a Date, which is a number of days of 32 bits. */
export function decodeDate(reader: JsonReader): Date {
  return dateFromDays(int32(reader, 'Date'));
}

/** Reads a Time, which is a number of milliseconds within a day. */
export function decodeTime(reader: JsonReader): Date {
  return timeFromMillis(int32(reader, 'Time'));
}

/** Reads a Timestamp; throws DataError for one that a Date cannot hold. */
export function decodeTimestamp(reader: JsonReader): Date {
  reader.peek();
  const small = reader.smallInteger();
  if (!Number.isNaN(small)) {
    return dateFromMillis(small);
  }
  const node = reader.node();
  if (!(node instanceof JsonNumber) || !node.integer) {
    throw new DataError(
      `Invalid type for Timestamp, underlying representation should be integral but was ${nodeType(node)}`,
    );
  }
  return dateFromMillis(Number(toInt64(node)));
}

function int32(reader: JsonReader, type: string): number {
  const node = reader.node();
  if (
    node instanceof JsonNumber &&
    node.integer &&
    String(toInt32(node)) === node.text.replace(/^-0$/, '0')
  ) {
    return toInt32(node);
  }
  throw new DataError(
    `Invalid type for ${type}, underlying representation should be integer but was ${nodeType(node)}`,
  );
}

/** Reads a Decimal: the base64 of its unscaled value, or a number, which keeps the scale it is written with. */
export function decimalDecoder(schema: Schema): (reader: JsonReader) => Decimal {
  return (reader) => {
    const node = reader.node();
    if (node instanceof JsonNumber) {
      return Decimal.parse(node.text);
    }
    if (typeof node !== 'string') {
      throw new DataError(
        `Invalid type for Decimal, underlying representation should be numeric or bytes but was ${nodeType(node)}`,
      );
    }
    try {
      const bytes = fromBase64(node);
      if (bytes === undefined) {
        throw new DataError('The text is no base64');
      }
      return Decimal.fromUnscaledBytes(bytes, scaleOf(schema));
    } catch (error) {
      throw new DataError('Invalid bytes for Decimal field', { cause: error });
    }
  };
}
