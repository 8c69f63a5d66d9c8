import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster, startKafka, type AppProcess, type Kafka, type RestResponse } from '@millrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileSource } from '../connectors.ts';

/** A transform that only the worker has: it never returns for one topic, and returns nonsense for another. */
const PLUGIN = `
import { ConfigDef } from '@millrace/connect-api';
export class Moody {
  config() { return new ConfigDef(); }
  configure() {}
  apply(record) {
    while (record.topic === 'endless');
    return record.topic === 'nonsense' ? { topic: 7 } : record.newRecord({ topic: record.topic + '-moody' });
  }
}
`;
const MOODY = { 'transforms.m.type': 'com.acme.Moody' };
const SECRET = 'correct-horse-battery';

let kafka: Kafka;
let cluster: Cluster;
let gateway: AppProcess;
let worker: AppProcess;

function pluginFolder(): string {
  const folder = join(cluster.dir, 'plugins', 'moody');
  mkdirSync(folder, { recursive: true });
  const plugins = [{ class: 'com.acme.Moody', type: 'transformation', export: 'Moody' }];
  const manifest = {
    name: 'moody',
    version: '1.0.0',
    type: 'module',
    main: './moody.js',
    millrace: { plugins },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'moody.js'), PLUGIN);
  return join(cluster.dir, 'plugins');
}

beforeAll(async () => {
  kafka = await startKafka();
  cluster = new Cluster({
    bootstrapServers: kafka.bootstrapServers,
    settings: { 'config.validation.timeout.ms': '4000' },
  });
  const secrets = join(cluster.dir, 'secrets.properties');
  writeFileSync(secrets, `salt=${SECRET}\n`);
  gateway = await cluster.start('gateway');
  worker = await cluster.start('worker', {
    'plugin.path': pluginFolder(),
    'config.providers': 'file',
    'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
  });
  await Promise.all([gateway.ready(), worker.ready()]);
  await gateway.rest.create('lines', {
    ...fileSource(join(cluster.dir, 'none.txt'), 'lines'),
    transforms: 'hoist,salt',
    'transforms.hoist.type': 'org.apache.kafka.connect.transforms.HoistField$Value',
    'transforms.hoist.field': 'line',
    'transforms.salt.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
    'transforms.salt.static.field': 'salt',
    'transforms.salt.static.value': `<\${file:${secrets}:salt}>`,
  });
}, 90_000);

afterAll(async () => {
  await cluster.stop();
  await kafka.stop();
});

interface Preview {
  readonly worker: string | null;
  readonly records: readonly {
    readonly steps: readonly { readonly alias: string; readonly outcome: string; readonly error: unknown }[];
    readonly result: { readonly topic: string; readonly value: { readonly payload: unknown } } | null;
  }[];
}

const preview = (body: object): Promise<RestResponse> =>
  gateway.rest.call('POST', '/transforms/preview', body);

async function shown(body: object): Promise<Preview> {
  const { status, body: answer } = await preview(body);
  expect(status, JSON.stringify(answer)).toBe(200);
  return answer as Preview;
}

it('a worker tries the transforms of a connector; what a reference stands for does not come back', async () => {
  const value = { schema: { type: 'int64', optional: false }, payload: 5 };
  const answer = await shown({ connector: 'lines', records: [{ topic: 'lines', value }] });
  expect(answer.worker).toBe(worker.workerId);
  expect(answer.records[0]?.steps.map(({ alias, outcome }) => [alias, outcome])).toEqual([
    ['hoist', 'changed'],
    ['salt', 'changed'],
  ]);
  expect(answer.records[0]?.result?.value.payload).toEqual({ line: 5, salt: '<[hidden]>' });
  expect(JSON.stringify(answer)).not.toContain(SECRET);
}, 60_000);

it('a draft may use what only the worker has', async () => {
  const { records } = await shown({
    connector: 'lines',
    config: { transforms: 'hoist,m', ...MOODY },
    records: [{ topic: 'a', value: 'x' }, { topic: 'nonsense' }],
  });
  expect(records[0]?.result?.topic).toBe('a-moody');
  expect(records[1]).toMatchObject({
    result: null,
    steps: [
      { outcome: 'changed' },
      { alias: 'm', outcome: 'failed', error: { class: expect.stringMatching(/DataException$/) as unknown } },
    ],
  });
}, 60_000);

it('samples as large as a record of the topic can hold pass; what becomes larger is refused', async () => {
  const draft = { connector: 'lines', config: { transforms: 'hoist' } };
  const large = await shown({ ...draft, records: [{ topic: 'a', value: 'x'.repeat(440_000) }] });
  expect(large.worker).toBe(worker.workerId);
  expect(large.records[0]?.result?.value.payload).toEqual({ line: 'x'.repeat(440_000) });
  const larger = await preview({ ...draft, records: [{ topic: 'a', value: 'x'.repeat(890_000) }] });
  expect(larger.status).toBe(413);
}, 60_000);

it('a transform that never returns is ended, and nothing else is', async () => {
  const draft = { connector: 'lines', config: { transforms: 'm', ...MOODY } };
  const endless = preview({ ...draft, records: [{ topic: 'endless' }] });
  const meanwhile = await shown({ ...draft, records: [{ topic: 'b' }] });
  expect(meanwhile.records[0]?.result?.topic).toBe('b-moody');
  const { status, body } = await endless;
  expect(status).toBe(500);
  expect(JSON.stringify(body)).toContain('within 4000 ms');
  expect((await gateway.rest.status('lines')).connector.state).not.toBe('FAILED');
}, 60_000);

it('without a worker the gateway does what it can', async () => {
  expect(await worker.process.stop()).toBe(0);
  const config = { transforms: 'hoist' };
  const alone = await shown({ connector: 'lines', config, records: [{ topic: 'a', value: 'x' }] });
  expect(alone.worker).toBeNull();
  expect(alone.records[0]?.result?.value.payload).toEqual({ line: 'x' });
  const refused = await preview({ connector: 'lines', records: [{ topic: 'a' }] });
  expect(refused.status).toBe(500);
  expect(JSON.stringify(refused.body)).toContain('references are resolved on workers only');
}, 60_000);
