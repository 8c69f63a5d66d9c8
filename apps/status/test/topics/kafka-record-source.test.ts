import {
  createAdmin,
  createKafkaClient,
  createProducer,
  createTransactionalLogWriter,
  type KafkaAdmin,
  type KafkaClient,
} from '@millrace/kafka';
import { startBroker, startKafka, uniqueName, waitFor, type Kafka } from '@millrace/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KafkaRecordSource } from '../../src/topics/kafka-record-source.ts';
import type { PartitionEnd, RecordSink, TopicRecord } from '../../src/topics/record-source.ts';

const logger = pino({ level: 'silent' });

/** Keeps what it is told. */
class KeepingSink implements RecordSink {
  begins: { readonly cluster: string; readonly ends: readonly PartitionEnd[] }[] = [];
  records: TopicRecord[] = [];
  caughtUpAfter: number | null = null;

  begin(cluster: string, ends: readonly PartitionEnd[]): Promise<void> {
    this.begins.push({ cluster, ends });
    this.records = [];
    this.caughtUpAfter = null;
    return Promise.resolve();
  }

  deliver(records: readonly TopicRecord[]): Promise<void> {
    this.records.push(...records);
    return Promise.resolve();
  }

  caughtUp(): void {
    this.caughtUpAfter = this.records.length;
  }

  get keys(): readonly (string | null)[] {
    return this.records.map(({ key }) => key);
  }
}

function sourceOf(bootstrapServers: string, topics: readonly string[]): KafkaRecordSource {
  return new KafkaRecordSource({
    client: { 'bootstrap.servers': bootstrapServers, 'request.timeout.ms': '2000' },
    clientId: 'status-test',
    topics,
    logger,
  });
}

class Writer {
  readonly client: KafkaClient;
  readonly admin: KafkaAdmin;

  constructor(bootstrapServers: string) {
    this.client = createKafkaClient({ 'bootstrap.servers': bootstrapServers }, { logger });
    this.admin = createAdmin(this.client);
  }

  async create(topic: string, partitions = 1): Promise<void> {
    await this.admin.createTopic({
      topic,
      partitions,
      replicationFactor: 1,
      configs: { 'cleanup.policy': 'compact' },
    });
  }

  async write(topic: string, keys: readonly string[]): Promise<void> {
    const producer = createProducer(this.client, {}, { logger });
    const records = keys.map((key) => ({
      topic,
      partition: 0,
      timestamp: 1_764_000_000_000,
      key: Buffer.from(key),
      value: Buffer.from('{}'),
      headers: [],
    }));
    expect((await producer.send(records).done).failed).toEqual([]);
    await producer.close(1_000);
  }
}

describe('on a broker', () => {
  let kafka: Kafka;
  let writer: Writer;

  beforeAll(async () => {
    kafka = await startKafka();
    writer = new Writer(kafka.bootstrapServers);
  }, 60_000);

  afterAll(async () => {
    await writer.client.close();
    await kafka.stop();
  });

  it('reads both topics from their beginnings, tells when it has caught up, and follows them', async () => {
    const configs = uniqueName('configs');
    const statuses = uniqueName('statuses');
    await writer.create(configs);
    await writer.create(statuses, 2);
    await writer.write(configs, ['a', 'b']);
    await writer.write(statuses, ['c']);

    const sink = new KeepingSink();
    const source = sourceOf(kafka.bootstrapServers, [configs, statuses]);
    source.start(sink);
    await waitFor('all to be read', () => sink.caughtUpAfter === 3);
    expect(sink.begins).toMatchObject([
      {
        cluster: await writer.client.clusterId(),
        ends: [
          { topic: configs, partition: 0, offset: 2 },
          { topic: statuses, partition: 0, offset: 1 },
          { topic: statuses, partition: 1, offset: 0 },
        ],
      },
    ]);
    expect(sink.records).toContainEqual({
      topic: configs,
      partition: 0,
      offset: 1,
      timestamp: 1_764_000_000_000,
      key: 'b',
      value: Buffer.from('{}'),
    });
    await writer.write(statuses, ['d']);
    await waitFor('the new one', () => sink.keys.includes('d'));
    expect(source.staleMs()).toBe(0);
    expect(source.problem()).toBeNull();
    await source.stop();
    expect(sink.begins.length).toBe(1);
  });

  it('does not see what was aborted, and catches up behind it', async () => {
    const configs = uniqueName('configs');
    await writer.create(configs);
    const transactions = createTransactionalLogWriter(writer.client, {
      transactionalId: uniqueName('txn'),
      topic: configs,
      partition: 0,
      transactionTimeoutMs: 10_000,
      retryBackoffMs: 10,
      retryLimitMs: 10_000,
    });
    await transactions.initialise();
    await transactions.append([{ key: Buffer.from('kept'), value: Buffer.from('{}') }]);
    await transactions.commit();
    await transactions.append([{ key: Buffer.from('aborted'), value: Buffer.from('{}') }]);
    await transactions.abort();
    await transactions.close();

    const sink = new KeepingSink();
    const source = sourceOf(kafka.bootstrapServers, [configs]);
    source.start(sink);
    await waitFor('all to be read', () => sink.caughtUpAfter !== null);
    expect(sink.keys).toEqual(['kept']);
    await source.stop();
  });

  it('waits for topics that are not there, and does not make them', async () => {
    const configs = uniqueName('configs');
    const sink = new KeepingSink();
    const source = sourceOf(kafka.bootstrapServers, [configs]);
    source.start(sink);
    await waitFor('the reason to be known', () => source.problem()?.includes(configs));
    expect(source.staleMs()).toBeGreaterThan(0);
    expect(await writer.admin.describeTopics([configs])).toEqual([]);
    await writer.create(configs);
    await writer.write(configs, ['a']);
    await waitFor('the topic to be read', () => sink.caughtUpAfter === 1);
    expect(source.problem()).toBeNull();
    await source.stop();
  });

  it('reads a topic again that was deleted and made again', async () => {
    const configs = uniqueName('configs');
    await writer.create(configs);
    await writer.write(configs, ['a', 'b']);
    const sink = new KeepingSink();
    const source = sourceOf(kafka.bootstrapServers, [configs]);
    source.start(sink);
    await waitFor('all to be read', () => sink.caughtUpAfter === 2);
    await writer.admin.deleteTopics([configs]);
    await waitFor('the topic to be missed', () => source.problem() !== null);
    await writer.create(configs);
    await writer.client.refreshMetadata([configs]);
    await writer.write(configs, ['c']);
    await waitFor('the new topic to be read', () => sink.keys.includes('c'));
    await source.stop();
  }, 60_000);
});

it('tells for how long no broker has answered, and goes on where it was when one does again', async () => {
  const broker = await startBroker();
  const writer = new Writer(broker.bootstrapServers);
  const statuses = uniqueName('statuses');
  await writer.create(statuses);
  await writer.write(statuses, ['a']);
  const sink = new KeepingSink();
  const source = sourceOf(broker.bootstrapServers, [statuses]);
  source.start(sink);
  await waitFor('all to be read', () => sink.caughtUpAfter === 1);

  broker.pause();
  await waitFor('a frozen broker to be noticed', () => source.staleMs() > 0);
  broker.resume();
  await waitFor('it to be read again', () => source.staleMs() === 0);
  const restarting = broker.restart('SIGKILL');
  await waitFor('a dead broker to be noticed', () => source.problem()?.includes(broker.bootstrapServers));
  await restarting;
  await writer.write(statuses, ['b']);
  await waitFor('the new record', () => sink.keys.includes('b'));
  expect(sink.keys).toEqual(['a', 'b']);
  expect(sink.begins.length).toBe(1);
  await source.stop();
  await writer.client.close();
  await broker.stop();
}, 180_000);

it('stops while no broker is there at all', async () => {
  const source = sourceOf('127.0.0.1:1', ['t']);
  source.start(new KeepingSink());
  await waitFor('the address to be named', () => source.problem()?.includes('127.0.0.1:1'));
  await source.stop();
});
