import { fileURLToPath } from 'node:url';
import { PluginRegistry } from '@millrace/plugins';
import type { TransformPreview } from '@millrace/rest';
import type { Response } from 'supertest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PasswordMask } from '../src/connectors/password-mask.ts';
import type { GatewayParts } from '../src/gateway-parts.ts';
import { BUILT_IN_PLUGINS } from '../src/plugins/built-in-plugins.ts';
import { ProcessPreview } from '../src/transforms/process-preview.ts';
import { FakeWorker } from './fake-worker.ts';
import { logger, SINK, SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

const WORKER = 'worker-1:8083';
const HOIST = { type: 'org.apache.kafka.connect.transforms.HoistField$Value', field: 'line' };

/** The settings of one transform called `t`. */
function transform(props: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const settings = Object.entries(props).map(([key, value]) => [`transforms.t.${key}`, value] as const);
  return { transforms: 't', ...Object.fromEntries(settings) };
}

const DRAFT = { 'connector.class': SOURCE, ...transform(HOIST) };
const SAMPLES = [{ topic: 'a', value: 'x' }];

/** Transforms tried by the gateway itself, as in production: in a process with the real ones. */
const OWN = new ProcessPreview({
  entry: fileURLToPath(new URL('../src/preview-host.ts', import.meta.url)),
  pluginPath: [],
  registry: PluginRegistry.scan({ pluginPath: [], builtins: BUILT_IN_PLUGINS, logger }),
  timeoutMs: 20_000,
});

let gateway: TestGateway;
let asked: { readonly op: string; readonly args: unknown }[];
let answer: { readonly code: number; readonly body: unknown };
const workers: FakeWorker[] = [];

beforeEach(() => {
  asked = [];
  answer = { code: 200, body: { records: '[{"steps":[],"result":{"key":9223372036854775807}}]' } };
});

afterEach(async () => {
  for (const worker of workers.splice(0)) {
    worker.stop();
  }
  await gateway.stop();
});

async function start(parts: Partial<GatewayParts> = {}): Promise<void> {
  gateway = await testGateway({ parts: { preview: OWN, ...parts } });
}

async function startWorker(): Promise<void> {
  gateway.admin.members.set('test-group', [WORKER]);
  workers.push(
    await FakeWorker.start(gateway.cluster, {
      workerId: WORKER,
      perform: (op, args) => {
        asked.push({ op, args });
        return answer;
      },
    }),
  );
}

async function preview(body: object, status = 200): Promise<Response> {
  return gateway.rest.post('/transforms/preview').send(body).expect(status);
}

async function message(body: object, status: number): Promise<string> {
  return ((await preview(body, status)).body as { readonly message: string }).message;
}

describe('with a worker', () => {
  beforeEach(async () => {
    await start();
    await startWorker();
  });

  test('it is the one to try transforms, and its numbers arrive as it wrote them', async () => {
    const response = await preview({ config: { ...DRAFT, topic: 'not needed' }, records: SAMPLES });
    expect(response.text).toBe(
      `{"worker":"${WORKER}","records":[{"steps":[],"result":{"key":9223372036854775807}}]}`,
    );
    expect(asked).toEqual([
      {
        op: 'preview',
        args: {
          connector: null,
          config: transform(HOIST),
          type: 'source',
          records: '[{"topic":"a","value":"x"}]',
        },
      },
    ]);
  });

  test('it reads what is stored by itself, and is told only what a draft changes', async () => {
    await gateway.rest
      .post('/connectors')
      .send({
        name: 'c',
        config: { 'connector.class': SINK, ...transform(HOIST), 'transforms.t.secret': 's' },
      })
      .expect(201);
    await preview({ connector: 'c', records: SAMPLES });
    await preview({
      connector: 'c',
      config: { 'transforms.t.field': 'other', 'transforms.t.secret': '[hidden]', topics: 'x' },
      records: SAMPLES,
    });
    expect(asked.map(({ args }) => args)).toMatchObject([
      { connector: 'c', config: {}, type: 'sink' },
      { connector: 'c', config: { 'transforms.t.field': 'other' }, type: 'sink' },
    ]);
    expect(JSON.stringify(asked)).not.toContain('secret');
  });

  test('what it refuses is refused', async () => {
    answer = { code: 400, body: { message: 'no such transform' } };
    expect(await message({ config: DRAFT, records: SAMPLES }, 400)).toBe('no such transform');
    answer = { code: 500, body: { message: 'The task host was ended' } };
    expect(await message({ config: DRAFT, records: SAMPLES }, 500)).toBe('The task host was ended');
    answer = { code: 413, body: { message: 'too much' } };
    expect(await message({ config: DRAFT, records: SAMPLES }, 413)).toBe('too much');
  });

  test('samples that no request can hold are tried at the gateway, if it can', async () => {
    const records = [{ topic: 'a', value: 'x'.repeat(1_000_000) }];
    expect((await preview({ config: DRAFT, records })).body).toMatchObject({
      worker: null,
      records: [{ steps: [{ outcome: 'changed' }] }],
    });
    const refused = await message({ config: { ...DRAFT, 'transforms.t.field': '${env:X}' }, records }, 413);
    expect(refused).toContain('references are resolved on workers only');
    expect(asked).toEqual([]);
  });
});

test('a password in clear is not sent to a worker', async () => {
  const key = { name: 'field', type: 'PASSWORD' };
  await start({ passwords: new PasswordMask(() => Promise.resolve([key] as never)) });
  await startWorker();
  expect((await preview({ config: DRAFT, records: SAMPLES })).body).toMatchObject({ worker: null });
  const config = { ...DRAFT, 'transforms.t.type': 'com.acme.Theirs' };
  expect(await message({ config, records: SAMPLES }, 400)).toContain(
    'transforms.t.field: a password in clear',
  );
  await preview({ config: { ...config, 'transforms.t.field': '${vault:x}' }, records: SAMPLES });
  expect(asked).toHaveLength(1);
});

describe('without a worker', () => {
  beforeEach(() => start());

  test('the gateway tries what it has', async () => {
    const records = [
      { topic: 'a', value: { schema: { type: 'int64', optional: false }, payload: 1 } },
      ...SAMPLES,
    ];
    const shown = (await preview({ config: DRAFT, records })).body as TransformPreview;
    expect(shown.worker).toBeNull();
    expect(shown.records[0]).toMatchObject({
      steps: [
        { alias: 't', class: HOIST.type, predicate: null, applied: true, outcome: 'changed', error: null },
      ],
      result: {
        topic: 'a',
        value: {
          schema: { type: 'struct', fields: [{ type: 'int64', optional: false, field: 'line' }] },
          payload: { line: 1 },
        },
      },
    });
    expect(shown.records[1]?.result?.value).toEqual({ schema: null, payload: { line: 'x' } });
  });

  test('of a connector, with what a draft changes', async () => {
    await gateway.rest.post('/connectors').send({ name: 'c', config: DRAFT }).expect(201);
    const shown = async (config: object | null): Promise<unknown> =>
      ((await preview({ connector: 'c', config, records: SAMPLES })).body as TransformPreview).records[0]
        ?.result?.value.payload;
    expect(await shown(null)).toEqual({ line: 'x' });
    expect(await shown({ 'transforms.t.field': 'text' })).toEqual({ text: 'x' });
    expect(await shown({ transforms: null })).toBe('x');
    // Only what is in use counts: neither the reference nor the type that is none matters.
    expect(await shown({ 'transforms.x.type': '${vault:x}', 'transforms.t.target.type': 'unix' })).toEqual({
      line: 'x',
    });
    // Nothing was written.
    const stored = await gateway.rest.get('/connectors/c/config').expect(200);
    expect(stored.body).toEqual({ ...DRAFT, name: 'c' });
  }, 60_000);

  test('it says what is wrong with a chain or a sample', async () => {
    const broken = { ...DRAFT, 'transforms.t.field': null };
    expect(await message({ config: broken, records: SAMPLES }, 400)).toContain('field');
    const value = { schema: { type: 'number' }, payload: 1 };
    expect(await message({ config: DRAFT, records: [{ topic: 'a', value }] }, 400)).toContain(
      'records[0].value',
    );
  });

  test('it leaves references and plugins of others alone, saying so', async () => {
    const referring = { ...DRAFT, 'transforms.t.field': '${file:/etc/passwd:root}' };
    expect(await message({ config: referring, records: SAMPLES }, 500)).toMatch(
      /Request timed out.*references are resolved on workers only/,
    );
    const theirs = { ...DRAFT, 'transforms.t.type': 'com.acme.Theirs' };
    expect(await message({ config: theirs, records: SAMPLES }, 500)).toMatch(
      /Request timed out.*this gateway has no com.acme.Theirs/,
    );
  });

  test('requests that make no sense are refused', async () => {
    const cases: readonly (readonly [object, number, string])[] = [
      [{ records: SAMPLES }, 400, 'needs a "connector", a "config", or both'],
      [{ connector: 'nobody', records: SAMPLES }, 404, 'Connector nobody not found'],
      [{ config: {}, records: SAMPLES }, 400, 'no "connector.class"'],
      [
        { config: { 'connector.class': 'com.acme.No' }, records: SAMPLES },
        400,
        'com.acme.No is known neither here',
      ],
      [{ config: DRAFT, records: [] }, 400, '1 to 100 records'],
      [{ config: DRAFT, records: [{}] }, 400, 'records[0].topic must be text'],
    ];
    for (const [body, status, why] of cases) {
      expect(await message(body, status)).toContain(why);
    }
    await gateway.rest.post('/transforms/preview').expect(400);
    await gateway.rest.post('/transforms/preview').type('text/plain').send('{}').expect(415);
    await gateway.rest.get('/transforms/preview').expect(405);
  });
});

test('transforms that never end, or end the process, cost no more than their own answer', async () => {
  const never = new ProcessPreview({
    entry: fileURLToPath(new URL('endless-host.ts', import.meta.url)),
    pluginPath: [],
    registry: PluginRegistry.scan({ pluginPath: [], builtins: BUILT_IN_PLUGINS, logger }),
    timeoutMs: 500,
  });
  await start({ preview: never });
  expect(await message({ config: DRAFT, records: SAMPLES }, 500)).toBe(
    'Request timed out. The transforms did not end within 500 ms',
  );
  expect(await message({ config: DRAFT, records: [{ topic: 'exit' }] }, 500)).toBe(
    'The process that ran the transforms exited with code 7',
  );
  await gateway.rest.get('/connectors').expect(200);
});
