import {
  DataError,
  javaClassName,
  javaTypeName,
  Schema,
  type ConfigDef,
  type ConnectValue,
  type Converter,
  type HeaderConverter,
  type Props,
  type SchemaAndValue,
} from '@millrace/connect-api';
import { converterConfig, withConverterType } from './converter-config.ts';

/** `org.apache.kafka.connect.converters.BooleanConverter`: one byte, 1 or 0. */
export class BooleanConverter implements Converter, HeaderConverter {
  config(): ConfigDef {
    return converterConfig();
  }

  configure(props: Props, isKey?: boolean): void {
    this.config().parse(withConverterType(props, isKey));
  }

  fromConnectData(_topic: string, schema: Schema | null, value: ConnectValue): Uint8Array | null {
    if (schema !== null && schema.type !== 'boolean') {
      throw new DataError(`Invalid schema type for BooleanConverter: ${javaTypeName(schema.type)}`);
    }
    if (value === null) {
      return null;
    }
    if (typeof value !== 'boolean') {
      throw new DataError(
        `BooleanConverter is not compatible with objects of type class ${javaClassName(value, schema)}`,
      );
    }
    return Uint8Array.of(value ? 1 : 0);
  }

  toConnectData(_topic: string, bytes: Uint8Array | null): SchemaAndValue {
    if (bytes === null) {
      return { schema: Schema.OPTIONAL_BOOLEAN, value: null };
    }
    const [byte] = bytes;
    if (bytes.length !== 1 || (byte !== 0 && byte !== 1)) {
      throw new DataError('Failed to deserialize boolean: ', {
        cause: new DataError(`A boolean is one byte, 0 or 1, not ${bytes.length} of them or another one`),
      });
    }
    return { schema: Schema.OPTIONAL_BOOLEAN, value: byte === 1 };
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
