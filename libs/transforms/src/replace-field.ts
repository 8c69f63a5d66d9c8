import {
  ConfigDef,
  ConfigError,
  javaHashMap,
  Schema,
  SchemaBuilderError,
  Struct,
  Validators,
  type ConnectRecord,
  type ConnectValue,
  type Field,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import type { RecordPart } from './record-part.ts';
import { fieldName, requireMap, requireStruct } from './requirements.ts';
import { list, REPLACE_NULL_WITH_DEFAULT, withReplaceNull } from './settings.ts';
import { DerivedSchemas, fieldValue, schemaBasics } from './struct-schemas.ts';

const EXCLUDE = 'exclude';
const INCLUDE = 'include';
const RENAMES = 'renames';
const PURPOSE = 'field replacement';

/** `org.apache.kafka.connect.transforms.ReplaceField`: leaves out fields and renames fields. */
export class ReplaceField implements Transformation {
  readonly #part: RecordPart;
  #exclude: ReadonlySet<string> = new Set();
  /** Empty: all. */
  #include: ReadonlySet<string> = new Set();
  #renames: ReadonlyMap<string, string> = new Map();
  #replaceNull = true;
  #schemas = new DerivedSchemas((schema) => this.#replacedSchema(schema));

  constructor(part: RecordPart) {
    this.#part = part;
  }

  config(): ConfigDef {
    const names = Validators.list({ emptyAllowed: true, nullAllowed: false });
    const definition = new ConfigDef()
      .define({
        name: EXCLUDE,
        type: 'LIST',
        defaultValue: [],
        validator: names,
        importance: 'MEDIUM',
        documentation: 'Fields to exclude. This takes precedence over the fields to include.',
      })
      .define({
        name: INCLUDE,
        type: 'LIST',
        defaultValue: [],
        validator: names,
        importance: 'MEDIUM',
        documentation: 'Fields to include. If specified, only these fields will be used.',
      })
      .define({
        name: RENAMES,
        type: 'LIST',
        defaultValue: [],
        validator: Validators.of(
          'list of colon-delimited pairs, e.g. <code>foo:bar,abc:xyz</code>',
          (_name, value) => {
            parseRenames(list(value));
          },
        ),
        importance: 'MEDIUM',
        documentation: 'Field rename mappings.',
      });
    return withReplaceNull(definition);
  }

  configure(props: Props): void {
    const settings = this.config().parse(props);
    this.#exclude = new Set(list(settings[EXCLUDE]));
    this.#include = new Set(list(settings[INCLUDE]));
    this.#renames = parseRenames(list(settings[RENAMES]));
    this.#replaceNull = settings[REPLACE_NULL_WITH_DEFAULT] === true;
    this.#schemas = new DerivedSchemas((schema) => this.#replacedSchema(schema));
  }

  apply(record: ConnectRecord): ConnectRecord {
    const value = this.#part.value(record);
    if (value === null) {
      return record;
    }
    const schema = this.#part.schema(record);
    if (schema === null) {
      return record.newRecord(this.#part.change(null, this.#replaceInMap(value)));
    }
    const struct = requireStruct(value, PURPOSE, schema);
    const replaced = this.#schemas.of(schema);
    const values = this.#kept(struct.schema).map((field) => fieldValue(struct, field, this.#replaceNull));
    return record.newRecord(this.#part.change(replaced, Struct.ofValues(replaced, values)));
  }

  #replaceInMap(value: ConnectValue): ConnectValue {
    const map = requireMap(value, PURPOSE);
    const updated = new Map<ConnectValue, ConnectValue>();
    for (const [key, item] of map) {
      const name = fieldName(key);
      if (this.#keeps(name)) {
        updated.set(this.#renames.get(name) ?? name, item);
      }
    }
    return javaHashMap(updated, { capacity: map.size });
  }

  /** Filters go by the names before renaming. */
  #keeps(name: string): boolean {
    return !this.#exclude.has(name) && (this.#include.size === 0 || this.#include.has(name));
  }

  #kept(schema: Schema): readonly Field[] {
    return schema.fields.filter((field) => this.#keeps(field.name));
  }

  #replacedSchema(schema: Schema): Schema {
    const fields = this.#kept(schema).map((field) => ({
      name: this.#renames.get(field.name) ?? field.name,
      schema: field.schema,
    }));
    const names = new Set<string>();
    for (const { name } of fields) {
      if (names.has(name)) {
        throw new SchemaBuilderError(`Cannot create field because of field name duplication ${name}`);
      }
      names.add(name);
    }
    return new Schema({ ...schemaBasics(schema), type: 'struct', fields });
  }
}

/** Reads `from:to,…`; throws ConfigError for anything else. */
function parseRenames(renames: readonly string[]): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const mapping of renames) {
    const parts = mapping.replace(/:+$/, '').split(':');
    const [from, to] = parts;
    if (parts.length !== 2 || from === undefined || to === undefined) {
      throw ConfigError.invalidValue(
        RENAMES,
        `[${renames.join(', ')}]`,
        `Invalid rename mapping: ${mapping}`,
      );
    }
    result.set(from, to);
  }
  return result;
}
