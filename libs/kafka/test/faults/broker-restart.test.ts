import { startBroker, uniqueName, waitFor, type KafkaBroker } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKafkaClient } from '../../src/client/create-kafka-client.ts';
import { createAssignedConsumer } from '../../src/consumer/assigned-consumer.ts';
import { BrokerUnavailableError } from '../../src/errors.ts';
import { createProducer } from '../../src/producer/create-producer.ts';
import { ProducerTimeoutError } from '../../src/producer/producer-errors.ts';
import type { PendingSend } from '../../src/producer/producer.ts';
import { createTransactionalLogWriter } from '../../src/transactions/create-transactional-log-writer.ts';
import { atEnd, logger, readAll, record, testAdmin, testClient, testTopic } from '../cluster.ts';
import { Member } from '../consumer/group-member.ts';

/** A busy machine takes its time to start a broker. */
const PATIENCE_MS = 60_000;

let broker: KafkaBroker;

beforeAll(async () => {
  // A killed broker is registered again only when its former session is over.
  broker = await startBroker({
    settings: { 'broker.session.timeout.ms': '1000', 'broker.heartbeat.interval.ms': '200' },
  });
}, 120_000);

afterAll(async () => {
  await broker.stop();
});

const ofBroker = (): { 'bootstrap.servers': string } => ({ 'bootstrap.servers': broker.bootstrapServers });

/** Stops the broker's process; resolves when it has really ceased to answer. */
async function freeze(): Promise<void> {
  const probe = testClient({ ...ofBroker(), 'request.timeout.ms': '200' });
  await probe.connect();
  broker.pause();
  await waitFor('the freeze', () =>
    probe.listTopics().then(
      () => false,
      () => true,
    ),
  );
}

describe('when the broker is killed and comes back', () => {
  it(
    'nothing that was sent is lost or changes its order, and all who read and coordinate go on',
    { timeout: 2 * PATIENCE_MS },
    async () => {
      const client = testClient(ofBroker());
      const topic = await testTopic(client, { partitions: 3 });
      const producer = createProducer(client, { 'linger.ms': '0', 'batch.size': '1000' }, { logger });
      atEnd(() => producer.close(0));
      const reader = createAssignedConsumer(client, { 'max.poll.records': '100000' }, { logger });
      atEnd(() => reader.close());
      reader.assign([0, 1, 2].map((partition) => ({ topic, partition, offset: 0 })));
      const member = new Member({
        groupId: uniqueName('group'),
        to: { topics: [topic] },
        bootstrapServers: broker.bootstrapServers,
      }).run();
      const writer = createTransactionalLogWriter(client, {
        transactionalId: uniqueName('writer'),
        topic: await testTopic(client),
        partition: 0,
        transactionTimeoutMs: 10_000,
        retryBackoffMs: 10,
        retryLimitMs: 10_000,
      });
      await writer.initialise();
      await waitFor('the partitions', () => member.owned.length === 3);

      const sends: PendingSend[] = [];
      const sending = new AbortController();
      const sender = (async () => {
        while (!sending.signal.aborted) {
          const send = producer.send(
            Array.from({ length: 30 }, (_, index) =>
              record(topic, String(sends.length * 10 + Math.floor(index / 3)), { partition: index % 3 }),
            ),
          );
          sends.push(send);
          await Promise.race([send.done, new Promise((resolve) => setTimeout(resolve, 50))]);
        }
      })();
      await waitFor('some sends', () => sends.length > 20);
      await broker.restart('SIGKILL');
      const afterRestart = sends.length;
      await waitFor('more sends', () => sends.length > afterRestart + 20, { timeoutMs: PATIENCE_MS });
      sending.abort();
      await sender;
      const results = await Promise.all(sends.map(({ done }) => done));
      expect(results.flatMap(({ failed }) => failed)).toEqual([]);

      const expected = sends.length * 10;
      const read: string[][] = [[], [], []];
      await waitFor(
        'all values',
        async () => {
          for (const { partition, records } of await reader.poll(100)) {
            read[partition]?.push(...records.map(({ value }) => value?.toString() ?? ''));
          }
          return read.every((values) => new Set(values).size === expected);
        },
        { seen: () => read.map((values) => new Set(values).size), timeoutMs: PATIENCE_MS },
      );
      for (const values of read) {
        // Batches may be there twice, since the answer to the first one was lost.
        const firsts = [...new Set(values)].map(Number);
        expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
      }
      await waitFor('the same in the group', () => new Set(member.values).size === expected, {
        seen: () => [new Set(member.values).size, expected, member.told],
        timeoutMs: PATIENCE_MS,
      });
      await member.consumer.commit([{ topic, partition: 0, offset: 1 }]);

      // Its lease may be lost, but it can be had again.
      await waitFor('a transaction', async () => {
        if (!writer.initialised) await writer.initialise();
        await writer.append([{ key: null, value: Buffer.from('x') }]);
        await writer.commit();
        return true;
      });
      expect((await testAdmin(client).describeTopics([topic]))[0]?.partitions).toBe(3);
    },
  );
});

describe('while the broker is frozen', () => {
  it('records fail after delivery.timeout.ms, and what is not in the buffers after max.block.ms', async () => {
    const client = testClient({ ...ofBroker(), 'request.timeout.ms': '400' });
    const topic = await testTopic(client);
    const producer = createProducer(
      client,
      {
        'request.timeout.ms': '400',
        'linger.ms': '0',
        'delivery.timeout.ms': '900',
        'max.block.ms': '300',
        'buffer.memory': '5000',
      },
      { logger },
    );
    atEnd(() => producer.close(0));
    await producer.send([record(topic, 'before')]).done;
    await freeze();
    try {
      const first = producer.send([record(topic, '.'.repeat(6_000))]);
      const second = producer.send([record(topic, 'no room')]);
      const [blocked] = (await second.done).failed;
      expect(blocked?.error).toBeInstanceOf(ProducerTimeoutError);
      expect(blocked?.error.message).toContain('buffer.memory=5000');
      const [late] = (await first.done).failed;
      expect(late?.error).toBeInstanceOf(ProducerTimeoutError);
      expect(late?.error.message).toContain('delivery.timeout.ms=900');
    } finally {
      broker.resume();
    }
    await waitFor('room and an answer', async () => {
      const { failed } = await producer.send([record(topic, 'after')]).done;
      return failed.length === 0;
    });
    const values = (await readAll(client, topic)).map(({ value }) => value);
    expect(values[0]).toBe('before');
    expect(values.at(-1)).toBe('after');
  });

  it('a member of a group gives up what it owns when its session is over, and gets it again', async () => {
    const client = testClient(ofBroker());
    const topic = await testTopic(client);
    const member = new Member({
      groupId: uniqueName('group'),
      to: { topics: [topic] },
      bootstrapServers: broker.bootstrapServers,
      settings: { 'session.timeout.ms': '1500' },
    }).run();
    await waitFor('the partition', () => member.owned.length === 1);
    await freeze();
    try {
      await waitFor('the loss', () => member.told.at(-1) === 'lost 0', { seen: () => member.told });
      expect(member.owned).toEqual([]);
    } finally {
      broker.resume();
    }
    await waitFor('the partition again', () => member.owned.length === 1, { seen: () => member.told });
  });

  it('closing takes no longer than it is given', async () => {
    const client = createKafkaClient(ofBroker(), { logger });
    const topic = await testTopic(client);
    const producer = createProducer(client, { 'linger.ms': '0' }, { logger });
    const reader = createAssignedConsumer(client, {}, { logger });
    reader.assign([{ topic, partition: 0, offset: 0 }]);
    await producer.send([record(topic, 'before')]).done;
    await freeze();
    try {
      const sent = producer.send([record(topic, 'never')]);
      await producer.close(100);
      expect((await sent.done).failed).toHaveLength(1);
      await reader.close();
      await client.close();
    } finally {
      broker.resume();
    }
  });
});

describe('without any broker', () => {
  it('connecting says which addresses do not answer', async () => {
    const client = createKafkaClient({ 'bootstrap.servers': '127.0.0.1:1,127.0.0.1:2' }, { logger });
    const error: unknown = await client.connect().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BrokerUnavailableError);
    expect(String(error)).toMatch(/127\.0\.0\.1:1: .*ECONNREFUSED.*127\.0\.0\.1:2: .*ECONNREFUSED/);
    await client.close();
  });
});
