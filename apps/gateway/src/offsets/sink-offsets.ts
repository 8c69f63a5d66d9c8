import type { ConnectValue } from '@millrace/connect-api';
import { BadRequestError, type ConnectorOffset, type ExactObject } from '@millrace/rest';
import type { OffsetAndPartition } from '@millrace/kafka';

const TOPIC_KEY = 'kafka_topic';
const PARTITION_KEY = 'kafka_partition';
const OFFSET_KEY = 'kafka_offset';

/** An offset of a sink's group to be set; null removes it. */
export interface SinkOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number | null;
}

const INT32_MAX = 2 ** 31 - 1;
const INTEGER = /^[+-]?\d+$/;

/** Reads the offsets of a request, of duplicates the last; throws BadRequestError in the JVM's words (spec/rest.md section 4). */
export function parseSinkOffsets(offsets: readonly ConnectorOffset[]): readonly SinkOffset[] {
  const parsed = new Map<string, SinkOffset>();
  for (const { partition, offset } of offsets) {
    const at = parsePartition(partition);
    parsed.set(`${at.topic}-${at.partition}`, { ...at, offset: parseOffset(offset) });
  }
  return [...parsed.values()];
}

function parsePartition(given: ExactObject | null): { readonly topic: string; readonly partition: number } {
  if (given === null) {
    throw new BadRequestError('The partition for a sink connector offset cannot be null or missing');
  }
  const topic = given.get(TOPIC_KEY);
  const partition = given.get(PARTITION_KEY);
  if (topic === undefined || partition === undefined) {
    throw new BadRequestError(
      `The partition for a sink connector offset must contain the keys '${TOPIC_KEY}' and '${PARTITION_KEY}'`,
    );
  }
  if (topic === null) {
    throw new BadRequestError('Kafka topic names must be valid strings and may not be null');
  }
  if (partition === null) {
    throw new BadRequestError('Kafka partitions must be valid numbers and may not be null');
  }
  const text = textOf(partition);
  const number = INTEGER.test(text) ? Number(text) : Number.NaN;
  if (!(Math.abs(number) <= INT32_MAX)) {
    throw new BadRequestError(
      `Failed to parse the following Kafka partition value in the provided offsets: '${text}'. Partition values for sink ` +
        'connectors need to be integers.',
    );
  }
  return { topic: textOf(topic), partition: number };
}

function parseOffset(given: ExactObject | null): number | null {
  if (given === null) {
    return null;
  }
  const offset = given.get(OFFSET_KEY);
  if (offset === undefined) {
    throw new BadRequestError(
      `The offset for a sink connector should either be null or contain the key '${OFFSET_KEY}'`,
    );
  }
  const text = offset === null ? 'null' : textOf(offset);
  const number = INTEGER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) {
    throw new BadRequestError(
      `Failed to parse the following Kafka offset value in the provided offsets: '${text}'. Offset values for sink ` +
        'connectors need to be integers.',
    );
  }
  if (number < 0) {
    throw new BadRequestError(`The offset ${number} for a sink connector is negative`);
  }
  return number;
}

function textOf(value: ConnectValue): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(Object.keys(value)) : String(value);
}

/** The offsets of a group in the form of an answer, sorted. */
export function shownSinkOffsets(offsets: readonly OffsetAndPartition[]): unknown {
  const sorted = [...offsets].sort((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
  );
  return {
    offsets: sorted.map(({ topic, partition, offset }) => ({
      partition: { [PARTITION_KEY]: partition, [TOPIC_KEY]: topic },
      offset: { [OFFSET_KEY]: offset },
    })),
  };
}
