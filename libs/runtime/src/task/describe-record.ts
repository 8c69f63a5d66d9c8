import { javaToString, stringifyJson, type SourceRecord } from '@millrace/connect-api';
import type { ConsumerRecord, FetchedBatch } from '@millrace/kafka';

/** A source record as the log of errors names it. */
export function describeSourceRecord(record: SourceRecord): string {
  const offset =
    record.sourceOffset === null ? 'null' : stringifyJson(new Map(Object.entries(record.sourceOffset)));
  const partition = stringifyJson(new Map(Object.entries(record.sourcePartition)));
  const parts = [
    `sourcePartition=${partition}`,
    `sourceOffset=${offset}`,
    `topic='${record.topic}'`,
    `kafkaPartition=${String(record.partition)}`,
    `key=${javaToString(record.key, record.keySchema)}`,
    `value=${javaToString(record.value, record.valueSchema)}`,
    `timestamp=${String(record.timestamp)}`,
  ];
  return `source record is = SourceRecord{${parts.join(', ')}}`;
}

/** A consumed record as the log of errors names it. */
export function describeConsumedRecord(batch: FetchedBatch, record: ConsumerRecord): string {
  const { topic, partition, timestampType } = batch;
  const time = record.timestamp < 0 ? '' : `, timestamp=${record.timestamp}, timestampType=${timestampType}`;
  return `consumed record is {topic='${topic}', partition=${partition}, offset=${record.offset}${time}}`;
}
