import {
  ConfigDef,
  javaRegExp,
  Validators,
  type ConnectRecord,
  type Predicate,
  type Props,
} from '@millrace/connect-api';
import { text } from '../settings.ts';

const PATTERN = 'pattern';

/** `org.apache.kafka.connect.transforms.predicates.TopicNameMatches`: records of topics whose whole name matches. */
export class TopicNameMatches implements Predicate {
  #pattern = /^$/;

  config(): ConfigDef {
    return new ConfigDef().define({
      name: PATTERN,
      type: 'STRING',
      validator: Validators.all(Validators.nonEmptyString(), Validators.regex()),
      importance: 'MEDIUM',
      documentation: "A Java regular expression for matching against the name of a record's topic.",
    });
  }

  configure(props: Props): void {
    this.#pattern = javaRegExp(text(this.config().parse(props)[PATTERN]), 'matches');
  }

  test(record: ConnectRecord): boolean {
    return this.#pattern.test(record.topic);
  }
}
