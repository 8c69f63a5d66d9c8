import { DataError } from '@millrace/connect-api';

/** Text to bytes and back in one encoding. */
export interface TextCodec {
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

/** An encoding of that name is not known. Shown as the JVM's class, which it throws at the first record. */
export class UnsupportedEncodingError extends DataError {
  override readonly code = 'UNSUPPORTED_ENCODING';
  override readonly javaClass = 'org.apache.kafka.common.errors.SerializationException';
  readonly encoding: string;

  constructor(encoding: string) {
    super(`Unsupported encoding ${encoding}`);
    this.encoding = encoding;
  }
}

/** Half of a pair of surrogates, which no encoding of Unicode has. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A text in UTF-8, with question marks for what Unicode does not have, as Java writes it. */
export function utf8Bytes(text: string): Buffer {
  return Buffer.from(wellFormed(text, '?'), 'utf8');
}

function wellFormed(text: string, replacement: string): string {
  return text.isWellFormed() ? text : text.replace(LONE_SURROGATE, replacement);
}

const UTF_8: TextCodec = {
  encode: utf8Bytes,
  decode: (bytes) => bufferOf(bytes).toString('utf8'),
};

const LATIN_1: TextCodec = {
  encode: (text) => Buffer.from(onlyBelow(text, /[^\u0000-\u00ff]/gu), 'latin1'),
  decode: (bytes) => bufferOf(bytes).toString('latin1'),
};

const ASCII: TextCodec = {
  encode: (text) => Buffer.from(onlyBelow(text, /[^\u0000-\u007f]/gu), 'latin1'),
  decode: (bytes) =>
    bufferOf(bytes)
      .toString('latin1')
      .replace(/[^\u0000-\u007f]/g, '\ufffd'),
};

const UTF_16LE: TextCodec = {
  encode: (text) => Buffer.from(wellFormed(text, '\ufffd'), 'utf16le'),
  decode: (bytes) => decodeWith('utf-16le', bytes),
};

const UTF_16BE: TextCodec = {
  encode: (text) => Buffer.from(wellFormed(text, '\ufffd'), 'utf16le').swap16(),
  decode: (bytes) => decodeWith('utf-16be', bytes),
};

/** Java's UTF-16 writes a byte order mark and big-endian, and reads whatever the mark says. */
const UTF_16: TextCodec = {
  encode: (text) => UTF_16BE.encode(text === '' ? '' : `\ufeff${text}`),
  decode: (bytes) => {
    const little = bytes[0] === 0xff && bytes[1] === 0xfe;
    const big = bytes[0] === 0xfe && bytes[1] === 0xff;
    return decodeWith(little ? 'utf-16le' : 'utf-16be', little || big ? bytes.subarray(2) : bytes);
  },
};

/** By Java's names and aliases, in upper case. */
const CODECS: ReadonlyMap<string, TextCodec> = new Map([
  ...named(UTF_8, 'UTF-8', 'UTF8'),
  ...named(LATIN_1, 'ISO-8859-1', 'ISO8859_1', 'ISO8859-1', 'ISO_8859-1', 'LATIN1', 'L1'),
  ...named(ASCII, 'US-ASCII', 'ASCII', 'ASCII7', 'ISO646-US'),
  ...named(UTF_16LE, 'UTF-16LE', 'UTF_16LE', 'UNICODELITTLEUNMARKED'),
  ...named(UTF_16BE, 'UTF-16BE', 'UTF_16BE', 'UNICODEBIGUNMARKED'),
  ...named(UTF_16, 'UTF-16', 'UTF_16', 'UNICODE'),
]);

/** The codec of a Java character set's name; one that is not known throws {@link UnsupportedEncodingError} when used, as in the JVM. */
export function textCodec(encoding: string): TextCodec {
  return CODECS.get(encoding.toUpperCase()) ?? unsupported(encoding);
}

function unsupported(encoding: string): TextCodec {
  const refuse = (): never => {
    throw new UnsupportedEncodingError(encoding);
  };
  return { encode: refuse, decode: refuse };
}

function named(codec: TextCodec, ...names: readonly string[]): [string, TextCodec][] {
  return names.map((name) => [name, codec]);
}

/** Java writes a question mark for a character that the encoding does not have. */
function onlyBelow(text: string, others: RegExp): string {
  return text.replace(others, '?');
}

function decodeWith(label: string, bytes: Uint8Array): string {
  return new TextDecoder(label, { ignoreBOM: true }).decode(bytes);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
