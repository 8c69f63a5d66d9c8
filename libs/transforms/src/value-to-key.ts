import {
  ConfigDef,
  DataError,
  javaHashMap,
  Schema,
  Struct,
  Validators,
  type ConnectRecord,
  type ConnectValue,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import { requireMap, requireStruct } from './requirements.ts';
import { list, REPLACE_NULL_WITH_DEFAULT, withReplaceNull } from './settings.ts';
import { DerivedSchemas, fieldValue } from './struct-schemas.ts';

const FIELDS = 'fields';
const PURPOSE = 'copying fields from value to key';

/** `org.apache.kafka.connect.transforms.ValueToKey`: makes the key of fields of the value. */
export class ValueToKey implements Transformation {
  #fields: readonly string[] = [];
  #replaceNull = true;
  #schemas = new DerivedSchemas((schema) => this.#keySchema(schema));

  config(): ConfigDef {
    const definition = new ConfigDef().define({
      name: FIELDS,
      type: 'LIST',
      validator: Validators.list({ emptyAllowed: false, nullAllowed: false }),
      importance: 'HIGH',
      documentation: 'Field names on the record value to extract as the record key.',
    });
    return withReplaceNull(definition);
  }

  configure(props: Props): void {
    const settings = this.config().parse(props);
    this.#fields = list(settings[FIELDS]);
    this.#replaceNull = settings[REPLACE_NULL_WITH_DEFAULT] === true;
    this.#schemas = new DerivedSchemas((schema) => this.#keySchema(schema));
  }

  apply(record: ConnectRecord): ConnectRecord {
    if (record.valueSchema === null) {
      const map = requireMap(record.value, PURPOSE);
      const entries = this.#fields.map((field): [string, ConnectValue] => [field, map.get(field) ?? null]);
      return record.newRecord({
        keySchema: null,
        key: javaHashMap(entries, { capacity: this.#fields.length }),
      });
    }
    const struct = requireStruct(record.value, PURPOSE, record.valueSchema);
    const keySchema = this.#schemas.of(struct.schema);
    const values = this.#fields.map((name) => {
      const field = struct.schema.field(name);
      return field === undefined ? null : fieldValue(struct, field, this.#replaceNull);
    });
    return record.newRecord({ keySchema, key: Struct.ofValues(keySchema, values) });
  }

  /** Throws DataError when the value has not all of the fields. */
  #keySchema(schema: Schema): Schema {
    const fields = this.#fields.map((name) => {
      const field = schema.field(name);
      if (field === undefined) {
        throw new DataError(`Field does not exist: ${name}`);
      }
      return { name, schema: field.schema };
    });
    return new Schema({ type: 'struct', fields });
  }
}
