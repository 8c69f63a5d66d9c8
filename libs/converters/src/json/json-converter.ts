import {
  DataError,
  JsonSyntaxError,
  type ConfigDef,
  type ConnectValue,
  type Converter,
  type HeaderConverter,
  type JsonReader,
  type Props,
  type Schema,
  type SchemaAndValue,
} from '@millrace/connect-api';
import { withConverterType } from '../converter-config.ts';
import { EnvelopeReader, knownSchema, type KnownSchema } from './envelope-reader.ts';
import { EnvelopeWriter } from './envelope-writer.ts';
import type { DecoderOptions } from './json-decoder.ts';
import {
  jsonConverterConfig,
  parseJsonConverterSettings,
  type JsonConverterSettings,
} from './json-converter-config.ts';
import { atRoot, jsonReader, utf8Value } from './json-text.ts';
import { SchemalessDecoder } from './schemaless-decoder.ts';

const NULL: SchemaAndValue = { schema: null, value: null };

/**
 * `org.apache.kafka.connect.json.JsonConverter`: values as JSON, with their schema in an envelope (`schemas.enable`, the default)
 * or without (spec/transforms.md section 4). What a schema's values need is put together once per schema, so callers
 * should keep their Schema objects.
 */
export class JsonConverter implements Converter, HeaderConverter {
  #settings: JsonConverterSettings = parseJsonConverterSettings(withConverterType({}, undefined));
  #writer = new EnvelopeWriter(this.#settings);
  readonly #schemaless = new SchemalessDecoder();
  #reader = new EnvelopeReader(this.#decoderOptions(), this.#settings.schemasCacheSize);
  /** The schema of all texts read, where the configuration has one. */
  #fixed: KnownSchema | undefined;

  config(): ConfigDef {
    return jsonConverterConfig();
  }

  /** Throws ConfigError, or DataError when `schema.content` is no schema. */
  configure(props: Props, isKey?: boolean): void {
    this.#settings = parseJsonConverterSettings(withConverterType(props, isKey));
    const options = this.#decoderOptions();
    this.#writer = new EnvelopeWriter(this.#settings);
    this.#reader = new EnvelopeReader(options, this.#settings.schemasCacheSize);
    this.#fixed = fixedSchema(this.#settings, options);
  }

  fromConnectData(_topic: string, schema: Schema | null, value: ConnectValue): Uint8Array | null {
    return schema === null && value === null ? null : this.#writer.write(schema, value);
  }

  toConnectData(_topic: string, bytes: Uint8Array | null): SchemaAndValue {
    if (bytes === null) {
      return NULL;
    }
    try {
      return this.#read(
        Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      );
    } catch (error) {
      if (error instanceof JsonSyntaxError) {
        throw new DataError('Converting byte[] to Kafka Connect data failed due to serialization error: ', {
          cause: error,
        });
      }
      throw error;
    }
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

  #read(bytes: Buffer): SchemaAndValue {
    const value = utf8Value(bytes);
    if (this.#settings.schemasEnable && this.#fixed === undefined) {
      return this.#reader.read(value);
    }
    const reader = jsonReader(value.toString('utf8'));
    if (Number.isNaN(reader.peek())) {
      return this.#fixed === undefined ? NULL : this.#fixedValue(jsonReader('null'), this.#fixed);
    }
    return this.#fixed === undefined
      ? { schema: null, value: atRoot(reader, (root) => this.#schemaless.read(root)) }
      : this.#fixedValue(reader, this.#fixed);
  }

  #fixedValue(reader: JsonReader, { schema, decode }: KnownSchema): SchemaAndValue {
    return { schema, value: atRoot(reader, decode) };
  }

  #decoderOptions(): DecoderOptions {
    return {
      replaceNullWithDefault: this.#settings.replaceNullWithDefault,
      schemaless: this.#schemaless,
    };
  }
}

function fixedSchema(settings: JsonConverterSettings, options: DecoderOptions): KnownSchema | undefined {
  if (!settings.schemasEnable || settings.schemaContent === null) {
    return undefined;
  }
  try {
    return knownSchema(jsonReader(settings.schemaContent).node(), options);
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      throw new DataError('Failed to parse schema in converter config due to serialization error: ', {
        cause: error,
      });
    }
    throw error;
  }
}
