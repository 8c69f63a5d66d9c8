import { isUtf8 } from 'node:buffer';
import { JsonReader, JsonSyntaxError } from '@millrace/connect-api';

const BYTE_ORDER_MARK = '\ufeff';

/** A reader of what the JVM's JsonConverter takes for JSON: numbers may begin with zeros, and a byte order mark is skipped. */
export function jsonReader(text: string, at = 0): JsonReader {
  const begin = at === 0 && text.startsWith(BYTE_ORDER_MARK) ? 1 : at;
  return new JsonReader(text, { at: begin, leadingZeros: true });
}

/**
 * The bytes up to the end of the first JSON value, if not all of them are UTF-8; throws JsonSyntaxError when the value itself is
 * not, since reading on with replacement characters would change data unnoticed.
 */
export function utf8Value(bytes: Buffer): Buffer {
  if (isUtf8(bytes)) {
    return bytes;
  }
  // One character per byte shows where the value ends.
  const reader = jsonReader(bytes.toString('latin1'));
  atRoot(reader, () => reader.node());
  const value = bytes.subarray(0, reader.at);
  if (!isUtf8(value)) {
    throw new JsonSyntaxError(0, 'the bytes are not UTF-8');
  }
  return value;
}

/** Reads a whole text. More may follow it, as long as a number does not run into it. */
export function atRoot<T>(reader: JsonReader, read: (reader: JsonReader) => T): T {
  const first = reader.peek();
  const value = read(reader);
  const next = reader.text.charCodeAt(reader.at);
  const number = first === 45 || (first >= 48 && first <= 57);
  if (number && next !== 32 && next !== 9 && next !== 10 && next !== 13 && !Number.isNaN(next)) {
    reader.fail('a space was expected after the number');
  }
  return value;
}
