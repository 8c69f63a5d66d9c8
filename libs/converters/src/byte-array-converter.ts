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

/** `org.apache.kafka.connect.converters.ByteArrayConverter`: bytes as they are, in both directions. */
export class ByteArrayConverter implements Converter, HeaderConverter {
  config(): ConfigDef {
    return converterConfig();
  }

  configure(props: Props, isKey?: boolean): void {
    this.config().parse(withConverterType(props, isKey));
  }

  fromConnectData(_topic: string, schema: Schema | null, value: ConnectValue): Uint8Array | null {
    if (schema !== null && schema.type !== 'bytes') {
      throw new DataError(`Invalid schema type for ByteArrayConverter: ${javaTypeName(schema.type)}`);
    }
    if (value !== null && !(value instanceof Uint8Array)) {
      throw new DataError(
        `ByteArrayConverter is not compatible with objects of type class ${javaClassName(value, schema)}`,
      );
    }
    return value;
  }

  toConnectData(_topic: string, bytes: Uint8Array | null): SchemaAndValue {
    return { schema: Schema.OPTIONAL_BYTES, value: bytes };
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
