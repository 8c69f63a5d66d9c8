import {
  ConfigDef,
  copyCapacity,
  javaHashMap,
  Struct,
  Validators,
  type ConnectRecord,
  type ConnectValue,
  type Props,
  type Schema,
  type Transformation,
} from '@millrace/connect-api';
import { maskWithNothing, maskWithText } from './mask-value.ts';
import type { RecordPart } from './record-part.ts';
import { requireMap, requireStruct } from './requirements.ts';
import { list, optionalText, REPLACE_NULL_WITH_DEFAULT, withReplaceNull } from './settings.ts';
import { fieldValue } from './struct-schemas.ts';

const FIELDS = 'fields';
const REPLACEMENT = 'replacement';
const PURPOSE = 'mask fields';

/** `org.apache.kafka.connect.transforms.MaskField`: puts zeros, nothing or a fixed text in the place of fields' values. */
export class MaskField implements Transformation {
  readonly #part: RecordPart;
  /** In the order of the JVM's set of them. */
  #fields: ReadonlySet<string> = new Set();
  #replacement: string | null = null;
  #replaceNull = true;

  constructor(part: RecordPart) {
    this.#part = part;
  }

  config(): ConfigDef {
    const definition = new ConfigDef()
      .define({
        name: FIELDS,
        type: 'LIST',
        validator: Validators.list({ emptyAllowed: false, nullAllowed: false }),
        importance: 'HIGH',
        documentation: 'Names of fields to mask.',
      })
      .define({
        name: REPLACEMENT,
        type: 'STRING',
        defaultValue: null,
        validator: Validators.nonEmptyString(),
        importance: 'LOW',
        documentation:
          "Custom value replacement, that will be applied to all 'fields' values (numeric or non-empty string values only).",
      });
    return withReplaceNull(definition);
  }

  configure(props: Props): void {
    const settings = this.config().parse(props);
    this.#fields = new Set(
      javaHashMap(list(settings[FIELDS]).map((field): [string, boolean] => [field, true])).keys(),
    );
    this.#replacement = optionalText(settings[REPLACEMENT]);
    this.#replaceNull = settings[REPLACE_NULL_WITH_DEFAULT] === true;
  }

  apply(record: ConnectRecord): ConnectRecord {
    const schema = this.#part.schema(record);
    const value = this.#part.value(record);
    const masked = schema === null ? this.#maskMap(value) : this.#maskStruct(schema, value);
    return record.newRecord(this.#part.change(schema, masked));
  }

  #maskMap(value: ConnectValue): ConnectValue {
    const map = requireMap(value, PURPOSE);
    const updated = new Map(map);
    for (const field of this.#fields) {
      updated.set(field, this.#mask(null, map.get(field) ?? null));
    }
    return javaHashMap(updated, { capacity: copyCapacity(map.size) });
  }

  #maskStruct(schema: Schema, value: ConnectValue): Struct {
    const struct = requireStruct(value, PURPOSE, schema);
    const values = struct.schema.fields.map((field) => {
      const original = fieldValue(struct, field, this.#replaceNull);
      return this.#fields.has(field.name) ? this.#mask(field.schema, original) : original;
    });
    return Struct.ofValues(struct.schema, values);
  }

  #mask(schema: Schema | null, value: ConnectValue): ConnectValue {
    return this.#replacement === null
      ? maskWithNothing(schema, value)
      : maskWithText(schema, value, this.#replacement);
  }
}
