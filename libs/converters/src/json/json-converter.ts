import {
  DataError,
  parseJson,
  type ConfigDef,
  type ConnectValue,
  type Converter,
  type HeaderConverter,
  type Props,
  type Schema,
  type SchemaAndValue,
} from '@millrace/connect-api';
import { withConverterType } from '../converter-config.ts';
import {
  jsonConverterConfig,
  parseJsonConverterSettings,
  type JsonConverterSettings,
} from './json-converter-config.ts';
import { encoderOf, type Encode } from './json-encoder.ts';
import { schemaToJson } from './schema-json.ts';

const NULL: SchemaAndValue = { schema: null, value: null };

interface SchemaWriter {
  /** The envelope up to the payload; empty without envelopes. */
  readonly head: string;
  readonly encode: Encode;
}

/** `org.apache.kafka.connect.json.JsonConverter` (spec/transforms.md section 4). */
export class JsonConverter implements Converter, HeaderConverter {
  #settings: JsonConverterSettings = parseJsonConverterSettings(withConverterType({}, undefined));
  readonly #writers = new WeakMap<Schema, SchemaWriter>();
  #schemalessWriter = this.#newWriter(null);

  config(): ConfigDef {
    return jsonConverterConfig();
  }

  configure(props: Props, isKey?: boolean): void {
    this.#settings = parseJsonConverterSettings(withConverterType(props, isKey));
    this.#schemalessWriter = this.#newWriter(null);
  }

  fromConnectData(_topic: string, schema: Schema | null, value: ConnectValue): Uint8Array | null {
    if (schema === null && value === null) {
      return null;
    }
    const { head, encode } = this.#writer(schema);
    const payload = encode(value, 0);
    return Buffer.from(head === '' ? payload : `${head}${payload}}`, 'utf8');
  }

  toConnectData(_topic: string, bytes: Uint8Array | null): SchemaAndValue {
    if (bytes === null) {
      return NULL;
    }
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    if (text === '' && !this.#settings.schemasEnable) {
      return NULL;
    }
    if (this.#settings.schemasEnable) {
      throw new DataError('Reading envelopes comes with the next change');
    }
    return { schema: null, value: parseJson(text) };
  }

  fromConnectHeader(
    topic: string,
    _key: string,
    schema: Schema | null,
    value: ConnectValue,
  ): Uint8Array | null {
    return this.fromConnectData(topic, schema, value);
  }

  toConnectHeader(topic: string, _key: string, bytes: Uint8Array | null): SchemaAndValue {
    return this.toConnectData(topic, bytes);
  }

  #writer(schema: Schema | null): SchemaWriter {
    if (schema === null) {
      return this.#schemalessWriter;
    }
    let writer = this.#writers.get(schema);
    if (writer === undefined) {
      writer = this.#newWriter(schema);
      this.#writers.set(schema, writer);
    }
    return writer;
  }

  #newWriter(schema: Schema | null): SchemaWriter {
    const encode = encoderOf(schema, this.#settings);
    if (!this.#settings.schemasEnable) {
      return { head: '', encode };
    }
    const defaultText = (of: Schema): string => encoderOf(of, this.#settings)(of.defaultValue ?? null, 0);
    return { head: `{"schema":${schemaToJson(schema, defaultText)},"payload":`, encode };
  }
}
