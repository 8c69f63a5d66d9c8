import { ConfigError } from '@millrace/connect-api';
import { uniqueName, waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import type { KafkaClient } from '../../src/client/kafka-client.ts';
import { KafkaError, ProducerClosedError } from '../../src/errors.ts';
import { createProducer, type ProducerOptions } from '../../src/producer/create-producer.ts';
import { ProducerTimeoutError, RecordTooLargeError } from '../../src/producer/producer-errors.ts';
import type { PendingSend, Producer } from '../../src/producer/producer.ts';
import { partitionForKey } from '../../src/records/murmur2.ts';
import { atEnd, logger, readAll, record, testAdmin, testClient, testTopic } from '../cluster.ts';

const LONG = String(60 * 60 * 1000);

function testProducer(
  client: KafkaClient,
  settings: Readonly<Record<string, string>> = {},
  options: Omit<ProducerOptions, 'logger'> = {},
): Producer {
  const producer = createProducer(client, settings, { logger, ...options });
  atEnd(() => producer.close(0));
  return producer;
}

/** The error of the only record of a send. */
async function errorOf(send: PendingSend): Promise<Error | undefined> {
  return (await send.done).failed[0]?.error;
}

const values = (count: number, size: number): string[] =>
  Array.from({ length: count }, (_, index) => String(index).padStart(size, '.'));

describe('what is sent', () => {
  it('arrives as it was, and the result says where', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 2 });
    const producer = testProducer(client);
    const headers = [
      { key: 'a', value: Buffer.from('1') },
      { key: 'a', value: null },
    ];
    const result = await producer.send([
      record(topic, 'x', { partition: 1, key: Buffer.from('k'), timestamp: 1_700_000_000_000, headers }),
      record(topic, null, { partition: 1 }),
    ]).done;
    expect(result.failed).toEqual([]);
    expect(result.metadata(0)).toEqual({ topic, partition: 1, offset: 0, timestamp: 1_700_000_000_000 });
    const [first, second] = await readAll(client, topic);
    expect(first).toEqual({
      partition: 1,
      offset: 0,
      timestamp: 1_700_000_000_000,
      key: 'k',
      value: 'x',
      headers: [
        { key: 'a', value: '1' },
        { key: 'a', value: null },
      ],
    });
    expect(second).toMatchObject({ partition: 1, offset: 1, key: null, value: null, headers: [] });
    expect(result.metadata(1)?.timestamp).toBe(second?.timestamp);
  });

  it('keeps its order in each partition, over many sends and batches', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 4 });
    const producer = testProducer(client, { 'batch.size': '2000', 'linger.ms': '0' });
    const sends: PendingSend[] = [];
    for (let index = 0; index < 20_000; index += 100) {
      const batch = Array.from({ length: 100 }, (_, at) =>
        record(topic, String(index + at), { partition: (index + at) % 4 }),
      );
      sends.push(producer.send(batch));
    }
    const results = await Promise.all(sends.map(({ done }) => done));
    expect(results.flatMap(({ failed }) => failed)).toEqual([]);
    const read = await readAll(client, topic);
    expect(read).toHaveLength(20_000);
    for (const [index, { partition, offset, value }] of read.entries()) {
      expect(Number(value)).toBe(offset * 4 + partition);
      expect(offset).toBe(index % 5_000);
    }
  });

  it('goes where the JVM would put its key, and without a key all over the topic', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 3 });
    const producer = testProducer(client, { 'batch.size': '500' });
    const keyed = values(50, 5).map((key) => record(topic, key, { key: Buffer.from(key) }));
    const { done } = producer.send([...keyed, ...values(500, 100).map((value) => record(topic, value))]);
    await done;
    const read = await readAll(client, topic);
    for (const { partition, key } of read.filter((each) => each.key !== null)) {
      expect(partition).toBe(partitionForKey(Buffer.from(key ?? ''), 3));
    }
    const spread = Map.groupBy(
      read.filter(({ key }) => key === null),
      ({ partition }) => partition,
    );
    expect(spread.size).toBe(3);
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('can be compressed with %s', async (compression) => {
    const client = testClient();
    const topic = await testTopic(client);
    const producer = testProducer(client, { 'compression.type': compression });
    await producer.send(values(100, 200).map((value) => record(topic, value))).done;
    expect((await readAll(client, topic)).map(({ value }) => value)).toEqual(values(100, 200));
  });

  it('is stamped by the broker where the topic says so', async () => {
    const client = testClient();
    const topic = await testTopic(client, { configs: { 'message.timestamp.type': 'LogAppendTime' } });
    const result = await testProducer(client).send([record(topic, 'x', { timestamp: 1 })]).done;
    const [read] = await readAll(client, topic);
    expect(read?.timestamp).toBeGreaterThan(1_700_000_000_000);
    expect(result.metadata(0)?.timestamp).toBe(read?.timestamp);
  });

  it.each(['0', '1'])('needs no more answer than acks=%s asks for', async (acks) => {
    const client = testClient();
    const topic = await testTopic(client);
    const producer = testProducer(client, { acks });
    const sent = producer.send(values(1000, 50).map((value) => record(topic, value)));
    const result = await sent.done;
    expect(result.metadata(5)?.offset).toBe(acks === '0' ? -1 : 5);
    await waitFor('all records', async () => (await readAll(client, topic)).length === 1000);
  });

  it('makes a topic that is missing, where the broker does so', async () => {
    const client = testClient();
    const topic = uniqueName('made');
    expect(await errorOf(testProducer(client).send([record(topic, 'x')]))).toBeUndefined();
    expect((await readAll(client, topic)).map(({ value }) => value)).toEqual(['x']);
  });
});

describe('back-pressure', () => {
  it('holds back what does not fit into buffer.memory, and takes it when there is room', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const producer = testProducer(client, {
      'buffer.memory': '10000',
      'batch.size': '2000',
      'linger.ms': LONG,
      'delivery.timeout.ms': '2147483647',
    });
    const sent = producer.send(values(200, 1000).map((value) => record(topic, value)));
    let accepted = false;
    const acceptance = sent.accepted.then(() => {
      accepted = true;
    });
    const second = producer.send([record(topic, 'last')]);
    expect(accepted).toBe(false);
    await acceptance;
    await producer.flush();
    expect((await second.done).failed).toEqual([]);
    expect((await readAll(client, topic)).map(({ value }) => value)).toEqual([...values(200, 1000), 'last']);
  });

  it('gives up after max.block.ms on a topic that does not come, and says why', async () => {
    const client = testClient({ 'allow.auto.create.topics': 'false' });
    const producer = testProducer(client, { 'max.block.ms': '300' });
    const topic = uniqueName('missing');
    const sent = producer.send([record(topic, 'x'), record(topic, 'y')]);
    const { failed } = await sent.done;
    expect(failed.map(({ index }) => index)).toEqual([0, 1]);
    expect(failed[0]?.error).toBeInstanceOf(ProducerTimeoutError);
    expect(failed[0]?.error.message).toMatch(
      new RegExp(
        `^Topic ${topic} is not present in metadata after max.block.ms=300: .*UNKNOWN_TOPIC_OR_PARTITION$`,
      ),
    );
    await expect(sent.accepted).resolves.toBeUndefined();
  });

  it('waits for a topic that comes within max.block.ms', async () => {
    const client = testClient({ 'allow.auto.create.topics': 'false' });
    const producer = testProducer(client);
    const topic = uniqueName('late');
    const sent = producer.send([record(topic, 'x')]);
    await testAdmin(testClient()).createTopic({ topic, partitions: 1, replicationFactor: 1, configs: {} });
    expect((await sent.done).failed).toEqual([]);
  });

  it('refuses a partition that the topic does not have', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 2 });
    const producer = testProducer(client, { 'max.block.ms': '300' });
    const error = await errorOf(producer.send([record(topic, 'x', { partition: 2 })]));
    expect(error).toBeInstanceOf(ProducerTimeoutError);
    expect(error?.message).toBe(
      `Partition 2 of topic ${topic} with partition count 2 is not present in metadata after max.block.ms=300`,
    );
    expect((await errorOf(producer.send([record(topic, 'x', { partition: -1 })])))?.message).toContain(
      'invalid partition -1',
    );
  });
});

describe('records that are too large', () => {
  it('fail alone when they are larger than max.request.size', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const producer = testProducer(client, { 'max.request.size': '1000' });
    const result = await producer.send([
      record(topic, 'before'),
      record(topic, '.'.repeat(1000)),
      record(topic, 'after'),
    ]).done;
    expect(result.failed.map(({ index }) => index)).toEqual([1]);
    expect(result.failed[0]?.error).toBeInstanceOf(RecordTooLargeError);
    expect(result.failed[0]?.error.message).toContain('max.request.size=1000');
    expect((await readAll(client, topic)).map(({ value }) => value)).toEqual(['before', 'after']);
  });

  it.each(['none', 'gzip', 'snappy', 'lz4'])(
    'are sent in smaller batches where the broker takes those, compression %s',
    async (codec) => {
      const client = testClient();
      const topic = await testTopic(client, { configs: { 'max.message.bytes': '3000' } });
      const producer = testProducer(client, {
        'batch.size': '100000',
        'linger.ms': '50',
        'compression.type': codec,
      });
      // Numbers that hardly compress, one of them too large for the broker in any batch.
      const noise = (index: number): string =>
        Array.from({ length: index === 17 ? 1500 : 100 }, (_, at) =>
          ((index * 7919 + at * 104_729) % 99_991).toString(36),
        ).join('');
      const all = Array.from({ length: 60 }, (_, index) => noise(index));
      const result = await producer.send(all.map((value) => record(topic, value))).done;
      expect(result.failed.map(({ index }) => index)).toEqual([17]);
      expect(result.failed[0]?.error).toBeInstanceOf(RecordTooLargeError);
      const read = await readAll(client, topic);
      expect(read.map(({ value }) => value)).toEqual(all.toSpliced(17, 1));
      expect(result.metadata(16)?.offset).toBe(16);
      expect(result.metadata(17)).toBeNull();
      expect(result.metadata(18)?.offset).toBe(17);
    },
  );
});

describe('the gate', () => {
  it('is asked before each request, and what it throws is the result', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    let open = true;
    let asked = 0;
    const producer = testProducer(
      client,
      {},
      {
        gate: () => {
          asked += 1;
          if (!open) throw new KafkaError('the lease is over', { retriable: true });
        },
      },
    );
    await producer.send([record(topic, 'a')]).done;
    expect(asked).toBe(1);
    open = false;
    const refused = await errorOf(producer.send([record(topic, 'b')]));
    expect(refused?.message).toBe('the lease is over');
    open = true;
    await producer.send([record(topic, 'c')]).done;
    expect((await readAll(client, topic)).map(({ value }) => value)).toEqual(['a', 'c']);
  });
});

describe('flush and close', () => {
  it('do not wait for linger.ms', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const settings = { 'linger.ms': LONG, 'delivery.timeout.ms': '2147483647' };
    const producer = testProducer(client, settings);
    const first = producer.send([record(topic, 'a')]);
    await producer.flush();
    expect((await first.done).metadata(0)?.offset).toBe(0);
    const second = producer.send([record(topic, 'b')]);
    await producer.close(10_000);
    expect((await second.done).metadata(0)?.offset).toBe(1);
  });

  it('at once fails what is outstanding, and what comes later', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const producer = testProducer(client, { 'linger.ms': LONG, 'delivery.timeout.ms': '2147483647' });
    const outstanding = producer.send([record(topic, 'a'), record(uniqueName('unknown'), 'b')]);
    await producer.close(0);
    const { failed } = await outstanding.done;
    expect(failed.map(({ error }) => error)).toEqual([
      expect.any(ProducerClosedError),
      expect.any(ProducerClosedError),
    ]);
    await outstanding.accepted;
    expect(await errorOf(producer.send([record(topic, 'c')]))).toBeInstanceOf(ProducerClosedError);
    await producer.flush();
    expect(await readAll(client, topic)).toEqual([]);
  });
});

describe('what the broker refuses', () => {
  it('is told in its words', async () => {
    const client = testClient();
    const topic = await testTopic(client, { configs: { 'cleanup.policy': 'compact' } });
    const error = await errorOf(testProducer(client).send([record(topic, 'no key')]));
    expect(error).toBeInstanceOf(KafkaError);
    expect(error?.message).toMatch(/INVALID_RECORD/);
    expect(error?.message).toMatch(/compacted topic/i);
  });

  it('may be the topic itself', async () => {
    const error = await errorOf(testProducer(testClient()).send([record('not a topic', 'x')]));
    expect(error?.message).toMatch(/INVALID_TOPIC_EXCEPTION/);
  });
});

describe('settings', () => {
  it.each([
    ['enable.idempotence', 'true'],
    ['transactional.id', 'x'],
    ['compression.type', 'brotli'],
    ['compression.lz4.level', '18'],
    ['compression.zstd.level', '23'],
    ['partitioner.class', 'com.acme.Partitioner'],
    ['interceptor.classes', 'com.acme.Interceptor'],
    ['value.serializer', 'org.apache.kafka.common.serialization.StringSerializer'],
    ['linger.ms', 'soon'],
    ['retries', '-1'],
    ['delivery.timeout.ms', '10'],
  ])('that cannot be honoured are refused: %s=%s', (key, value) => {
    const client = testClient();
    const make = (): Producer => createProducer(client, { [key]: value }, { logger });
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(key);
  });
});
