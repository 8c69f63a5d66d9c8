import { uniqueName } from '@millrace/testing';
import { pino, type Logger } from 'pino';
import { afterEach } from 'vitest';
import { createAdmin } from '../src/admin/create-admin.ts';
import type { KafkaAdmin } from '../src/admin/admin.ts';
import { createKafkaClient } from '../src/client/create-kafka-client.ts';
import type { KafkaClient } from '../src/client/kafka-client.ts';
import { createAssignedConsumer } from '../src/consumer/assigned-consumer.ts';
import { createProducer } from '../src/producer/create-producer.ts';
import type { ProducerRecord } from '../src/records/record.ts';

/** What tests log goes nowhere; a level in LOG_LEVEL shows it. */
export const logger: Logger = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' });

const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) {
    await end();
  }
});

/** Runs after the test, whatever becomes of it; the last one first. */
export function atEnd(end: () => Promise<unknown>): void {
  endings.push(end);
}

/** A client that is closed after the test; of the run's broker unless another one is named. */
export function testClient(props: Readonly<Record<string, string>> = {}): KafkaClient {
  const client = createKafkaClient(
    { 'bootstrap.servers': process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '', ...props },
    { logger },
  );
  atEnd(() => client.close());
  return client;
}

export interface TestTopic {
  readonly partitions?: number;
  readonly configs?: Readonly<Record<string, string>>;
}

/** A new topic of its own for the test. */
export async function testTopic(
  client: KafkaClient,
  { partitions = 1, configs = {} }: TestTopic = {},
): Promise<string> {
  const topic = uniqueName('topic');
  await testAdmin(client).createTopic({ topic, partitions, replicationFactor: 1, configs });
  return topic;
}

export function testAdmin(client: KafkaClient): KafkaAdmin {
  return createAdmin(client);
}

/** A record of text. */
export function record(
  topic: string,
  value: string | null,
  more: Partial<ProducerRecord> = {},
): ProducerRecord {
  return {
    topic,
    partition: null,
    timestamp: null,
    key: null,
    value: value === null ? null : Buffer.from(value),
    headers: [],
    ...more,
  };
}

/** Writes records and waits until the broker has them; throws when it does not take one. */
export async function write(client: KafkaClient, records: readonly ProducerRecord[]): Promise<void> {
  const producer = createProducer(client, {}, { logger });
  try {
    const { failed } = await producer.send(records).done;
    if (failed[0] !== undefined) throw failed[0].error;
  } finally {
    await producer.close(0);
  }
}

export interface ReadRecord {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly { readonly key: string; readonly value: string | null }[];
}

/** All records that are in a topic now, by partition and offset. */
export async function readAll(
  client: KafkaClient,
  topic: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly ReadRecord[]> {
  const [metadata] = await client.metadata([topic]);
  const partitions = (metadata?.partitions ?? []).map(({ partition }) => ({ topic, partition }));
  const consumer = createAssignedConsumer(client, { 'max.poll.records': '10000', ...settings }, { logger });
  try {
    consumer.assign(partitions.map((at) => ({ ...at, offset: 0 })));
    const ends = await consumer.endOffsets(partitions);
    const records: ReadRecord[] = [];
    const position = new Map(ends.map(({ partition }) => [partition, 0]));
    while (ends.some(({ partition, offset }) => (position.get(partition) ?? 0) < offset)) {
      for (const batch of await consumer.poll(100)) {
        for (const { offset, timestamp, key, value, headers } of batch.records) {
          records.push({
            partition: batch.partition,
            offset,
            timestamp,
            key: text(key),
            value: text(value),
            headers: headers.map((header) => ({ key: header.key, value: text(header.value) })),
          });
        }
      }
      for (const at of partitions) position.set(at.partition, await consumer.position(at));
    }
    return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
  } finally {
    await consumer.close();
  }
}

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString();
}
