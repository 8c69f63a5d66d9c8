import {
  ConfigDef,
  ConfigError,
  DataError,
  Schema,
  Struct,
  type ConnectRecord,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import type { RecordPart } from './record-part.ts';
import { optionalText, REPLACE_NULL_WITH_DEFAULT, withReplaceNull } from './settings.ts';
import { DerivedSchemas, schemaBasics, withSchema } from './struct-schemas.ts';

const NAME = 'schema.name';
const SCHEMA_VERSION = 'schema.version';

/** `org.apache.kafka.connect.transforms.SetSchemaMetadata`: gives a struct's schema another name or version. */
export class SetSchemaMetadata implements Transformation {
  readonly #part: RecordPart;
  #name: string | null = null;
  #version: number | null = null;
  #replaceNull = true;
  #schemas = new DerivedSchemas((schema) => this.#changed(schema));

  constructor(part: RecordPart) {
    this.#part = part;
  }

  config(): ConfigDef {
    const definition = new ConfigDef()
      .define({
        name: NAME,
        type: 'STRING',
        defaultValue: null,
        importance: 'HIGH',
        documentation: 'Schema name to set.',
      })
      .define({
        name: SCHEMA_VERSION,
        type: 'INT',
        defaultValue: null,
        importance: 'HIGH',
        documentation: 'Schema version to set.',
      });
    return withReplaceNull(definition);
  }

  configure(props: Props): void {
    const settings = this.config().parse(props);
    const version = settings[SCHEMA_VERSION];
    this.#name = optionalText(settings[NAME]);
    this.#version = typeof version === 'number' ? version : null;
    this.#replaceNull = settings[REPLACE_NULL_WITH_DEFAULT] === true;
    this.#schemas = new DerivedSchemas((schema) => this.#changed(schema));
    if (this.#name === null && this.#version === null) {
      throw new ConfigError('Neither schema name nor version configured');
    }
  }

  apply(record: ConnectRecord): ConnectRecord {
    const schema = this.#part.schema(record);
    const value = this.#part.value(record);
    if (schema === null) {
      if (value === null) {
        return record;
      }
      throw new DataError('Schema required for [updating schema metadata]');
    }
    const changed = this.#schemas.of(schema);
    const moved = value instanceof Struct ? withSchema(value, changed, this.#replaceNull) : value;
    return record.newRecord(this.#part.change(changed, moved));
  }

  #changed(schema: Schema): Schema {
    if (schema.type !== 'struct') {
      // The JVM copies a list of fields, whatever the type.
      throw new DataError('Cannot list fields on non-struct type');
    }
    return new Schema({
      ...schemaBasics(schema),
      type: 'struct',
      optional: schema.optional,
      defaultValue: schema.defaultValue,
      fields: schema.fields,
      name: this.#name ?? schema.name,
      version: this.#version ?? schema.version,
    });
  }
}
