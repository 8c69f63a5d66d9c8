import {
  ConfigDef,
  parseValueText,
  Schema,
  valueToText,
  type ConnectValue,
  type HeaderConverter,
  type Props,
  type SchemaAndValue,
} from '@millrace/connect-api';
import { utf8Bytes } from './text-codec.ts';

const NULL: SchemaAndValue = { schema: null, value: null };

/**
 * `org.apache.kafka.connect.storage.SimpleHeaderConverter`, the default one: headers as readable text, whose type is guessed when
 * they are read (spec/transforms.md sections 4 and 5). The text `null` is no value: the JVM's gives nothing then, which its runtime takes for that.
 */
export class SimpleHeaderConverter implements HeaderConverter {
  config(): ConfigDef {
    return new ConfigDef();
  }

  configure(_props: Props): void {
    // Has no settings.
  }

  fromConnectHeader(
    _topic: string,
    _key: string,
    schema: Schema | null,
    value: ConnectValue,
  ): Uint8Array | null {
    const text = valueToText(schema, value);
    return text === null ? null : utf8Bytes(text);
  }

  toConnectHeader(_topic: string, _key: string, bytes: Uint8Array | null): SchemaAndValue {
    if (bytes === null) {
      return NULL;
    }
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    return parseValueText(text) ?? NULL;
  }
}
