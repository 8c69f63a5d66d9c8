import {
  DataError,
  JsonReader,
  nodeToJson,
  type JsonNode,
  type Schema,
  type SchemaAndValue,
} from '@millrace/connect-api';
import { decoderOf, type Decode, type DecoderOptions } from './json-decoder.ts';
import { jsonReader } from './json-text.ts';
import { schemaFromJson } from './schema-from-json.ts';

/** Beginnings of texts that are recognised without being read: one per schema that a topic carries at a time. */
const MAX_HEADS = 8;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

const NOT_AN_ENVELOPE =
  'JsonConverter with schemas.enable requires "schema" and "payload" fields and may not contain additional fields. ' +
  'If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter configuration.';

/** A schema with the reader of its values. */
export interface KnownSchema {
  readonly schema: Schema | null;
  readonly decode: Decode;
}

interface Head {
  /** The envelope up to the payload. */
  readonly bytes: Buffer;
  readonly known: KnownSchema;
}

/**
 * Reads `{"schema": …, "payload": …}`. Schemas are interned by their text, so that records of one schema share one object; and the
 * text before the payload, when it is one that came before, is compared and not read.
 */
export class EnvelopeReader {
  readonly #options: DecoderOptions;
  readonly #cacheSize: number;
  /** By JSON text, the one used last at the end. */
  readonly #schemas = new Map<string, KnownSchema>();
  /** The one used last first. */
  readonly #heads: Head[] = [];

  constructor(options: DecoderOptions, cacheSize: number) {
    this.#options = options;
    this.#cacheSize = cacheSize;
  }

  /** Throws DataError for what is no envelope, or no value of its schema; JsonSyntaxError for what is no JSON. */
  read(bytes: Buffer): SchemaAndValue {
    const head = this.#head(bytes);
    if (head !== undefined) {
      const reader = jsonReader(bytes.toString('utf8', head.bytes.length));
      const value = head.known.decode(reader);
      if (reader.peek() === CLOSE_BRACE) {
        return { schema: head.known.schema, value };
      }
    }
    return this.#readWhole(bytes);
  }

  #head(bytes: Buffer): Head | undefined {
    const heads = this.#heads;
    for (let index = 0; index < heads.length; index += 1) {
      const head = heads[index] as Head;
      const { length } = head.bytes;
      if (bytes.length > length && head.bytes.compare(bytes, 0, length) === 0) {
        if (index > 0) {
          heads.splice(index, 1);
          heads.unshift(head);
        }
        return head;
      }
    }
    return undefined;
  }

  #readWhole(bytes: Buffer): SchemaAndValue {
    const text = bytes.toString('utf8');
    const reader = jsonReader(text);
    if (reader.peek() !== OPEN_BRACE) {
      if (reader.at < text.length) {
        reader.node();
      }
      throw new DataError(NOT_AN_ENVELOPE);
    }
    const members = positions(reader);
    const schemaAt = members.get('schema');
    const payloadAt = members.get('payload');
    if (members.size !== 2 || schemaAt === undefined || payloadAt === undefined) {
      throw new DataError(NOT_AN_ENVELOPE);
    }
    const known = this.#schemaAt(text, schemaAt);
    if (schemaAt < payloadAt) {
      this.#remember(text.slice(0, payloadAt), known);
    }
    return { schema: known.schema, value: known.decode(jsonReader(text, payloadAt)) };
  }

  #schemaAt(text: string, at: number): KnownSchema {
    const reader = jsonReader(text, at);
    const node = reader.node();
    const schemaText = text.slice(at, reader.at);
    const cached = this.#schemas.get(schemaText);
    if (cached !== undefined) {
      this.#schemas.delete(schemaText);
      this.#schemas.set(schemaText, cached);
      return cached;
    }
    const known = knownSchema(node, this.#options);
    this.#schemas.set(schemaText, known);
    if (this.#schemas.size > this.#cacheSize) {
      const [oldest] = this.#schemas.keys();
      this.#schemas.delete(oldest ?? schemaText);
    }
    return known;
  }

  #remember(head: string, known: KnownSchema): void {
    const bytes = Buffer.from(head);
    if (this.#cacheSize > 0 && !this.#heads.some((other) => other.bytes.equals(bytes))) {
      this.#heads.unshift({ bytes, known });
      this.#heads.length = Math.min(this.#heads.length, MAX_HEADS, this.#cacheSize);
    }
  }
}

/** The schema that a JSON tree describes. Throws DataError when it describes none. */
export function knownSchema(node: JsonNode, options: DecoderOptions): KnownSchema {
  const schema = schemaFromJson(node, (of, value) => decoderOf(of, options)(jsonReader(nodeToJson(value))));
  return { schema, decode: decoderOf(schema, options) };
}

/** Where each member's value begins; of repeated members the last one counts. */
function positions(reader: JsonReader): Map<string, number> {
  const result = new Map<string, number>();
  reader.expect(OPEN_BRACE);
  reader.enter();
  if (!reader.take(CLOSE_BRACE)) {
    do {
      const key = reader.key();
      reader.peek();
      result.set(key, reader.at);
      reader.node();
    } while (reader.next(CLOSE_BRACE));
  }
  return result;
}
