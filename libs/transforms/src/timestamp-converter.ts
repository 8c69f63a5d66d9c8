import {
  ConfigDef,
  ConfigError,
  copyCapacity,
  DataError,
  javaHashMap,
  Schema,
  SimpleDateFormat,
  Struct,
  toError,
  Validators,
  type ConnectRecord,
  type ConnectValue,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import type { RecordPart } from './record-part.ts';
import { requireMap, requireStructOrNull } from './requirements.ts';
import { REPLACE_NULL_WITH_DEFAULT, text, withReplaceNull } from './settings.ts';
import { DerivedSchemas, fieldValue, schemaBasics } from './struct-schemas.ts';
import {
  convertTimestamp,
  TIMESTAMP_TYPES,
  timestampSchema,
  timestampTypeOf,
  timestampTypeOfValue,
  UNIX_PRECISIONS,
  type TimestampForms,
  type TimestampType,
} from './timestamp-types.ts';

const FIELD = 'field';
const TARGET_TYPE = 'target.type';
const FORMAT = 'format';
const UNIX_PRECISION = 'unix.precision';
const PURPOSE = 'converting timestamp formats';

/** `org.apache.kafka.connect.transforms.TimestampConverter`: brings timestamps from one representation into another. */
export class TimestampConverter implements Transformation {
  readonly #part: RecordPart;
  /** Empty: the whole key or value is the timestamp. */
  #field = '';
  #target: TimestampType = 'Timestamp';
  #forms: TimestampForms = { format: null, pattern: '', precision: 'milliseconds' };
  #replaceNull = true;
  #schemas = new DerivedSchemas((schema) => this.#changedSchema(schema));

  constructor(part: RecordPart) {
    this.#part = part;
  }

  config(): ConfigDef {
    const definition = new ConfigDef()
      .define({
        name: FIELD,
        type: 'STRING',
        defaultValue: '',
        importance: 'HIGH',
        documentation: 'The field containing the timestamp, or empty if the entire value is a timestamp',
      })
      .define({
        name: TARGET_TYPE,
        type: 'STRING',
        validator: Validators.inList(...TIMESTAMP_TYPES),
        importance: 'HIGH',
        documentation: 'The desired timestamp representation: string, unix, Date, Time, or Timestamp',
      })
      .define({
        name: FORMAT,
        type: 'STRING',
        defaultValue: '',
        importance: 'MEDIUM',
        documentation:
          'A SimpleDateFormat-compatible format for the timestamp. Used to generate the output when type=string or used to parse the' +
          ' input if the input is a string.',
      })
      .define({
        name: UNIX_PRECISION,
        type: 'STRING',
        defaultValue: 'milliseconds',
        validator: Validators.inList(...UNIX_PRECISIONS),
        importance: 'LOW',
        documentation:
          'The desired Unix precision for the timestamp: seconds, milliseconds, microseconds, or nanoseconds. Used to generate the' +
          ' output when type=unix or used to parse the input if the input is a Long.Note: This SMT will cause precision loss during' +
          ' conversions from, and to, values with sub-millisecond components.',
      });
    return withReplaceNull(definition);
  }

  configure(props: Props): void {
    const settings = this.config().parse(props);
    const pattern = text(settings[FORMAT]);
    const target = text(settings[TARGET_TYPE]);
    const precision = text(settings[UNIX_PRECISION]);
    this.#field = text(settings[FIELD]);
    this.#target = TIMESTAMP_TYPES.find((type) => type === target) ?? 'Timestamp';
    this.#replaceNull = settings[REPLACE_NULL_WITH_DEFAULT] === true;
    this.#schemas = new DerivedSchemas((schema) => this.#changedSchema(schema));
    if (this.#target === 'string' && pattern === '') {
      throw new ConfigError(
        'TimestampConverter requires format option to be specified when using string timestamps',
        { key: FORMAT },
      );
    }
    this.#forms = {
      format: pattern === '' ? null : dateFormat(pattern),
      pattern,
      precision: UNIX_PRECISIONS.find((known) => known === precision) ?? 'milliseconds',
    };
  }

  apply(record: ConnectRecord): ConnectRecord {
    const schema = this.#part.schema(record);
    const value = this.#part.value(record);
    if (schema === null) {
      return record.newRecord(this.#part.change(null, this.#convertSchemaless(value)));
    }
    if (this.#field === '') {
      const type = timestampTypeOf(schema);
      return record.newRecord(
        this.#part.change(timestampSchema(this.#target, schema.optional), this.#convert(type, value)),
      );
    }
    const struct = requireStructOrNull(value, PURPOSE, schema);
    const changed = this.#schemas.of(schema);
    return record.newRecord(
      this.#part.change(changed, struct === null ? null : this.#convertStruct(struct, changed)),
    );
  }

  #convertSchemaless(value: ConnectValue): ConnectValue {
    if (value === null || this.#field === '') {
      return this.#convertValue(value);
    }
    const map = requireMap(value, PURPOSE);
    const updated = new Map(map);
    updated.set(this.#field, this.#convertValue(map.get(this.#field) ?? null));
    return javaHashMap(updated, { capacity: copyCapacity(map.size) });
  }

  #convertValue(value: ConnectValue): ConnectValue {
    return value === null ? null : this.#convert(timestampTypeOfValue(value), value);
  }

  #convert(from: TimestampType, value: ConnectValue): ConnectValue {
    return value === null ? null : convertTimestamp(value, from, this.#target, this.#forms);
  }

  #convertStruct(struct: Struct, changed: Schema): Struct {
    const values = struct.schema.fields.map((field) => {
      const value = fieldValue(struct, field, this.#replaceNull);
      return field.name === this.#field ? this.#convert(timestampTypeOf(field.schema), value) : value;
    });
    return Struct.ofValues(changed, values);
  }

  #changedSchema(schema: Schema): Schema {
    if (schema.type !== 'struct') {
      throw new DataError('Cannot list fields on non-struct type');
    }
    const init = {
      ...schemaBasics(schema),
      type: 'struct' as const,
      optional: schema.optional,
      fields: schema.fields.map((field) =>
        field.name === this.#field
          ? { name: field.name, schema: timestampSchema(this.#target, field.schema.optional) }
          : field,
      ),
    };
    const { defaultValue } = schema;
    if (!(defaultValue instanceof Struct)) {
      return new Schema(init);
    }
    return new Schema({ ...init, defaultValue: this.#convertStruct(defaultValue, new Schema(init)) });
  }
}

function dateFormat(pattern: string): SimpleDateFormat {
  try {
    return new SimpleDateFormat(pattern);
  } catch (error) {
    throw ConfigError.invalidValue(
      `TimestampConverter requires a SimpleDateFormat-compatible pattern for string timestamps: ${pattern}`,
      `java.lang.IllegalArgumentException: ${toError(error).message}`,
    );
  }
}
