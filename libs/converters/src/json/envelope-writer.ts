import { sameSchema, type ConnectValue, type Schema } from '@millrace/connect-api';
import { encoderOf, type Encode, type EncoderOptions } from './json-encoder.ts';
import { schemaToJson } from './schema-json.ts';

export interface WriterOptions extends EncoderOptions {
  readonly schemasEnable: boolean;
  readonly schemasCacheSize: number;
}

/** How the values of one schema are written. */
interface SchemaWriter {
  readonly schema: Schema | null;
  /** The envelope up to the payload; empty without envelopes. */
  readonly head: Buffer;
  readonly encode: Encode;
}

/** Schemas looked through for one that is equal to a new object; a source that makes its schema anew per record has few of them. */
const MAX_RECENT = 8;
const CLOSE_BRACE = 125;

/** Writes values with their schema, whose JSON is printed once, or without. */
export class EnvelopeWriter {
  readonly #options: WriterOptions;
  readonly #bySchema = new WeakMap<Schema, SchemaWriter>();
  readonly #recent: SchemaWriter[] = [];
  readonly #schemaless: SchemaWriter;
  #last: SchemaWriter;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#schemaless = this.#writerOf(null);
    this.#last = this.#schemaless;
  }

  /** Throws DataError when the value is none of the schema. */
  write(schema: Schema | null, value: ConnectValue): Buffer {
    if (schema !== this.#last.schema) {
      this.#last = schema === null ? this.#schemaless : this.#find(schema);
    }
    const { head, encode } = this.#last;
    const payload = encode(value, 0);
    if (head.length === 0) {
      return Buffer.from(payload, 'utf8');
    }
    const end = head.length + Buffer.byteLength(payload, 'utf8');
    const bytes = Buffer.allocUnsafe(end + 1);
    bytes.set(head, 0);
    bytes.write(payload, head.length, 'utf8');
    bytes[end] = CLOSE_BRACE;
    return bytes;
  }

  #find(schema: Schema): SchemaWriter {
    const known = this.#bySchema.get(schema);
    if (known !== undefined) {
      return known;
    }
    const equal = this.#recent.find((recent) => sameSchema(recent.schema, schema));
    const writer = equal ?? this.#writerOf(schema);
    this.#bySchema.set(schema, writer);
    if (equal === undefined) {
      this.#recent.unshift(writer);
      this.#recent.length = Math.min(this.#recent.length, MAX_RECENT, this.#options.schemasCacheSize);
    }
    return writer;
  }

  #writerOf(schema: Schema | null): SchemaWriter {
    const encode = encoderOf(schema, this.#options);
    return { schema, head: this.#head(schema), encode };
  }

  #head(schema: Schema | null): Buffer {
    if (!this.#options.schemasEnable) {
      return Buffer.alloc(0);
    }
    const defaultText = (of: Schema): string => encoderOf(of, this.#options)(of.defaultValue ?? null, 0);
    return Buffer.from(`{"schema":${schemaToJson(schema, defaultText)},"payload":`);
  }
}
