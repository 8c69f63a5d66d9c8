import {
  ConfigDef,
  Schema,
  Struct,
  type ConnectRecord,
  type ConnectValue,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import type { RecordPart } from './record-part.ts';
import { text } from './settings.ts';
import { DerivedSchemas } from './struct-schemas.ts';

const FIELD = 'field';

/** `org.apache.kafka.connect.transforms.HoistField`: wraps the key or value into a map or struct of one field. */
export class HoistField implements Transformation {
  readonly #part: RecordPart;
  #field = '';
  #schemas = new DerivedSchemas((schema) => this.#wrapper(schema));

  constructor(part: RecordPart) {
    this.#part = part;
  }

  config(): ConfigDef {
    return new ConfigDef().define({
      name: FIELD,
      type: 'STRING',
      importance: 'MEDIUM',
      documentation: 'Field name for the single field that will be created in the resulting Struct or Map.',
    });
  }

  configure(props: Props): void {
    this.#field = text(this.config().parse(props)[FIELD]);
    this.#schemas = new DerivedSchemas((schema) => this.#wrapper(schema));
  }

  apply(record: ConnectRecord): ConnectRecord {
    const schema = this.#part.schema(record);
    const value = this.#part.value(record);
    if (schema === null) {
      const map = new Map<ConnectValue, ConnectValue>([[this.#field, value]]);
      return record.newRecord(this.#part.change(null, map));
    }
    const wrapper = this.#schemas.of(schema);
    return record.newRecord(this.#part.change(wrapper, Struct.ofValues(wrapper, [value])));
  }

  #wrapper(schema: Schema): Schema {
    return new Schema({ type: 'struct', fields: [{ name: this.#field, schema }] });
  }
}
