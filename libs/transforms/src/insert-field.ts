import {
  ConfigDef,
  ConfigError,
  copyCapacity,
  dateFromMillis,
  Int32,
  javaHashMap,
  OPTIONAL_TIMESTAMP_SCHEMA,
  Schema,
  SchemaBuilderError,
  Struct,
  TIMESTAMP_SCHEMA,
  type ConnectRecord,
  type ConnectValue,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import type { RecordPart } from './record-part.ts';
import { requireMap, requireSinkRecord, requireStruct } from './requirements.ts';
import { optionalText, REPLACE_NULL_WITH_DEFAULT, withReplaceNull } from './settings.ts';
import { DerivedSchemas, fieldValue, schemaBasics } from './struct-schemas.ts';

const STATIC_FIELD = 'static.field';
const STATIC_VALUE = 'static.value';
const PURPOSE = 'field insertion';

/** Something of a record that can be inserted; null where the record has it not. */
interface Source {
  readonly setting: string;
  readonly documentation: string;
  readonly schema: Schema;
  readonly optionalSchema: Schema;
  readonly schemaless: (record: ConnectRecord) => ConnectValue;
  readonly withSchema: (record: ConnectRecord) => ConnectValue;
}

const SUFFIXES =
  'Suffix with <code>!</code> to make this a required field, or <code>?</code> to keep it optional (the default).';

/** In the order in which the fields are added. */
const SOURCES: readonly Source[] = [
  {
    setting: 'topic.field',
    documentation: `Field name for Kafka topic. ${SUFFIXES}`,
    schema: Schema.STRING,
    optionalSchema: Schema.OPTIONAL_STRING,
    schemaless: (record) => record.topic,
    withSchema: (record) => record.topic,
  },
  {
    setting: 'partition.field',
    documentation: `Field name for Kafka partition. ${SUFFIXES}`,
    schema: Schema.INT32,
    optionalSchema: Schema.OPTIONAL_INT32,
    schemaless: (record) => (record.partition === null ? null : new Int32(record.partition)),
    withSchema: (record) => record.partition,
  },
  {
    setting: 'offset.field',
    documentation: `Field name for Kafka offset - only applicable to sink connectors.<br/>${SUFFIXES}`,
    schema: Schema.INT64,
    optionalSchema: Schema.OPTIONAL_INT64,
    schemaless: offset,
    withSchema: offset,
  },
  {
    setting: 'timestamp.field',
    documentation: `Field name for record timestamp. ${SUFFIXES}`,
    schema: TIMESTAMP_SCHEMA,
    optionalSchema: OPTIONAL_TIMESTAMP_SCHEMA,
    schemaless: (record) => (record.timestamp === null ? null : BigInt(record.timestamp)),
    withSchema: (record) => (record.timestamp === null ? null : dateFromMillis(record.timestamp)),
  },
];

function offset(record: ConnectRecord): ConnectValue {
  return BigInt(requireSinkRecord(record, PURPOSE).kafkaOffset);
}

interface Insertion extends Source {
  readonly field: string;
  readonly optional: boolean;
}

/** `org.apache.kafka.connect.transforms.InsertField`: adds coordinates of the record, or a fixed text, as fields of its key or value. */
export class InsertField implements Transformation {
  readonly #part: RecordPart;
  #insertions: readonly Insertion[] = [];
  #replaceNull = true;
  #schemas = new DerivedSchemas((schema) => this.#extended(schema));

  constructor(part: RecordPart) {
    this.#part = part;
  }

  config(): ConfigDef {
    const definition = new ConfigDef();
    for (const { setting, documentation } of SOURCES) {
      definition.define({
        name: setting,
        type: 'STRING',
        defaultValue: null,
        importance: 'MEDIUM',
        documentation,
      });
    }
    definition
      .define({
        name: STATIC_FIELD,
        type: 'STRING',
        defaultValue: null,
        importance: 'MEDIUM',
        documentation: `Field name for static data field. ${SUFFIXES}`,
      })
      .define({
        name: STATIC_VALUE,
        type: 'STRING',
        defaultValue: null,
        importance: 'MEDIUM',
        documentation: 'Static field value, if field name configured.',
      });
    return withReplaceNull(definition);
  }

  configure(props: Props): void {
    const settings = this.config().parse(props);
    const staticValue = optionalText(settings[STATIC_VALUE]);
    this.#insertions = [...SOURCES, staticSource(staticValue)].flatMap((source) => {
      const field = optionalText(settings[source.setting]);
      return field === null ? [] : [insertion(source, field)];
    });
    this.#replaceNull = settings[REPLACE_NULL_WITH_DEFAULT] === true;
    this.#schemas = new DerivedSchemas((schema) => this.#extended(schema));
    if (this.#insertions.length === 0) {
      throw new ConfigError('No field insertion configured');
    }
    const staticField = optionalText(settings[STATIC_FIELD]);
    if (staticField !== null && staticValue === null) {
      throw ConfigError.invalidValue(
        STATIC_VALUE,
        null,
        `No value specified for static field: ${staticField}`,
      );
    }
  }

  apply(record: ConnectRecord): ConnectRecord {
    const value = this.#part.value(record);
    if (value === null) {
      return record;
    }
    const schema = this.#part.schema(record);
    if (schema === null) {
      return record.newRecord(this.#part.change(null, this.#insertSchemaless(record, value)));
    }
    const struct = requireStruct(value, PURPOSE, schema);
    const extended = this.#schemas.of(schema);
    const values = struct.schema.fields.map((field) => fieldValue(struct, field, this.#replaceNull));
    for (const { withSchema } of this.#insertions) {
      values.push(withSchema(record));
    }
    return record.newRecord(this.#part.change(extended, Struct.ofValues(extended, values)));
  }

  #insertSchemaless(record: ConnectRecord, value: ConnectValue): ConnectValue {
    const map = requireMap(value, PURPOSE);
    const updated = new Map(map);
    for (const { field, schemaless } of this.#insertions) {
      const inserted = schemaless(record);
      if (inserted !== null) {
        updated.set(field, inserted);
      }
    }
    return javaHashMap(updated, { capacity: copyCapacity(map.size) });
  }

  #extended(schema: Schema): Schema {
    const fields = schema.fields.map(({ name, schema: of }) => ({ name, schema: of }));
    for (const { field, optional, schema: of, optionalSchema } of this.#insertions) {
      if (fields.some(({ name }) => name === field)) {
        throw new SchemaBuilderError(`Cannot create field because of field name duplication ${field}`);
      }
      fields.push({ name: field, schema: optional ? optionalSchema : of });
    }
    return new Schema({ ...schemaBasics(schema), type: 'struct', fields });
  }
}

function staticSource(value: string | null): Source {
  return {
    setting: STATIC_FIELD,
    documentation: '',
    schema: Schema.STRING,
    optionalSchema: Schema.OPTIONAL_STRING,
    schemaless: () => value,
    withSchema: () => value,
  };
}

/** A field's name may end in `!`, for a required field, or in `?`. */
function insertion(source: Source, spec: string): Insertion {
  const suffix = /[!?]$/.exec(spec)?.[0];
  return {
    ...source,
    field: suffix === undefined ? spec : spec.slice(0, -1),
    optional: suffix !== '!',
  };
}
