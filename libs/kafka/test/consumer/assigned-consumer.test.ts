import { uniqueName, waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { errorFor } from '../../src/client/error-codes.ts';
import type { KafkaClient } from '../../src/client/kafka-client.ts';
import { createAssignedConsumer } from '../../src/consumer/assigned-consumer.ts';
import { NoOffsetForPartitionError } from '../../src/consumer/consumer-errors.ts';
import type { AssignedConsumer } from '../../src/consumer/consumer.ts';
import { produceRequest } from '../../src/producer/produce-request.ts';
import { crc32c } from '../../src/records/crc32c.ts';
import { encodeRecordBatch } from '../../src/records/record-batch-encoder.ts';
import { UnsupportedRecordError } from '../../src/records/record-errors.ts';
import { createTransactionalLogWriter } from '../../src/transactions/create-transactional-log-writer.ts';
import type { TransactionalLogWriter } from '../../src/transactions/transactional-log-writer.ts';
import { atEnd, logger, record, testAdmin, testClient, testTopic, write } from '../cluster.ts';

function testConsumer(
  client: KafkaClient,
  settings: Readonly<Record<string, string>> = {},
): AssignedConsumer {
  const consumer = createAssignedConsumer(client, settings, { logger });
  atEnd(() => consumer.close());
  return consumer;
}

/** Values until there are `count` of them, as `partition:value`. */
async function take(consumer: AssignedConsumer, count: number): Promise<readonly string[]> {
  const taken: string[] = [];
  await waitFor(
    `${count} records`,
    async () => {
      for (const { partition, records } of await consumer.poll(200)) {
        taken.push(...records.map(({ value }) => `${partition}:${value?.toString() ?? 'null'}`));
      }
      return taken.length >= count;
    },
    { seen: () => taken, intervalMs: 0 },
  );
  return taken;
}

const values = (topic: string, texts: readonly string[], partition = 0) =>
  texts.map((text) => record(topic, text, { partition }));

describe('what is assigned', () => {
  it('is read from the offsets given, in order, at most max.poll.records at a time', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 2 });
    await write(client, [...values(topic, ['a', 'b', 'c', 'd']), ...values(topic, ['x', 'y'], 1)]);
    const consumer = testConsumer(client, { 'max.poll.records': '2' });
    consumer.assign([
      { topic, partition: 0, offset: 1 },
      { topic, partition: 1, offset: 2 },
    ]);
    const batches = await consumer.poll(10_000);
    expect(batches.map(({ records }) => records.map(({ value }) => value?.toString()))).toEqual([['b', 'c']]);
    expect(batches[0]?.nextOffset).toBe(3);
    expect(await consumer.position({ topic, partition: 0 })).toBe(3);
    expect(await take(consumer, 1)).toEqual(['0:d']);
    await write(client, values(topic, ['z'], 1));
    expect(await take(consumer, 1)).toEqual(['1:z']);
  });

  it('starts by auto.offset.reset where no offset is given', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    await write(client, values(topic, ['a']));
    const at = { topic, partition: 0 };
    const [earliest, latest] = [
      testConsumer(client, { 'auto.offset.reset': 'earliest' }),
      testConsumer(client, { 'auto.offset.reset': 'latest' }),
    ];
    earliest.assign([at]);
    latest.assign([at]);
    expect(await earliest.position(at)).toBe(0);
    expect(await latest.position(at)).toBe(1);
    await write(client, values(topic, ['b']));
    expect(await take(earliest, 2)).toEqual(['0:a', '0:b']);
    expect(await take(latest, 1)).toEqual(['0:b']);
  });

  it('fails without an offset where auto.offset.reset is none, and goes on after a seek', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    await write(client, values(topic, ['a']));
    const consumer = testConsumer(client, { 'auto.offset.reset': 'none' });
    const at = { topic, partition: 0 };
    consumer.assign([at]);
    await expect(consumer.poll(10_000)).rejects.toBeInstanceOf(NoOffsetForPartitionError);
    consumer.seek({ ...at, offset: 5 });
    await expect(consumer.poll(10_000)).rejects.toThrow(/does not hold offset 5/);
    consumer.seek({ ...at, offset: 0 });
    expect(await take(consumer, 1)).toEqual(['0:a']);
  });

  it('is read anew after a seek, also behind what was fetched ahead', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    await write(client, values(topic, ['a', 'b', 'c']));
    const consumer = testConsumer(client, { 'max.poll.records': '1' });
    consumer.assign([{ topic, partition: 0, offset: 0 }]);
    expect(await take(consumer, 1)).toEqual(['0:a']);
    consumer.seek({ topic, partition: 0, offset: 0 });
    expect(await take(consumer, 3)).toEqual(['0:a', '0:b', '0:c']);
  });

  it('can be paused, and keeps back what was fetched', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 2 });
    await write(client, [...values(topic, ['a']), ...values(topic, ['x'], 1)]);
    const consumer = testConsumer(client);
    const [zero, one] = [
      { topic, partition: 0 },
      { topic, partition: 1 },
    ];
    consumer.assign([
      { ...zero, offset: 0 },
      { ...one, offset: 0 },
    ]);
    consumer.pause([zero]);
    expect(await take(consumer, 1)).toEqual(['1:x']);
    expect(await consumer.poll(0)).toEqual([]);
    consumer.resume([zero]);
    expect(await take(consumer, 1)).toEqual(['0:a']);
  });

  it('does not let what waits for paused partitions hold up the others', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 2 });
    await write(client, values(topic, ['.'.repeat(50_000), '.'.repeat(50_000)]));
    const consumer = testConsumer(client, { 'fetch.max.bytes': '40000', 'max.poll.records': '1' });
    const [full, other] = [
      { topic, partition: 0 },
      { topic, partition: 1 },
    ];
    consumer.assign([
      { ...full, offset: 0 },
      { ...other, offset: 0 },
    ]);
    // The second record has been fetched when the first one is given out.
    await take(consumer, 1);
    consumer.pause([full]);
    await write(client, values(topic, ['x'], 1));
    expect(await take(consumer, 1)).toEqual(['1:x']);
  });

  it('may be a topic that comes later', async () => {
    const client = testClient({ 'allow.auto.create.topics': 'false' });
    const topic = uniqueName('late');
    const consumer = testConsumer(client);
    consumer.assign([{ topic, partition: 0, offset: 0 }]);
    expect(await consumer.poll(50)).toEqual([]);
    await testAdmin(client).createTopic({ topic, partitions: 1, replicationFactor: 1, configs: {} });
    await write(client, values(topic, ['a']));
    expect(await take(consumer, 1)).toEqual(['0:a']);
  });

  it('can be compressed with any codec', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    for (const compression of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
      await produce(client, topic, batchOf(compression, { compression }));
    }
    const consumer = testConsumer(client);
    consumer.assign([{ topic, partition: 0, offset: 0 }]);
    expect(await take(consumer, 4)).toEqual(['0:gzip', '0:snappy', '0:lz4', '0:zstd']);
  });

  it('says where it is when it cannot be read', async () => {
    const client = testClient();
    const topic = await testTopic(client, {
      configs: { 'message.timestamp.after.max.ms': String(2n ** 63n - 1n) },
    });
    await write(client, values(topic, ['readable']));
    await produce(client, topic, ofTheFarFuture(batchOf('x', { compression: 'none' })));
    const consumer = testConsumer(client);
    consumer.assign([{ topic, partition: 0, offset: 0 }]);
    expect(await take(consumer, 1)).toEqual(['0:readable']);
    const error: unknown = await consumer.poll(10_000).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnsupportedRecordError);
    expect(String(error)).toContain(`${topic}-0 at offset 1: an offset, timestamp or producer id beyond`);
  });
});

describe('a waiting poll', () => {
  it('ends at wakeup, and with an error when the consumer is closed', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const consumer = testConsumer(client);
    consumer.assign([{ topic, partition: 0, offset: 0 }]);
    const woken = consumer.poll(60_000);
    consumer.wakeup();
    expect(await woken).toEqual([]);
    const closed = consumer.poll(60_000).catch((thrown: unknown) => thrown);
    await consumer.close();
    expect(String(await closed)).toContain('The consumer is closed');
  });
});

describe('at read_committed', () => {
  const writerOf = async (client: KafkaClient, topic: string): Promise<TransactionalLogWriter> => {
    const writer = createTransactionalLogWriter(client, {
      transactionalId: uniqueName('writer'),
      topic,
      partition: 0,
      transactionTimeoutMs: 60_000,
      retryBackoffMs: 10,
      retryLimitMs: 10_000,
    });
    await writer.initialise();
    return writer;
  };
  const texts = (...each: readonly string[]) =>
    each.map((value) => ({ key: null, value: Buffer.from(value) }));

  it('nothing of an aborted transaction is read, and nothing behind an open one', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const at = { topic, partition: 0 };
    const [one, two] = [await writerOf(client, topic), await writerOf(client, topic)];
    await write(client, values(topic, ['plain']));
    await one.append(texts('aborted-1'));
    await two.append(texts('committed-1'));
    await one.append(texts('aborted-2'));
    await one.abort();
    await two.append(texts('committed-2'));
    await two.commit();
    await one.append(texts('committed-3'));
    await one.commit();
    await two.append(texts('open'));

    const committed = testConsumer(client, { 'isolation.level': 'read_committed' });
    const uncommitted = testConsumer(client);
    committed.assign([{ ...at, offset: 0 }]);
    uncommitted.assign([{ ...at, offset: 0 }]);
    expect(await take(committed, 4)).toEqual(['0:plain', '0:committed-1', '0:committed-2', '0:committed-3']);
    expect(await take(uncommitted, 7)).toHaveLength(7);

    const [stable] = await committed.endOffsets([at]);
    const [high] = await uncommitted.endOffsets([at]);
    // The position has passed the markers up to the open transaction.
    await waitFor('the last stable offset', async () => {
      await committed.poll(0);
      return (await committed.position(at)) === stable?.offset;
    });
    expect(high?.offset).toBe((stable?.offset ?? 0) + 1);
    await two.abort();
    await waitFor('the end', async () => {
      await committed.poll(0);
      const [end] = await committed.endOffsets([at]);
      return (await committed.position(at)) === end?.offset && end.offset > (high?.offset ?? 0);
    });
  });

  it('a position reaches the end of a log whose last records were aborted', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const at = { topic, partition: 0 };
    const writer = await writerOf(client, topic);
    await writer.append(texts('aborted'));
    await writer.abort();
    const consumer = testConsumer(client, { 'isolation.level': 'read_committed' });
    consumer.assign([{ ...at, offset: 0 }]);
    await waitFor('the end', async () => {
      expect(await consumer.poll(100)).toEqual([]);
      const [end] = await consumer.endOffsets([at]);
      return end?.offset === 2 && (await consumer.position(at)) === 2;
    });
  });
});

function batchOf(value: string, options: Parameters<typeof encodeRecordBatch>[1]): Buffer {
  return encodeRecordBatch(
    [{ key: null, value: Buffer.from(value), headers: [], timestamp: Date.now() }],
    options,
  );
}

/** With a timestamp that no number holds exactly. */
function ofTheFarFuture(batch: Buffer): Buffer {
  const bytes = Buffer.from(batch);
  bytes.writeBigInt64BE(2n ** 53n, 27);
  bytes.writeBigInt64BE(2n ** 53n, 35);
  bytes.writeUInt32BE(crc32c(bytes, 21), 17);
  return bytes;
}

async function produce(client: KafkaClient, topic: string, batch: Buffer): Promise<void> {
  const [answer] = await client.send(
    await client.leader(topic, 0),
    produceRequest({
      acks: -1,
      timeoutMs: 10_000,
      lane: 'test',
      clientId: 'test',
      partitions: [{ topic, partition: 0, encoded: () => batch }],
      beforeWrite: () => undefined,
    }),
  );
  if (answer !== undefined && answer.errorCode !== 0) throw errorFor(answer.errorCode, 'Produce');
}
