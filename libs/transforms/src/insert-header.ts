import {
  ConfigDef,
  parseValueText,
  Validators,
  type ConnectRecord,
  type Header,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import { text } from './settings.ts';

const HEADER = 'header';
const VALUE_LITERAL = 'value.literal';

/** `org.apache.kafka.connect.transforms.InsertHeader`: adds a header with a fixed value, whose type is guessed from its text. */
export class InsertHeader implements Transformation {
  #header: Header = { key: '', schema: null, value: null };

  config(): ConfigDef {
    return new ConfigDef()
      .define({
        name: HEADER,
        type: 'STRING',
        validator: Validators.nonNull(),
        importance: 'HIGH',
        documentation: 'The name of the header.',
      })
      .define({
        name: VALUE_LITERAL,
        type: 'STRING',
        validator: Validators.nonNull(),
        importance: 'HIGH',
        documentation: 'The literal value that is to be set as the header value on all records.',
      });
  }

  configure(props: Props): void {
    const settings = this.config().parse(props);
    const literal = parseValueText(text(settings[VALUE_LITERAL]));
    this.#header = {
      key: text(settings[HEADER]),
      schema: literal?.schema ?? null,
      value: literal?.value ?? null,
    };
  }

  apply(record: ConnectRecord): ConnectRecord {
    return record.newRecord({ headers: [...record.headers, this.#header] });
  }
}
