import type { ConfigInfos, Fields } from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';
import { beforeEach, expect, test } from 'vitest';
import { FallbackValidator } from '../src/plugins/fallback-validator.ts';
import { publishedAs, type PublishedPlugin } from '../src/plugins/published-plugins.ts';
import type { WorkerAnswer, WorkerRequest } from '../src/workers/worker-requests.ts';

const key = (name: string, type: string, required: boolean) => ({
  name,
  type,
  required,
  default_value: null,
  importance: 'HIGH',
  documentation: `About ${name}.`,
  group: null,
  order_in_group: -1,
  width: 'NONE',
  display_name: name,
  dependents: [],
});

const PLUGIN: PublishedPlugin = {
  class: 'com.acme.AcmeSourceConnector',
  type: 'source',
  version: '2.0',
  config: [key('host', 'STRING', true), key('port', 'INT', false), key('password', 'PASSWORD', true)],
};

const CONFIG = { 'connector.class': PLUGIN.class, host: 'h', password: 'hunter2' };
const OWN: Fields<ConfigInfos> = { name: 'own', error_count: 0, groups: [], configs: [] };

let asked: WorkerRequest[];
let answer: WorkerAnswer | null;
let members: boolean;

beforeEach(() => {
  asked = [];
  answer = null;
  members = true;
});

function validate(props: Props): Promise<ConfigInfos> {
  const validator = new FallbackValidator({
    own: { validate: () => Promise.resolve(OWN) },
    ownTypeOf: (name) => (name === 'ours' ? 'source' : 'unknown'),
    published: () => [PLUGIN],
    workers: {
      ask: (request) => {
        asked.push(request);
        return Promise.resolve(answer);
      },
    },
    anyWorker: () => Promise.resolve(members),
    timeoutMs: 1_000,
  });
  return validator.validate(props);
}

test('what the gateway has, or nobody, is checked at the gateway', async () => {
  expect(await validate({ 'connector.class': 'ours' })).toBe(OWN);
  expect(await validate({ 'connector.class': "nobody's" })).toBe(OWN);
  expect(await validate({})).toBe(OWN);
  expect(asked).toEqual([]);
});

test('what only workers have is checked by one of them', async () => {
  answer = { worker: 'w', code: 200, body: { ...OWN, name: 'checked' } };
  expect(await validate({ 'connector.class': 'AcmeSource', host: 'h' })).toMatchObject({ name: 'checked' });
  expect(asked).toEqual([
    {
      op: 'validate',
      to: 'plugin:com.acme.AcmeSourceConnector',
      args: { config: { 'connector.class': 'AcmeSource', host: 'h' } },
      timeoutMs: 1_000,
    },
  ]);
});

test('passwords in clear are not sent, and the answer says so; references are', async () => {
  const value = { name: 'password', value: '[hidden]', recommended_values: [], errors: [], visible: true };
  answer = {
    worker: 'w',
    code: 200,
    body: { ...OWN, configs: [{ definition: key('password', 'PASSWORD', true), value }] },
  };
  const infos = await validate(CONFIG);
  expect(JSON.stringify(asked)).not.toContain('hunter2');
  expect(infos.configs[0]?.definition.documentation).toMatch(/^About password\. \(Its value .* was not sent/);

  await validate({ ...CONFIG, password: '${file:secrets:password}' });
  expect(JSON.stringify(asked[1])).toContain('${file:secrets:password}');
});

test("a worker's refusal is the gateway's", async () => {
  answer = { worker: 'w', code: 500, body: { message: 'Could not read properties' } };
  await expect(validate(CONFIG)).rejects.toMatchObject({ status: 500, message: 'Could not read properties' });
});

test.each([
  ['no worker answers', true],
  ['there is none', false],
])('where %s, the description of the plugin is what is checked against', async (_why, any) => {
  members = any;
  const infos = await validate({ 'connector.class': PLUGIN.class, port: 'x' });
  expect(infos.error_count).toBe(3);
  expect(infos.configs.map(({ value }) => [value.name, value.errors])).toEqual([
    ['host', ['Missing required configuration "host" which has no default value.']],
    ['port', ['Invalid value x for configuration port: Not a number of type INT']],
    ['password', ['Missing required configuration "password" which has no default value.']],
  ]);
  expect((await validate(CONFIG)).error_count).toBe(0);
  expect(asked).toHaveLength(any ? 2 : 0);
  const own = await validate({ ...CONFIG, 'auto.restart.max.attempts': 'many' });
  expect(own.error_count).toBe(2);
  expect(own.configs.at(-1)?.value.errors[0]).toContain('auto.restart.max.attempts');
});

test('names of published plugins may be short while they are clear', () => {
  const plugins = [PLUGIN, { ...PLUGIN, version: '1.0' }, { ...PLUGIN, class: 'org.b.BSource' }];
  expect(publishedAs(plugins, 'AcmeSource', null)?.version).toBe('1.0');
  expect(publishedAs(plugins, 'AcmeSourceConnector', '2.0')?.version).toBe('2.0');
  expect(publishedAs(plugins, 'Acme', null)).toBeUndefined();
  expect(publishedAs([...plugins, { ...PLUGIN, class: 'x.AcmeSource' }], 'AcmeSource', null)).toBeUndefined();
});
