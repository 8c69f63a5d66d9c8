import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseProperties, workerConfig } from '@millrace/config';
import { createAdmin, createKafkaClient, createProducer, type KafkaClient } from '@millrace/kafka';
import { startKafka, tempDir, uniqueName, waitFor, type Kafka } from '@millrace/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStatus, type StartedStatus } from '../src/index.ts';
import { status } from './records.ts';

const logger = pino({ level: 'silent' });
let kafka: Kafka;
let client: KafkaClient;

beforeAll(async () => {
  kafka = await startKafka();
  client = createKafkaClient({ 'bootstrap.servers': kafka.bootstrapServers }, { logger });
}, 60_000);

afterAll(async () => {
  await client.close();
  await kafka.stop();
});

/** Starts an aggregator from the text of a properties file in a folder; its URL too. */
async function start(
  folder: string,
  settings: Readonly<Record<string, string>>,
): Promise<StartedStatus & { readonly url: string }> {
  const text = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  const file = parseProperties(text.join(''), join(folder, 'status.properties'));
  const started = await startStatus({ config: workerConfig(file, 'status', () => undefined), logger });
  return { ...started, url: /http:\S+(?=,)/.exec(started.ready)?.[0] ?? 'no URL' };
}

function settings(topics: { readonly configs: string; readonly statuses: string }): Record<string, string> {
  return {
    'bootstrap.servers': kafka.bootstrapServers,
    'group.id': 'any',
    'config.storage.topic': topics.configs,
    'offset.storage.topic': 'not-looked-at',
    'status.storage.topic': topics.statuses,
    'status.database': 'history.db',
    listeners: 'http://127.0.0.1:0',
  };
}

async function write(
  records: readonly (readonly [topic: string, key: string, value: object])[],
): Promise<void> {
  const producer = createProducer(client, {}, { logger });
  const sent = producer.send(
    records.map(([topic, key, value]) => ({
      topic,
      partition: 0,
      timestamp: null,
      key: Buffer.from(key),
      value: Buffer.from(JSON.stringify(value)),
      headers: [],
    })),
  );
  expect((await sent.done).failed).toEqual([]);
  await producer.close(1_000);
}

async function json(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

it('keeps one history over its own restarts, and adds to it what came in between', async () => {
  const folder = tempDir();
  const topics = { configs: uniqueName('configs'), statuses: uniqueName('statuses') };
  for (const topic of [topics.configs, topics.statuses]) {
    const configs = { 'cleanup.policy': 'compact' };
    await createAdmin(client).createTopic({ topic, partitions: 1, replicationFactor: 1, configs });
  }
  await write([
    [topics.configs, 'connector-c', { properties: { file: 'in.txt' } }],
    [topics.statuses, 'status-connector-c', status('RUNNING')],
  ]);

  const first = await start(folder, settings(topics));
  await waitFor('the connector to be there', async () => {
    const { status: code } = await fetch(`${first.url}/connectors/c`);
    return code === 200;
  });
  const before = (await json(`${first.url}/history`)) as { readonly items: readonly object[] };
  expect(before.items).toMatchObject([
    { kind: 'connector', state: 'RUNNING' },
    { kind: 'config', state: 'CREATED' },
  ]);
  await first.stop();
  await expect(fetch(first.url)).rejects.toThrow();

  await write([[topics.statuses, 'status-connector-c', status('PAUSED')]]);
  const second = await start(folder, settings(topics));
  const after = await waitFor('what came in between', async () => {
    const page = (await json(`${second.url}/history`)) as typeof before;
    return page.items.length > before.items.length ? page : null;
  });
  expect(after.items).toMatchObject([{ state: 'PAUSED', previous: 'RUNNING' }, ...before.items]);
  await second.stop();
}, 60_000);

it('serves although no broker is there', async () => {
  const started = await start(tempDir(), {
    ...settings({ configs: 'c', statuses: 's' }),
    'bootstrap.servers': '127.0.0.1:1',
  });
  const answer = await fetch(`${started.url}/connectors`);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('x-millrace-stale')).toMatch(/^\d+$/);
  expect(await json(`${started.url}/history`)).toEqual({ items: [], next: null });
  await started.stop();
});

it('does not start with a database that is none, with a port that is taken, or with https', async () => {
  const folder = tempDir();
  const topics = { configs: 'c', statuses: 's' };
  writeFileSync(join(folder, 'letter.txt'), 'To whom it may concern. '.repeat(100));
  await expect(start(folder, { ...settings(topics), 'status.database': 'letter.txt' })).rejects.toThrow(
    'letter.txt: it is no SQLite database',
  );
  const first = await start(folder, settings(topics));
  await expect(
    start(tempDir(), { ...settings(topics), listeners: first.url.replace(/\/$/, '') }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await first.stop();
  await expect(start(folder, { ...settings(topics), listeners: 'https://:0' })).rejects.toThrow(
    'Invalid value https://:0 for configuration listeners: this process serves http only',
  );
});
