import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { KafkaClient } from '../../../src/client/kafka-client.ts';
import { createProducer } from '../../../src/producer/create-producer.ts';
import { atEnd, logger, readAll, record, testClient, testTopic } from '../../cluster.ts';

const FETCH_JARS = fileURLToPath(new URL('../../../../../infra/kafka/fetch-jars.sh', import.meta.url));
const INTEROP = fileURLToPath(new URL('Interop.java', import.meta.url));

const CODECS = ['gzip', 'snappy', 'lz4', 'zstd'] as const;

/** Values that compress well, badly and not at all; the longest ones fill blocks of their own. */
const VALUES = Array.from({ length: 600 }, (_, index) => {
  if (index % 50 === 0) return `${index} `.repeat(20_000);
  if (index % 3 === 0)
    return createHash('sha512')
      .update(String(index))
      .digest('base64')
      .repeat(1 + (index % 2));
  return `order ${index} of customer ${index % 17}`;
});

async function write(client: KafkaClient, topic: string, codec: string): Promise<void> {
  const settings = { 'compression.type': codec, 'batch.size': '300000', 'linger.ms': '100' };
  const producer = createProducer(client, settings, { logger });
  atEnd(() => producer.close(0));
  const { failed } = await producer.send(VALUES.map((value) => record(topic, value))).done;
  expect(failed).toEqual([]);
}

async function valuesOf(client: KafkaClient, topic: string): Promise<readonly (string | null)[]> {
  return (await readAll(client, topic)).map(({ value }) => value);
}

describe('compressed records', () => {
  it('go from our producer to a Java consumer, and from a Java producer to our consumer', async () => {
    const client = testClient();
    const routes: { codec: string; ours: string; theirs: string }[] = [];
    for (const codec of CODECS) {
      const [ours, theirs] = [await testTopic(client), await testTopic(client)];
      await write(client, ours, codec);
      routes.push({ codec, ours, theirs });
    }
    const jars = execFileSync('bash', [FETCH_JARS], { encoding: 'utf8' }).trim();
    const { stdout } = await promisify(execFile)('java', [
      '-XX:TieredStopAtLevel=1',
      '-cp',
      `${jars}/*`,
      INTEROP,
      process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '',
      String(VALUES.length),
      ...routes.flatMap(({ codec, ours, theirs }) => [codec, ours, theirs]),
    ]);
    const digest = createHash('sha256').update(VALUES.join('')).digest('hex');
    expect(stdout.trim().split('\n')).toEqual(CODECS.map((codec) => `${codec} ${digest}`));
    for (const { theirs } of routes) {
      expect(await valuesOf(client, theirs)).toEqual(VALUES);
    }
  });

  it.each([
    ['snappy', 'lz4'],
    ['lz4', 'snappy'],
  ])('sent in %s are read where the broker stores them in %s', async (sent, stored) => {
    const client = testClient();
    const topic = await testTopic(client, { configs: { 'compression.type': stored } });
    await write(client, topic, sent);
    expect(await valuesOf(client, topic)).toEqual(VALUES);
  });
});
