import { ConfigDef, Validators, type ConnectRecord, type Predicate, type Props } from '@millrace/connect-api';
import { text } from '../settings.ts';

const NAME = 'name';

/** `org.apache.kafka.connect.transforms.predicates.HasHeaderKey`: records with a header of a name. */
export class HasHeaderKey implements Predicate {
  #name = '';

  config(): ConfigDef {
    return new ConfigDef().define({
      name: NAME,
      type: 'STRING',
      validator: Validators.nonEmptyString(),
      importance: 'MEDIUM',
      documentation: 'The header name.',
    });
  }

  configure(props: Props): void {
    this.#name = text(this.config().parse(props)[NAME]);
  }

  test(record: ConnectRecord): boolean {
    return record.headers.some((header) => header.key === this.#name);
  }
}
