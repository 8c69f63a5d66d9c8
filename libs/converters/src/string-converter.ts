import {
  javaToString,
  Schema,
  type ConfigDef,
  type ConnectValue,
  type Converter,
  type HeaderConverter,
  type Props,
  type SchemaAndValue,
} from '@millrace/connect-api';
import { converterConfig, withConverterType } from './converter-config.ts';
import { textCodec, type TextCodec } from './text-codec.ts';

const ENCODING = 'converter.encoding';
const UTF_8 = 'UTF-8';
const NULL: SchemaAndValue = { schema: Schema.OPTIONAL_STRING, value: null };

/**
 * `org.apache.kafka.connect.storage.StringConverter`: any value as Java's `toString()` prints it, in `converter.encoding`
 * (UTF-8); back always a string. Bytes that the encoding does not know become U+FFFD (spec/transforms.md section 4).
 */
export class StringConverter implements Converter, HeaderConverter {
  #codec: TextCodec = textCodec(UTF_8);

  config(): ConfigDef {
    return converterConfig().define({
      name: ENCODING,
      type: 'STRING',
      defaultValue: UTF_8,
      importance: 'HIGH',
      documentation: 'The name of the Java character set to use for encoding strings as byte arrays.',
      width: 'MEDIUM',
      displayName: 'Encoding',
    });
  }

  configure(props: Props, isKey?: boolean): void {
    const settings = this.config().parse(withConverterType(props, isKey));
    this.#codec = textCodec(String(settings[ENCODING]));
  }

  fromConnectData(_topic: string, schema: Schema | null, value: ConnectValue): Uint8Array | null {
    if (value === null) {
      return null;
    }
    return this.#codec.encode(typeof value === 'string' ? value : javaToString(value, schema));
  }

  toConnectData(_topic: string, bytes: Uint8Array | null): SchemaAndValue {
    return bytes === null ? NULL : { schema: Schema.OPTIONAL_STRING, value: this.#codec.decode(bytes) };
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
}
