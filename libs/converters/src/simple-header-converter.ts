import {
  ConfigDef,
  DataError,
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

/** A header whose text is `null`, which the JVM's converter cannot read either: it fails with this class. */
export class NullHeaderTextError extends DataError {
  override readonly code = 'NULL_HEADER_TEXT';
  override readonly javaClass = 'java.lang.NullPointerException';
  readonly header: string;

  constructor(header: string) {
    super(`The text of header ${header} is null, which is no value`);
    this.header = header;
  }
}

/**
 * `org.apache.kafka.connect.storage.SimpleHeaderConverter`, the default one: headers as readable text, whose type is guessed when
 * they are read (spec/transforms.md sections 4 and 5).
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

  toConnectHeader(_topic: string, key: string, bytes: Uint8Array | null): SchemaAndValue {
    if (bytes === null) {
      return NULL;
    }
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    const parsed = parseValueText(text);
    if (parsed === null) {
      throw new NullHeaderTextError(key);
    }
    return parsed;
  }
}
