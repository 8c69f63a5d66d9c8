import {
  ConfigDef,
  Validators,
  type ConnectRecord,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import { list } from './settings.ts';

const HEADERS = 'headers';

/** `org.apache.kafka.connect.transforms.DropHeaders`: takes away all headers of some names. */
export class DropHeaders implements Transformation {
  #names: ReadonlySet<string> = new Set();

  config(): ConfigDef {
    return new ConfigDef().define({
      name: HEADERS,
      type: 'LIST',
      validator: Validators.list({ emptyAllowed: false, nullAllowed: false }),
      importance: 'HIGH',
      documentation: 'The name of the headers to be removed.',
    });
  }

  configure(props: Props): void {
    this.#names = new Set(list(this.config().parse(props)[HEADERS]));
  }

  apply(record: ConnectRecord): ConnectRecord {
    return record.newRecord({ headers: record.headers.filter((header) => !this.#names.has(header.key)) });
  }
}
