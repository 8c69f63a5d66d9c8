import {
  ConfigDef,
  ConfigError,
  copyCapacity,
  javaHashMap,
  Schema,
  Struct,
  Validators,
  type ConnectRecord,
  type ConnectValue,
  type Header,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import { MissingHeaderFieldError } from './errors.ts';
import type { RecordPart } from './record-part.ts';
import { requireMap, requireStruct } from './requirements.ts';
import { list, REPLACE_NULL_WITH_DEFAULT, text, withReplaceNull } from './settings.ts';
import { DerivedSchemas, fieldValue, schemaBasics } from './struct-schemas.ts';

const FIELDS = 'fields';
const HEADERS = 'headers';
const OPERATION = 'operation';
const MOVE = 'move';
const COPY = 'copy';

/** `org.apache.kafka.connect.transforms.HeaderFrom`: moves or copies fields of the key or value into headers. */
export class HeaderFrom implements Transformation {
  readonly #part: RecordPart;
  /** Field and header of the same index belong together. */
  #fields: readonly string[] = [];
  #headers: readonly string[] = [];
  #operation = MOVE;
  #replaceNull = true;
  #remaining = new DerivedSchemas((schema) => this.#withoutFields(schema));

  constructor(part: RecordPart) {
    this.#part = part;
  }

  config(): ConfigDef {
    const names = Validators.list({ emptyAllowed: false, nullAllowed: false });
    const definition = new ConfigDef()
      .define({
        name: FIELDS,
        type: 'LIST',
        validator: names,
        importance: 'HIGH',
        documentation: 'Field names in the record whose values are to be copied or moved to headers.',
      })
      .define({
        name: HEADERS,
        type: 'LIST',
        validator: names,
        importance: 'HIGH',
        documentation:
          'Header names, in the same order as the field names listed in the fields configuration property.',
      })
      .define({
        name: OPERATION,
        type: 'STRING',
        validator: Validators.inList(MOVE, COPY),
        importance: 'HIGH',
        documentation:
          'Either <code>move</code> if the fields are to be moved to the headers (removed from the key/value), or <code>copy</code>' +
          ' if the fields are to be copied to the headers (retained in the key/value).',
      });
    return withReplaceNull(definition);
  }

  configure(props: Props): void {
    const settings = this.config().parse(props);
    this.#fields = list(settings[FIELDS]);
    this.#headers = list(settings[HEADERS]);
    this.#operation = text(settings[OPERATION]);
    this.#replaceNull = settings[REPLACE_NULL_WITH_DEFAULT] === true;
    this.#remaining = new DerivedSchemas((schema) => this.#withoutFields(schema));
    if (this.#fields.length !== this.#headers.length) {
      throw new ConfigError(
        `'${FIELDS}' config must have the same number of elements as '${HEADERS}' config.`,
        {
          key: FIELDS,
        },
      );
    }
  }

  apply(record: ConnectRecord): ConnectRecord {
    const schema = this.#part.schema(record);
    const value = this.#part.value(record);
    return schema === null
      ? this.#applySchemaless(record, value)
      : this.#applyWithSchema(record, schema, value);
  }

  #applySchemaless(record: ConnectRecord, value: ConnectValue): ConnectRecord {
    const map = requireMap(value, `header ${this.#operation}`);
    const updated = new Map(map);
    const added = this.#fields.map((field, index): Header => {
      if (this.#operation === MOVE) {
        updated.delete(field);
      }
      return { key: this.#headers[index] ?? field, schema: null, value: map.get(field) ?? null };
    });
    return record.newRecord({
      ...this.#part.change(null, javaHashMap(updated, { capacity: copyCapacity(map.size) })),
      headers: [...record.headers, ...added],
    });
  }

  #applyWithSchema(record: ConnectRecord, schema: Schema, value: ConnectValue): ConnectRecord {
    const struct = requireStruct(value, `header ${this.#operation}`, schema);
    const added = this.#fields.map((name, index): Header => {
      const field = schema.field(name);
      if (field === undefined) {
        throw new MissingHeaderFieldError(name);
      }
      return {
        key: this.#headers[index] ?? name,
        schema: field.schema,
        value: fieldValue(struct, field, this.#replaceNull),
      };
    });
    const headers = [...record.headers, ...added];
    if (this.#operation !== MOVE) {
      return record.newRecord({ headers });
    }
    const remaining = this.#remaining.of(schema);
    const values = struct.schema.fields
      .filter((field) => !this.#fields.includes(field.name))
      .map((field) => fieldValue(struct, field, this.#replaceNull));
    return record.newRecord({ ...this.#part.change(remaining, Struct.ofValues(remaining, values)), headers });
  }

  #withoutFields(schema: Schema): Schema {
    return new Schema({
      ...schemaBasics(schema),
      type: 'struct',
      fields: schema.fields.filter((field) => !this.#fields.includes(field.name)),
    });
  }
}
