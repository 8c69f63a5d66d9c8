import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Cluster,
  fixture,
  startKafka,
  uniqueName,
  waitFor,
  type AppProcess,
  type Kafka,
} from '@millrace/testing';
import type { ConsumerRecord } from '@millrace/kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSink, fileSource } from '../connectors.ts';
import { linesOf } from '../lines.ts';
import { RawTopics } from './raw-topics.ts';

const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter';
const TRANSFORMS = 'org.apache.kafka.connect.transforms';
const CONTEXT = '__connect.errors.';
const MEGABYTE = 1 << 20;

/** Tolerates everything; what fails is kept in the topic, with where it was. */
function keptIn(topic: string): Readonly<Record<string, string>> {
  return {
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': topic,
    'errors.deadletterqueue.topic.replication.factor': '1',
    'errors.deadletterqueue.context.headers.enable': 'true',
  };
}

/** Context of a dead letter, by what follows `__connect.errors.`. */
function contextOf(letter: ConsumerRecord | undefined): Readonly<Record<string, string | undefined>> {
  const own = letter?.headers.filter(({ key }) => key.startsWith(CONTEXT)) ?? [];
  return Object.fromEntries(
    own.map(({ key, value }) => [key.slice(CONTEXT.length), value === null ? undefined : text(value)]),
  );
}

function text(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}

describe('records on their whole way through a node', () => {
  let kafka: Kafka;
  let raw: RawTopics;
  let cluster: Cluster;
  let node: AppProcess;

  beforeAll(async () => {
    kafka = await startKafka();
    raw = new RawTopics(kafka.bootstrapServers);
    cluster = new Cluster({ bootstrapServers: kafka.bootstrapServers });
    [node] = (await cluster.startMany('connect-distributed', 1)) as unknown as [AppProcess];
  }, 90_000);

  afterAll(async () => {
    await cluster.stop();
    await raw.close();
    await kafka.stop();
  });

  async function lettersIn(topic: string, count: number): Promise<readonly ConsumerRecord[]> {
    await waitFor(`${count} letters in ${topic}`, async () => (await raw.count(topic)) >= count);
    return (await raw.read(topic)).flat();
  }

  async function linesIn(file: string, count: number): Promise<readonly string[]> {
    await waitFor(`${count} lines in ${file}`, () => linesOf(file).length >= count, {
      seen: () => linesOf(file),
    });
    return linesOf(file);
  }

  it('poison for a sink is kept as the JVM keeps it, committed past, and stops nobody', async () => {
    const topic = uniqueName('poison');
    const output = join(cluster.dir, `${topic}.out`);
    await raw.create(topic, 1, {});
    await raw.write(topic, [
      { partition: 0, key: 'k0', value: '{"n":1}' },
      { partition: 0, key: 'k1', value: '{bad json', headers: [['h1', 'v1']] },
      { partition: 0, key: 'k2', value: null },
      { partition: 0, key: 'k3', value: '{"n":4}' },
    ]);
    await node.rest.create(topic, {
      ...fileSink(output, topic),
      'value.converter': JSON_CONVERTER,
      'value.converter.schemas.enable': 'false',
      ...keptIn(`${topic}-dlq`),
    });
    expect(await linesIn(output, 3)).toEqual(['{n=1}', 'null', '{n=4}']);

    const [letter] = await lettersIn(`${topic}-dlq`, 1);
    const { record } = fixture('dlq.json') as {
      readonly record: { readonly headers: readonly { readonly key: string }[] };
    };
    expect(letter?.headers.map(({ key }) => key)).toEqual(record.headers.map(({ key }) => key));
    expect([text(letter?.key), text(letter?.value)]).toEqual(['k1', '{bad json']);
    expect(contextOf(letter)).toMatchObject({
      topic,
      partition: '0',
      offset: '1',
      'connector.name': topic,
      'task.id': '0',
      stage: 'VALUE_CONVERTER',
      'class.name': JSON_CONVERTER,
      'exception.class.name': 'org.apache.kafka.connect.errors.DataException',
      'exception.message': 'Converting byte[] to Kafka Connect data failed due to serialization error: ',
    });

    await waitFor('the offset past the poison', async () => {
      const [committed] = await raw.admin.groupOffsets(`connect-${topic}`);
      return committed?.offset === 4;
    });
    const { tasks } = await node.rest.running(topic);
    expect(tasks).toHaveLength(1);
  }, 60_000);

  it('lines that a source cannot make records of are kept as JSON that says where they are', async () => {
    const topic = uniqueName('lines');
    const input = join(cluster.dir, `${topic}.in`);
    writeFileSync(input, '1\nnot a number\n3\n4 and a half\n5\n');
    await node.rest.create(topic, {
      ...fileSource(input, topic),
      transforms: 'cast',
      'transforms.cast.type': `${TRANSFORMS}.Cast$Value`,
      'transforms.cast.spec': 'int32',
      'value.converter': 'org.apache.kafka.connect.converters.IntegerConverter',
      ...keptIn(`${topic}-dlq`),
    });

    const letters = await lettersIn(`${topic}-dlq`, 2);
    expect(letters.map(({ value }) => JSON.parse(text(value)) as unknown)).toEqual([
      { schema: { type: 'string', optional: false }, payload: 'not a number' },
      { schema: { type: 'string', optional: false }, payload: '4 and a half' },
    ]);
    expect(letters.map(contextOf)).toMatchObject(
      [15, 30].map((position) => ({
        topic,
        stage: 'TRANSFORMATION',
        'class.name': `${TRANSFORMS}.Cast$Value`,
        'source.partition': JSON.stringify({ filename: input }),
        'source.offset': JSON.stringify({ position }),
      })),
    );
    await waitFor('the good lines', async () => (await raw.count(topic)) === 3);
    const numbers = (await raw.read(topic)).flat().map(({ value }) => value?.readInt32BE());
    expect(numbers).toEqual([1, 3, 5]);
  }, 60_000);

  it('a source gets its topic as its settings say, and its offsets a topic of their own that REST shows', async () => {
    const topic = uniqueName('created');
    const input = join(cluster.dir, `${topic}.in`);
    writeFileSync(input, 'one\ntwo\n');
    await node.rest.create(topic, {
      ...fileSource(input, topic),
      'topic.creation.default.replication.factor': '1',
      'topic.creation.default.partitions': '3',
      'topic.creation.default.retention.ms': '7654321',
      'offsets.storage.topic': `${topic}-offsets`,
    });

    const partition = { filename: input };
    const offsets = await waitFor('the offset', async () => {
      const { body } = await node.rest.get(`/connectors/${topic}/offsets`);
      const { offsets: seen } = body as { readonly offsets: readonly unknown[] };
      return seen.length > 0 ? seen : null;
    });
    expect(offsets).toEqual([{ partition, offset: { position: 8 } }]);

    const [created] = await raw.admin.describeTopics([topic]);
    expect(created?.partitions).toBe(3);
    expect((await raw.admin.topicConfigs(topic))?.get('retention.ms')).toBe('7654321');
    expect(await raw.count(topic)).toBe(2);

    const [stored] = (await raw.read(`${topic}-offsets`)).flat();
    expect(text(stored?.key)).toBe(JSON.stringify([topic, partition]));
    expect(text(stored?.value)).toBe('{"position":8}');
    // As the JVM's: the worker's topic has it too, for the day the connector is to have no topic of its own any more.
    const shared = (await raw.read(cluster.internalTopics.offset)).flat();
    const copy = shared.findLast(({ key }) => text(key) === text(stored?.key));
    expect(text(copy?.value)).toBe('{"position":8}');
  }, 60_000);

  describe('a record of 10 MB', () => {
    it('fails a source that may not send as much, in words that name the limit', async () => {
      const topic = uniqueName('large');
      const input = join(cluster.dir, `${topic}.in`);
      writeFileSync(input, `small\n${'x'.repeat(10 * MEGABYTE)}\n`);
      await node.rest.create(topic, fileSource(input, topic));
      const task = await waitFor('the task to be FAILED', async () => {
        const { tasks } = await node.rest.status(topic);
        return tasks.find(({ state }) => state === 'FAILED');
      });
      expect(task.trace).toContain('more than max.request.size=1048576');
      expect(task.trace).toContain(topic);
    }, 60_000);

    it('leaves a letter that says where it is when it fits into no dead letter queue', async () => {
      const topic = uniqueName('vast');
      const output = join(cluster.dir, `${topic}.out`);
      await raw.create(topic, 1, { 'max.message.bytes': String(12 * MEGABYTE) });
      await raw.write(topic, [
        { partition: 0, key: 'vast', value: `{${'x'.repeat(10 * MEGABYTE)}`, headers: [['h', 'v']] },
        { partition: 0, key: 'small', value: '"end"' },
      ]);
      await node.rest.create(topic, {
        ...fileSink(output, topic),
        'value.converter': JSON_CONVERTER,
        'value.converter.schemas.enable': 'false',
        ...keptIn(`${topic}-dlq`),
      });
      expect(await linesIn(output, 1)).toEqual(['end']);
      const [letter] = await lettersIn(`${topic}-dlq`, 1);
      expect([letter?.key, letter?.value]).toEqual([null, null]);
      expect(contextOf(letter)).toMatchObject({
        topic,
        partition: '0',
        offset: '0',
        stage: 'VALUE_CONVERTER',
      });
      await waitFor('the offset past it', async () => {
        const [committed] = await raw.admin.groupOffsets(`connect-${topic}`);
        return committed?.offset === 2;
      });
    }, 60_000);

    it('goes through where the limits are raised', async () => {
      const topic = uniqueName('raised');
      const input = join(cluster.dir, `${topic}.in`);
      const output = join(cluster.dir, `${topic}.out`);
      writeFileSync(input, `${'y'.repeat(10 * MEGABYTE)}\nend\n`);
      await raw.create(topic, 1, { 'max.message.bytes': String(12 * MEGABYTE) });
      await node.rest.create(`${topic}-source`, {
        ...fileSource(input, topic),
        'producer.override.max.request.size': String(12 * MEGABYTE),
        'producer.override.buffer.memory': String(64 * MEGABYTE),
      });
      await node.rest.create(`${topic}-sink`, fileSink(output, topic));
      const lines = await linesIn(output, 2);
      expect(lines.map((line) => line.length)).toEqual([10 * MEGABYTE, 3]);
    }, 60_000);
  });
});
