import {
  javaToString,
  stringifyJson,
  toError,
  type ConnectValue,
  type OffsetValue,
  type Schema,
  type SourceRecord,
} from '@millrace/connect-api';
import { JsonConverter, SimpleHeaderConverter } from '@millrace/converters';
import type { RecordHeader } from '@millrace/kafka';
import type { DeadLetter, RecordAtFault } from './record-at-fault.ts';

/** Stands for a record that was let go of once it was sent, since nobody would ask for it. */
export const NOT_KEPT: RecordAtFault = {
  describe: () => 'source record is not kept',
  where: () => 'a record that is not kept',
  deadLetter: () => ({
    topic: '',
    partition: -1,
    offset: -1,
    key: null,
    value: null,
    headers: [],
    timestamp: null,
    origin: [],
  }),
};

const json = withSchemas();
const simple = new SimpleHeaderConverter();

/**
 * A record as a source task made it. Its dead letter holds key and value as JSON with their schemas, whatever converters the connector has:
 * what could not be transformed or converted must be readable all the same, and be complete enough to be sent again.
 */
export class PolledRecord implements RecordAtFault {
  readonly #record: SourceRecord;

  constructor(record: SourceRecord) {
    this.#record = record;
  }

  describe(): string {
    const { sourcePartition, sourceOffset, topic, partition, timestamp } = this.#record;
    const { key, keySchema, value, valueSchema } = this.#record;
    const parts = [
      `sourcePartition=${objectText(sourcePartition)}`,
      `sourceOffset=${objectText(sourceOffset)}`,
      `topic='${topic}'`,
      `kafkaPartition=${String(partition)}`,
      `key=${javaToString(key, keySchema)}`,
      `value=${javaToString(value, valueSchema)}`,
      `timestamp=${String(timestamp)}`,
    ];
    return `source record is = SourceRecord{${parts.join(', ')}}`;
  }

  where(): string {
    const { sourcePartition, sourceOffset } = this.#record;
    return `source partition ${objectText(sourcePartition)}, source offset ${objectText(sourceOffset)}`;
  }

  deadLetter(): DeadLetter {
    const { sourcePartition, sourceOffset, topic, partition, timestamp } = this.#record;
    const { key, keySchema, value, valueSchema } = this.#record;
    return {
      topic,
      partition: partition ?? -1,
      offset: -1,
      key: key === null ? null : asJson(topic, keySchema, key),
      value: value === null ? null : asJson(topic, valueSchema, value),
      headers: this.#record.headers.map((header) => this.#header(header)),
      timestamp,
      origin: [
        ['source.partition', objectText(sourcePartition)],
        ['source.offset', objectText(sourceOffset)],
      ],
    };
  }

  #header({ key, schema, value }: SourceRecord['headers'][number]): RecordHeader {
    try {
      return { key, value: simple.fromConnectHeader(this.#record.topic, key, schema, value) };
    } catch {
      return { key, value: Buffer.from(javaToString(value, schema)) };
    }
  }
}

/** What does not fit its own schema is kept as text, with why. */
function asJson(topic: string, schema: Schema | null, value: ConnectValue): Uint8Array | null {
  try {
    return json.fromConnectData(topic, schema, value);
  } catch (error) {
    const text = new Map<string, ConnectValue>([
      ['unconvertible', javaToString(value, schema)],
      ['reason', toError(error).message],
    ]);
    return Buffer.from(stringifyJson(text));
  }
}

function objectText(fields: Readonly<Record<string, OffsetValue>> | null): string {
  return fields === null ? 'null' : stringifyJson(new Map(Object.entries(fields)));
}

function withSchemas(): JsonConverter {
  const converter = new JsonConverter();
  converter.configure({ 'schemas.enable': 'true' }, false);
  return converter;
}
