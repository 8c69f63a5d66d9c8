import {
  createAdmin,
  createAssignedConsumer,
  createKafkaClient,
  createProducer,
  createTransactionalLogWriter,
  type KafkaAdmin,
  type KafkaClient,
  type TransactionalLogWriter,
} from '@millrace/kafka';
import { startKafka, uniqueName } from '@millrace/testing';
import { pino } from 'pino';
import { MemoryTransactionalWriter } from '../src/config/memory-transactional-writer.ts';
import {
  createConfigBackingStore,
  createOffsetBackingStore,
  createStatusBackingStore,
  memoryConfigBackingStore,
  memoryOffsetBackingStore,
  memoryStatusBackingStore,
  MemoryTopic,
  type ConfigBackingStore,
  type OffsetBackingStore,
  type StatusBackingStore,
  type StatusUpdateListener,
  type TopicSettings,
} from '../src/index.ts';
import { LogLines } from './log-lines.ts';

/** A record as a test writes and reads it. */
export interface TestRecord {
  readonly key: string | null;
  readonly value: string | null;
}

export interface ReadRecord extends TestRecord {
  readonly partition: number;
  readonly offset: number;
  readonly headers: readonly string[];
}

/** One internal topic, and any number of stores over it. */
export interface TestTopic {
  config(): Promise<ConfigBackingStore>;
  offset(): Promise<OffsetBackingStore>;
  /** The listener is there before the store starts. */
  status(listener?: StatusUpdateListener): Promise<StatusBackingStore>;
  /** Appends without a transaction, as somebody would who knows nothing of us. */
  append(records: readonly TestRecord[]): Promise<void>;
  /** All committed records, by partition and offset; uncommitted and aborted ones too where they are asked for. */
  records(isolation?: 'read_committed' | 'read_uncommitted'): Promise<readonly ReadRecord[]>;
  /** A writer under the transactional id that the config stores share. */
  transactions(): TransactionalLogWriter;
  /** What the stores have logged. */
  readonly log: LogLines;
  close(): Promise<void>;
}

export interface TestTopics {
  readonly kind: string;
  open(partitions: number): Promise<TestTopic>;
  close(): Promise<void>;
}

export const memoryTopics: TestTopics = {
  kind: 'in memory',
  open: (partitions) => Promise.resolve(memoryTopic(partitions)),
  close: () => Promise.resolve(),
};

function memoryTopic(partitions: number): TestTopic {
  const topic = new MemoryTopic(uniqueName('memory'), partitions);
  const log = new LogLines();
  const stores: { stop(): Promise<void> }[] = [];
  const started = async <S extends { start(): Promise<void>; stop(): Promise<void> }>(
    store: S,
  ): Promise<S> => {
    stores.push(store);
    await store.start();
    return store;
  };
  return {
    log,
    config: () => started(memoryConfigBackingStore(topic, log.logger)),
    offset: () => started(memoryOffsetBackingStore(topic, log.logger)),
    status: (listener) => started(listened(memoryStatusBackingStore(topic, log.logger), listener)),
    transactions: () => new MemoryTransactionalWriter(topic),
    append: (records) => {
      for (const { key, value } of records) {
        topic.append({ key, value: value === null ? null : Buffer.from(value) });
      }
      return Promise.resolve();
    },
    records: (isolation = 'read_committed') => {
      const committed = isolation === 'read_committed';
      const entries = Array.from({ length: partitions }, (_, partition) =>
        topic.read(partition, { from: 0, to: topic.endOffset(partition, committed) }, committed),
      ).flat();
      return Promise.resolve(
        entries.map(({ partition, offset, key, value, headers }) => ({
          partition,
          offset,
          key,
          value: value === null ? null : value.toString('utf8'),
          headers: headers.map((header) => header.key),
        })),
      );
    },
    close: async () => {
      await Promise.all(stores.map((store) => store.stop()));
    },
  };
}

/** Topics on a real broker, over one client. */
export async function kafkaTopics(): Promise<
  TestTopics & { readonly client: KafkaClient; readonly admin: KafkaAdmin }
> {
  const kafka = await startKafka();
  const logger = pino({ level: 'silent' });
  const client = createKafkaClient({ 'bootstrap.servers': kafka.bootstrapServers }, { logger });
  const admin = createAdmin(client);
  return {
    kind: 'on a broker',
    client,
    admin,
    open: (partitions) => kafkaTopic(client, admin, partitions),
    close: async () => {
      await client.close();
      await kafka.stop();
    },
  };
}

export function topicSettings(topic: string, partitions: number): TopicSettings {
  return {
    topic,
    partitions,
    replicationFactor: 1,
    topicConfigs: {},
    onePartition: partitions === 1,
    property: 'config.storage.topic',
  };
}

async function kafkaTopic(client: KafkaClient, admin: KafkaAdmin, partitions: number): Promise<TestTopic> {
  const topic = uniqueName('stores');
  const groupId = uniqueName('group');
  const settings = topicSettings(topic, partitions);
  const log = new LogLines();
  const { logger } = log;
  const stores: { stop(): Promise<void> }[] = [];
  const started = async <S extends { start(): Promise<void>; stop(): Promise<void> }>(
    store: S,
  ): Promise<S> => {
    stores.push(store);
    await store.start();
    return store;
  };
  await admin.createTopic({
    topic,
    partitions,
    replicationFactor: 1,
    configs: { 'cleanup.policy': 'compact' },
  });
  return {
    log,
    config: () => started(createConfigBackingStore({ client, admin, settings, groupId, logger })),
    offset: () => started(createOffsetBackingStore({ client, admin, settings, logger })),
    status: (listener) =>
      started(listened(createStatusBackingStore({ client, admin, settings, logger }), listener)),
    transactions: () =>
      createTransactionalLogWriter(client, {
        transactionalId: `connect-cluster-${groupId}`,
        topic,
        partition: 0,
        transactionTimeoutMs: 10_000,
        retryBackoffMs: 10,
        retryLimitMs: 5_000,
      }),
    append: (records) => appendTo(client, topic, records),
    records: (isolation = 'read_committed') => readAll(client, { topic, partitions }, isolation),
    close: async () => {
      await Promise.all(stores.map((store) => store.stop()));
    },
  };
}

function listened(store: StatusBackingStore, listener: StatusUpdateListener | undefined): StatusBackingStore {
  if (listener !== undefined) {
    store.addListener(listener);
  }
  return store;
}

async function appendTo(client: KafkaClient, topic: string, records: readonly TestRecord[]): Promise<void> {
  const logger = pino({ level: 'silent' });
  const producer = createProducer(client, { 'linger.ms': '0' }, { logger });
  const { failed } = await producer.send(
    records.map(({ key, value }) => ({
      topic,
      partition: null,
      timestamp: null,
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers: [],
    })),
  ).done;
  await producer.close(1_000);
  if (failed[0] !== undefined) {
    throw failed[0].error;
  }
}

async function readAll(
  client: KafkaClient,
  of: { readonly topic: string; readonly partitions: number },
  isolation: 'read_committed' | 'read_uncommitted',
): Promise<readonly ReadRecord[]> {
  const settings = { 'isolation.level': isolation, 'auto.offset.reset': 'earliest' };
  const consumer = createAssignedConsumer(client, settings, { logger: pino({ level: 'silent' }) });
  const all = Array.from({ length: of.partitions }, (_, partition) => ({ topic: of.topic, partition }));
  const read: ReadRecord[] = [];
  try {
    consumer.assign(all.map((at) => ({ ...at, offset: 0 })));
    for (const { partition, offset: end } of await consumer.endOffsets(all)) {
      while ((await consumer.position({ topic: of.topic, partition })) < end) {
        for (const batch of await consumer.poll(500)) {
          for (const { offset, key, value, headers } of batch.records) {
            read.push({
              partition: batch.partition,
              offset,
              key: key === null ? null : key.toString('utf8'),
              value: value === null ? null : value.toString('utf8'),
              headers: headers.map((header) => header.key),
            });
          }
        }
      }
    }
  } finally {
    await consumer.close();
  }
  return read.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}
