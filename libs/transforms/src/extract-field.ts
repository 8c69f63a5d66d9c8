import {
  ConfigDef,
  Validators,
  type ConnectRecord,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import { UnknownFieldError } from './errors.ts';
import { FieldPath } from './field-path.ts';
import type { RecordPart } from './record-part.ts';
import { requireMapOrNull, requireStructOrNull } from './requirements.ts';
import { REPLACE_NULL_WITH_DEFAULT, text, withReplaceNull } from './settings.ts';

const FIELD = 'field';
const SYNTAX = 'field.syntax.version';
const PURPOSE = 'field extraction';

/** `org.apache.kafka.connect.transforms.ExtractField`: puts a field in the place of the key or value that holds it. */
export class ExtractField implements Transformation {
  readonly #part: RecordPart;
  #name = '';
  #path = new FieldPath('', 'V1');
  #replaceNull = true;

  constructor(part: RecordPart) {
    this.#part = part;
  }

  config(): ConfigDef {
    const definition = new ConfigDef().define({
      name: FIELD,
      type: 'STRING',
      importance: 'MEDIUM',
      documentation: 'Field name to extract.',
    });
    return withReplaceNull(definition).define({
      name: SYNTAX,
      type: 'STRING',
      defaultValue: 'V1',
      validator: Validators.caseInsensitive('V1', 'V2'),
      importance: 'HIGH',
      documentation:
        'Defines the version of the syntax to access fields. If set to <code>V1</code>, then the field paths are limited to access' +
        ' the elements at the root level of the struct or map. If set to <code>V2</code>, the syntax will support accessing nested' +
        ' elements. To access nested elements, dotted notation is used. If dots are already included in the field name, then' +
        ' backtick pairs can be used to wrap field names containing dots. E.g. to access the subfield <code>baz</code> from a field' +
        ' named "foo.bar" in a struct/map the following format can be used to access its elements: "<code>foo.bar</code>.baz".',
    });
  }

  configure(props: Props): void {
    const settings = this.config().parse(props);
    this.#name = text(settings[FIELD]);
    this.#path = new FieldPath(this.#name, text(settings[SYNTAX]).toUpperCase() === 'V2' ? 'V2' : 'V1');
    this.#replaceNull = settings[REPLACE_NULL_WITH_DEFAULT] === true;
  }

  apply(record: ConnectRecord): ConnectRecord {
    const schema = this.#part.schema(record);
    const value = this.#part.value(record);
    if (schema === null) {
      const map = requireMapOrNull(value, PURPOSE);
      return record.newRecord(this.#part.change(null, map === null ? null : this.#path.valueInMap(map)));
    }
    const struct = requireStructOrNull(value, PURPOSE, schema);
    const field = this.#path.fieldIn(schema);
    if (field === undefined) {
      throw new UnknownFieldError(this.#name);
    }
    const extracted = struct === null ? null : this.#path.valueInStruct(struct, this.#replaceNull);
    return record.newRecord(this.#part.change(field.schema, extracted));
  }
}
