import {
  DataError,
  Decimal,
  javaLongValue,
  javaParseFloat,
  JsonNumber,
  type JsonNode,
} from '@millrace/connect-api';

/**
 * What the JVM makes of a JSON value where a schema wants another kind: no error, but the low bits of a number, and zero for what is
 * no number (spec/transforms.md section 4).
 */
export function toInt64(node: JsonNode): bigint {
  if (!(node instanceof JsonNumber)) {
    return 0n;
  }
  return javaLongValue(node.integer ? BigInt(node.text) : Decimal.parse(node.text));
}

export function toInt32(node: JsonNode): number {
  return Number(BigInt.asIntN(32, toInt64(node)));
}

export function toFloat32(node: JsonNode): number {
  return node instanceof JsonNumber ? javaParseFloat(node.text) + 0 : 0;
}

export function toFloat64(node: JsonNode): number {
  // Adding zero takes the sign of a negative zero, which the JVM's decimals do not have.
  return node instanceof JsonNumber ? Number(node.text) + 0 : 0;
}

const NOT_BASE64 = /[^A-Za-z0-9+/]/;
const UNIT = /^(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/;

/** Bytes from base64, padded as the JVM wants it; undefined when the text is something else. */
export function fromBase64(text: string): Buffer | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = padding === 0 ? text : text.slice(0, -padding);
  if (text.length % 4 === 0 && !NOT_BASE64.test(digits)) {
    return Buffer.from(digits, 'base64');
  }
  return fromBase64Units(text);
}

/** The JVM lets spaces stand between units of four, and goes on after padding. */
function fromBase64Units(text: string): Buffer | undefined {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    while (text.charCodeAt(at) <= 32) {
      at += 1;
    }
    if (at >= text.length) {
      return Buffer.concat(pieces);
    }
    const unit = text.slice(at, at + 4);
    if (!UNIT.test(unit)) {
      return undefined;
    }
    pieces.push(Buffer.from(unit, 'base64'));
    at += 4;
  }
}

/** Bytes from base64 text; null for any other kind of value. Throws DataError for other text. */
export function toBytes(node: JsonNode): Buffer | null {
  if (typeof node !== 'string') {
    return null;
  }
  const bytes = fromBase64(node);
  if (bytes === undefined) {
    throw new DataError('Invalid bytes field');
  }
  return bytes;
}

/** The kind of a JSON value as the JVM's messages name it. */
export function nodeType(node: JsonNode): string {
  if (node === null) {
    return 'NULL';
  }
  if (typeof node === 'string' || typeof node === 'boolean') {
    return (typeof node).toUpperCase();
  }
  if (node instanceof JsonNumber) {
    return 'NUMBER';
  }
  return Array.isArray(node) ? 'ARRAY' : 'OBJECT';
}
