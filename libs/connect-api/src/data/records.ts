import { NO_HEADERS, type Headers } from './headers.ts';
import type { ConnectValue, Schema } from './schema.ts';

/** What a source partition or offset may hold: primitives only, int64 as `bigint` (spec/topics.md section 3). */
export type OffsetValue = null | boolean | number | bigint | string | Uint8Array;

/** Identifies where a record came from, e.g. `{filename: 'a.txt'}`. Keys keep their meaning in any order. */
export type SourcePartition = Readonly<Record<string, OffsetValue>>;

/** Position within a source partition, e.g. `{position: 17n}`. */
export type SourceOffset = Readonly<Record<string, OffsetValue>>;

/** What source and sink records share. Records are immutable; transforms make new ones with `newRecord`. */
export interface ConnectRecordInit {
  readonly topic: string;
  /** Kafka partition; null lets the producer's partitioner choose. */
  readonly partition?: number | null;
  readonly keySchema?: Schema | null;
  readonly key?: ConnectValue;
  readonly valueSchema?: Schema | null;
  readonly value?: ConnectValue;
  /** Milliseconds since the epoch, or null for none. */
  readonly timestamp?: number | null;
  readonly headers?: Headers;
}

export abstract class ConnectRecord {
  readonly topic: string;
  readonly partition: number | null;
  readonly keySchema: Schema | null;
  readonly key: ConnectValue;
  readonly valueSchema: Schema | null;
  readonly value: ConnectValue;
  readonly timestamp: number | null;
  readonly headers: Headers;

  protected constructor(init: ConnectRecordInit) {
    this.topic = init.topic;
    this.partition = init.partition ?? null;
    this.keySchema = init.keySchema ?? null;
    this.key = init.key ?? null;
    this.valueSchema = init.valueSchema ?? null;
    this.value = init.value ?? null;
    this.timestamp = init.timestamp ?? null;
    this.headers = init.headers ?? NO_HEADERS;
  }

  /** A copy with some properties replaced, of the same kind and origin. Called by transforms. */
  abstract newRecord(change: Partial<ConnectRecordInit>): ConnectRecord;
}

/** What a changed copy of a record holds; an absent property keeps the record's, null is a value. */
function changed(record: ConnectRecord, change: Partial<ConnectRecordInit>): ConnectRecordInit {
  return {
    topic: change.topic ?? record.topic,
    partition: change.partition === undefined ? record.partition : change.partition,
    keySchema: change.keySchema === undefined ? record.keySchema : change.keySchema,
    key: change.key === undefined ? record.key : change.key,
    valueSchema: change.valueSchema === undefined ? record.valueSchema : change.valueSchema,
    value: change.value === undefined ? record.value : change.value,
    timestamp: change.timestamp === undefined ? record.timestamp : change.timestamp,
    headers: change.headers ?? record.headers,
  };
}

export interface SourceRecordInit extends ConnectRecordInit {
  readonly sourcePartition: SourcePartition;
  readonly sourceOffset: SourceOffset | null;
}

/** A record made by a source task. A null `sourceOffset` writes a tombstone for the partition when committed. */
export class SourceRecord extends ConnectRecord {
  readonly sourcePartition: SourcePartition;
  readonly sourceOffset: SourceOffset | null;

  constructor(init: SourceRecordInit) {
    super(init);
    this.sourcePartition = init.sourcePartition;
    this.sourceOffset = init.sourceOffset;
  }

  override newRecord(change: Partial<ConnectRecordInit>): SourceRecord {
    return new SourceRecord({
      ...changed(this, change),
      sourcePartition: this.sourcePartition,
      sourceOffset: this.sourceOffset,
    });
  }
}

export type TimestampType = 'NoTimestampType' | 'CreateTime' | 'LogAppendTime';

export interface SinkRecordInit extends ConnectRecordInit {
  readonly partition: number;
  readonly kafkaOffset: number;
  readonly timestampType?: TimestampType;
  readonly originalTopic?: string;
  readonly originalPartition?: number;
  readonly originalKafkaOffset?: number;
}

/**
 * A record consumed from Kafka, given to a sink task. Broker offsets are `number` here (docs/decisions/0002): the
 * fetcher refuses one past 2^53 - 1 rather than round it.
 */
export class SinkRecord extends ConnectRecord {
  declare readonly partition: number;
  readonly kafkaOffset: number;
  readonly timestampType: TimestampType;
  /** Coordinates before any transform changed them (KIP-793). */
  readonly originalTopic: string;
  readonly originalPartition: number;
  readonly originalKafkaOffset: number;

  constructor(init: SinkRecordInit) {
    super(init);
    this.kafkaOffset = init.kafkaOffset;
    this.timestampType = init.timestampType ?? 'NoTimestampType';
    this.originalTopic = init.originalTopic ?? init.topic;
    this.originalPartition = init.originalPartition ?? init.partition;
    this.originalKafkaOffset = init.originalKafkaOffset ?? init.kafkaOffset;
  }

  override newRecord(change: Partial<ConnectRecordInit>): SinkRecord {
    return new SinkRecord({
      ...changed(this, change),
      partition: change.partition ?? this.partition,
      kafkaOffset: this.kafkaOffset,
      timestampType: this.timestampType,
      originalTopic: this.originalTopic,
      originalPartition: this.originalPartition,
      originalKafkaOffset: this.originalKafkaOffset,
    });
  }
}
