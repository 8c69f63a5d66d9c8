import { Schema, SourceRecord, type SourceOffset, type SourcePartition } from '@millrace/connect-api';

export interface RecordOrigin {
  readonly topic: string;
  readonly partition: SourcePartition;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A record of a line, as the JVM's FileStreamSourceTask makes it: no key, a string value, `{position}` as offset. */
export function lineToRecord(line: string, sourceOffset: SourceOffset, origin: RecordOrigin): SourceRecord {
  return new SourceRecord({
    sourcePartition: origin.partition,
    sourceOffset,
    topic: origin.topic,
    valueSchema: Schema.STRING,
    value: line,
    timestamp: origin.now,
  });
}

/** The position that a committed offset names; 0 where there is none. */
export function positionOf(offset: SourceOffset | null): number {
  const position = offset?.['position'];
  if (position === undefined || position === null) {
    return 0;
  }
  if (typeof position !== 'bigint' || position < 0n) {
    throw new TypeError(
      `The committed offset's position is not a whole number of bytes: ${String(position)}`,
    );
  }
  return Number(position);
}
