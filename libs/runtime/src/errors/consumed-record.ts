import type { ConsumerRecord, FetchedBatch } from '@millrace/kafka';
import type { DeadLetter, RecordAtFault } from './record-at-fault.ts';

/** A record as it was fetched; its dead letter is the bytes that were read. */
export class ConsumedRecord implements RecordAtFault {
  readonly #batch: FetchedBatch;
  readonly #record: ConsumerRecord;

  constructor(batch: FetchedBatch, record: ConsumerRecord) {
    this.#batch = batch;
    this.#record = record;
  }

  describe(): string {
    const { topic, partition, timestampType } = this.#batch;
    const { offset, timestamp } = this.#record;
    const time = timestamp < 0 ? '' : `, timestamp=${timestamp}, timestampType=${timestampType}`;
    return `consumed record is {topic='${topic}', partition=${partition}, offset=${offset}${time}}`;
  }

  where(): string {
    const { topic, partition } = this.#batch;
    return `topic ${topic}, partition ${partition}, offset ${this.#record.offset}`;
  }

  deadLetter(): DeadLetter {
    const { topic, partition } = this.#batch;
    const { offset, timestamp, key, value, headers } = this.#record;
    return {
      topic,
      partition,
      offset,
      key,
      value,
      headers,
      timestamp: timestamp < 0 ? null : timestamp,
      origin: [],
    };
  }
}
