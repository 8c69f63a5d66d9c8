import { uniqueName } from '@millrace/testing';
import { pino, type Logger } from 'pino';
import { afterEach } from 'vitest';
import { createAdmin } from '../src/admin/create-admin.ts';
import type { KafkaAdmin } from '../src/admin/admin.ts';
import { createKafkaClient } from '../src/client/create-kafka-client.ts';
import type { KafkaClient } from '../src/client/kafka-client.ts';
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
