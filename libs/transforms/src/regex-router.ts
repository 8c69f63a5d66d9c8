import {
  ConfigDef,
  javaRegExp,
  Validators,
  type ConnectRecord,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import { expandReplacement } from './regex-replacement.ts';
import { text } from './settings.ts';

const REGEX = 'regex';
const REPLACEMENT = 'replacement';

/**
 * `org.apache.kafka.connect.transforms.RegexRouter`: renames the topic if the whole name matches. What is replaced is the first match found
 * in the name, as in the JVM, which need not be the whole.
 */
export class RegexRouter implements Transformation {
  #whole = /^$/;
  #first = /^$/;
  #replacement = '';

  config(): ConfigDef {
    return new ConfigDef()
      .define({
        name: REGEX,
        type: 'STRING',
        validator: Validators.regex(),
        importance: 'HIGH',
        documentation: 'Regular expression to use for matching.',
      })
      .define({
        name: REPLACEMENT,
        type: 'STRING',
        importance: 'HIGH',
        documentation: 'Replacement string.',
      });
  }

  configure(props: Props): void {
    const settings = this.config().parse(props);
    this.#whole = javaRegExp(text(settings[REGEX]), 'matches');
    this.#first = javaRegExp(text(settings[REGEX]), 'find');
    this.#replacement = text(settings[REPLACEMENT]);
  }

  apply(record: ConnectRecord): ConnectRecord {
    const { topic } = record;
    const match = this.#whole.test(topic) ? this.#first.exec(topic) : null;
    if (match === null) {
      return record;
    }
    const replacement = expandReplacement(this.#replacement, match);
    const renamed = topic.slice(0, match.index) + replacement + topic.slice(match.index + match[0].length);
    return record.newRecord({ topic: renamed });
  }
}
