import {
  DataError,
  isJavaNumber,
  javaClassName,
  javaDoubleValue,
  javaFloatValue,
  javaIntValue,
  javaLongValue,
  javaTypeName,
  Schema,
  type ConfigDef,
  type ConnectValue,
  type Converter,
  type HeaderConverter,
  type JavaNumber,
  type Props,
  type SchemaAndValue,
} from '@millrace/connect-api';
import { converterConfig, withConverterType } from './converter-config.ts';

/** What tells one number converter from another. */
interface NumberFormat {
  /** The name in the JVM's messages. */
  readonly name: string;
  /** Of what is read. */
  readonly schema: Schema;
  readonly bytes: number;
  readonly write: (buffer: Buffer, value: JavaNumber) => void;
  readonly read: (buffer: Buffer) => number | bigint;
}

/**
 * Numbers as big-endian bytes of a fixed length (spec/transforms.md section 4). Any number is written, narrowed as Java narrows
 * it; bytes of another length are refused.
 */
abstract class NumberConverter implements Converter, HeaderConverter {
  readonly #format: NumberFormat;

  protected constructor(format: NumberFormat) {
    this.#format = format;
  }

  config(): ConfigDef {
    return converterConfig();
  }

  configure(props: Props, isKey?: boolean): void {
    this.config().parse(withConverterType(props, isKey));
  }

  fromConnectData(_topic: string, _schema: Schema | null, value: ConnectValue): Uint8Array | null {
    if (value === null) {
      return null;
    }
    const { name, bytes, write } = this.#format;
    if (!isJavaNumber(value)) {
      throw new DataError(`Failed to serialize to ${name} (was class ${javaClassName(value)}): `, {
        cause: new DataError('Not a number'),
      });
    }
    const buffer = Buffer.allocUnsafe(bytes);
    write(buffer, value);
    return buffer;
  }

  toConnectData(_topic: string, bytes: Uint8Array | null): SchemaAndValue {
    const { name, bytes: size, schema, read } = this.#format;
    if (bytes === null) {
      return { schema: schema, value: null };
    }
    if (bytes.length !== size) {
      throw new DataError(`Failed to deserialize ${name}: `, {
        cause: new DataError(`${bytes.length} bytes are no ${javaTypeName(schema.type)}, which has ${size}`),
      });
    }
    return {
      schema: schema,
      value: read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    };
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

/** `org.apache.kafka.connect.converters.ShortConverter`: 2 bytes. */
export class ShortConverter extends NumberConverter {
  constructor() {
    super({
      name: 'short',
      schema: Schema.OPTIONAL_INT16,
      bytes: 2,
      write: (buffer, value) => buffer.writeInt16BE((javaIntValue(value) << 16) >> 16),
      read: (buffer) => buffer.readInt16BE(),
    });
  }
}

/** `org.apache.kafka.connect.converters.IntegerConverter`: 4 bytes. */
export class IntegerConverter extends NumberConverter {
  constructor() {
    super({
      name: 'integer',
      schema: Schema.OPTIONAL_INT32,
      bytes: 4,
      write: (buffer, value) => buffer.writeInt32BE(javaIntValue(value)),
      read: (buffer) => buffer.readInt32BE(),
    });
  }
}

/** `org.apache.kafka.connect.converters.LongConverter`: 8 bytes. */
export class LongConverter extends NumberConverter {
  constructor() {
    super({
      name: 'long',
      schema: Schema.OPTIONAL_INT64,
      bytes: 8,
      write: (buffer, value) => buffer.writeBigInt64BE(javaLongValue(value)),
      read: (buffer) => buffer.readBigInt64BE(),
    });
  }
}

/** `org.apache.kafka.connect.converters.FloatConverter`: 4 bytes, IEEE 754. */
export class FloatConverter extends NumberConverter {
  constructor() {
    super({
      name: 'float',
      schema: Schema.OPTIONAL_FLOAT32,
      bytes: 4,
      write: (buffer, value) => buffer.writeFloatBE(javaFloatValue(value)),
      read: (buffer) => buffer.readFloatBE(),
    });
  }
}

/** `org.apache.kafka.connect.converters.DoubleConverter`: 8 bytes, IEEE 754. */
export class DoubleConverter extends NumberConverter {
  constructor() {
    super({
      name: 'double',
      schema: Schema.OPTIONAL_FLOAT64,
      bytes: 8,
      write: (buffer, value) => buffer.writeDoubleBE(javaDoubleValue(value)),
      read: (buffer) => buffer.readDoubleBE(),
    });
  }
}
