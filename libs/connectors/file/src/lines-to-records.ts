import { Schema, SourceRecord, type SourcePartition } from '@millrace/connect-api';
import type { Line } from './line-splitter.ts';

/** Records of lines, as the JVM's FileStreamSourceTask makes them: no key, a string value, `{position}` as offset. */
export function linesToRecords(
  lines: readonly Line[],
  to: { readonly topic: string; readonly partition: SourcePartition; readonly now: number },
  into: SourceRecord[],
): void {
  for (const line of lines) {
    into.push(
      new SourceRecord({
        sourcePartition: to.partition,
        sourceOffset: { position: BigInt(line.end) },
        topic: to.topic,
        valueSchema: Schema.STRING,
        value: line.text,
        timestamp: to.now,
      }),
    );
  }
}

/** The position that a committed offset names; 0 where there is none. */
export function positionOf(offset: Readonly<Record<string, unknown>> | null): number {
  const position = offset?.['position'];
  if (position === undefined || position === null) {
    return 0;
  }
  if (typeof position !== 'bigint' || position < 0n) {
    throw new TypeError(`The committed offset's position is not a whole number of bytes: ${String(position)}`);
  }
  return Number(position);
}
