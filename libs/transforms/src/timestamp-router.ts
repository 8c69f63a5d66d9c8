import {
  ConfigDef,
  ConfigError,
  DataError,
  SimpleDateFormat,
  toError,
  type ConnectRecord,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import { text } from './settings.ts';

const TOPIC_FORMAT = 'topic.format';
const TIMESTAMP_FORMAT = 'timestamp.format';

/** `org.apache.kafka.connect.transforms.TimestampRouter`: a topic name with the record's time in it. */
export class TimestampRouter implements Transformation {
  #topicFormat = '';
  #timestampFormat = new SimpleDateFormat('');

  config(): ConfigDef {
    return new ConfigDef()
      .define({
        name: TOPIC_FORMAT,
        type: 'STRING',
        defaultValue: '${topic}-${timestamp}',
        importance: 'HIGH',
        documentation:
          'Format string which can contain <code>${topic}</code> and <code>${timestamp}</code> as placeholders for the topic and' +
          ' timestamp, respectively.',
      })
      .define({
        name: TIMESTAMP_FORMAT,
        type: 'STRING',
        defaultValue: 'yyyyMMdd',
        importance: 'HIGH',
        documentation:
          'Format string for the timestamp that is compatible with <code>java.text.SimpleDateFormat</code>.',
      });
  }

  configure(props: Props): void {
    const settings = this.config().parse(props);
    this.#topicFormat = text(settings[TOPIC_FORMAT]);
    const format = text(settings[TIMESTAMP_FORMAT]);
    try {
      this.#timestampFormat = new SimpleDateFormat(format);
    } catch (error) {
      throw ConfigError.invalidValue(TIMESTAMP_FORMAT, format, toError(error).message);
    }
  }

  apply(record: ConnectRecord): ConnectRecord {
    if (record.timestamp === null) {
      throw new DataError(
        `Timestamp missing on record of topic ${record.topic}, partition ${String(record.partition)}`,
      );
    }
    const time = this.#timestampFormat.format(new Date(record.timestamp));
    const topic = this.#topicFormat
      .replaceAll('${topic}', () => record.topic)
      .replaceAll('${timestamp}', () => time);
    return record.newRecord({ topic });
  }
}
