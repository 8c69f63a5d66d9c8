import { afterEach, beforeEach, expect, test } from 'vitest';
import { PasswordMask } from '../src/connectors/password-mask.ts';
import { FakeWorker } from './fake-worker.ts';
import { SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

const key = (name: string, type: string) => ({
  name,
  type,
  required: false,
  default_value: null,
  importance: 'HIGH',
  documentation: '',
  group: null,
  order_in_group: -1,
  width: 'NONE',
  display_name: name,
  dependents: [],
});

const CONFIG = {
  'connector.class': SOURCE,
  'db.pass': 'one',
  'db.user': 'me',
  'more.pass': '${file:secrets:two}',
  transforms: 'x',
  'transforms.x.type': 'test.Encrypt',
  'transforms.x.key': 'three',
  'transforms.x.field': 'f',
  'value.converter': 'unknown.Converter',
  'value.converter.auth.token': 'four',
  'producer.override.sasl.jaas.config': 'five',
  'producer.override.linger.ms': '6',
};

const SHOWN = {
  ...CONFIG,
  'db.pass': '[hidden]',
  'transforms.x.key': '[hidden]',
  'value.converter.auth.token': '[hidden]',
  'producer.override.sasl.jaas.config': '[hidden]',
};

let gateway: TestGateway;
let worker: FakeWorker;

beforeEach(async () => {
  const mask = new PasswordMask((name) => {
    switch (name) {
      case SOURCE:
        return Promise.resolve([
          key('db.pass', 'PASSWORD'),
          key('db.user', 'STRING'),
          key('more.pass', 'PASSWORD'),
        ]);
      case 'test.Encrypt':
        return Promise.resolve([key('key', 'PASSWORD'), key('field', 'STRING')]);
      default:
        return Promise.reject(new Error('nobody knows it'));
    }
  });
  gateway = await testGateway({ parts: { mask } });
  worker = await FakeWorker.start(gateway.cluster, { workerId: 'w:1' });
  await gateway.rest.post('/connectors').send({ name: 'a', config: CONFIG }).expect(201);
  await worker.settled();
});

afterEach(async () => {
  worker.stop();
  await gateway.stop();
});

function written(): unknown {
  return gateway.stores.config.snapshot().connectorConfig('a');
}

test('passwords in clear are in no answer; references and all else are', async () => {
  const shown = { ...SHOWN, name: 'a' };
  await gateway.rest.get('/connectors/a/config').expect(200, shown);
  expect((await gateway.rest.get('/connectors/a')).body).toMatchObject({ config: shown });
  expect((await gateway.rest.get('/connectors?expand=info')).body).toMatchObject({
    a: { info: { config: shown } },
  });
  expect((await gateway.rest.get('/connectors/a/tasks')).body).toMatchObject([{ config: shown }]);
  expect(written()).toEqual({ ...CONFIG, name: 'a' });
});

test('what was read and is written back keeps the passwords', async () => {
  const { body } = (await gateway.rest.get('/connectors/a/config')) as { body: Record<string, string> };
  const put = await gateway.rest
    .put('/connectors/a/config')
    .send({ ...body, 'db.user': 'you' })
    .expect(200);
  expect(put.body).toMatchObject({ config: { ...SHOWN, 'db.user': 'you' } });
  expect(written()).toEqual({ ...CONFIG, 'db.user': 'you', name: 'a' });

  await gateway.rest
    .patch('/connectors/a/config')
    .send({ 'db.pass': '[hidden]', 'db.user': 'they' })
    .expect(200);
  expect(written()).toEqual({ ...CONFIG, 'db.user': 'they', name: 'a' });

  const dry = await gateway.rest.put('/connectors/a/config?dryRun=true').send(body).expect(200);
  expect(dry.body).toMatchObject({ dry_run: { changes: [{ key: 'db.user', before: 'they', after: 'me' }] } });
});

test('a new password is written, and hidden in the answer', async () => {
  const patch = await gateway.rest.patch('/connectors/a/config').send({ 'db.pass': 'new' }).expect(200);
  expect(patch.body).toMatchObject({ config: { 'db.pass': '[hidden]' } });
  expect(written()).toMatchObject({ 'db.pass': 'new' });
});
