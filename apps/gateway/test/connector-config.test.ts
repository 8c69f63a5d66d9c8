import type { ConfigBackingStore, ConfigWrite } from '@millrace/topic-stores';
import { describe, expect, test } from 'vitest';
import { CONFIG, ConnectorBed } from './connector-bed.ts';
import { SOURCE, testGateway } from './test-gateway.ts';

const bed = new ConnectorBed();

describe('changing the configuration', () => {
  test('PUT creates with 201 and replaces with 200', async () => {
    const created = await bed.gateway.rest.put('/connectors/a/config').send(CONFIG).expect(201);
    expect(created.headers['location']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/connectors\/a$/);
    const replaced = await bed.gateway.rest
      .put('/connectors/a/config')
      .send({ 'connector.class': SOURCE, other: 'x' })
      .expect(200);
    expect(replaced.headers['location']).toBeUndefined();
    await bed.gateway.rest
      .get('/connectors/a/config')
      .expect(200, { 'connector.class': SOURCE, other: 'x', name: 'a' });
  });

  test('PUT refuses a configuration with another name', async () => {
    await bed.gateway.rest
      .put('/connectors/a/config')
      .send({ ...CONFIG, name: 'b' })
      .expect(400, {
        error_code: 400,
        message: "Connector name configuration (b) doesn't match connector name in the URL (a)",
      });
  });

  test('PATCH merges, and null removes', async () => {
    await bed.create('a', { ...CONFIG, old: '1' });
    await bed.gateway.rest.patch('/connectors/a/config').send({ old: null, new: 2 }).expect(200);
    await bed.gateway.rest.get('/connectors/a/config').expect(200, { ...CONFIG, new: '2', name: 'a' });
    await bed.gateway.rest
      .patch('/connectors/nope/config')
      .send({ a: 'b' })
      .expect(404, { error_code: 404, message: 'Connector nope not found' });
    await bed.gateway.rest.patch('/connectors/a/config').send({ topic: '' }).expect(400);
  });

  test('concurrent PATCHes of different keys all take effect', async () => {
    await bed.create('a');
    const keys = Array.from({ length: 10 }, (_, index) => `k${index}`);
    await Promise.all(
      keys.map((key) =>
        bed.gateway.rest
          .patch('/connectors/a/config')
          .send({ [key]: 'x' })
          .expect(200),
      ),
    );
    const answer = await bed.gateway.rest.get('/connectors/a/config').expect(200);
    expect(Object.keys(answer.body as object)).toEqual(expect.arrayContaining(keys));
  });

  test('If-Match lets only the holder of the newest revision write', async () => {
    await bed.create('a');
    const { headers } = await bed.gateway.rest.get('/connectors/a/config').expect(200);
    const tag = headers['etag'] ?? '';
    const changed = await bed.gateway.rest
      .put('/connectors/a/config')
      .set('If-Match', tag)
      .send({ ...CONFIG, x: '1' })
      .expect(200);
    for (const method of ['put', 'patch'] as const) {
      await bed.gateway.rest[method]('/connectors/a/config').set('If-Match', tag).send(CONFIG).expect(412);
    }
    await bed.gateway.rest
      .patch('/connectors/a/config')
      .set('If-Match', `"nonsense", ${changed.headers['etag'] ?? ''}`)
      .send({ x: '2' })
      .expect(200);
  });

  test('If-None-Match: * lets only a new connector be written', async () => {
    await bed.gateway.rest.put('/connectors/a/config').set('If-None-Match', '*').send(CONFIG).expect(201);
    await bed.gateway.rest.put('/connectors/a/config').set('If-None-Match', '*').send(CONFIG).expect(412);
  });

  test('GET answers 304 to those who have the configuration', async () => {
    await bed.create('a');
    const { headers } = await bed.gateway.rest.get('/connectors/a/config').expect(200);
    const tag = headers['etag'] ?? '';
    await bed.gateway.rest
      .get('/connectors/a/config')
      .set('If-None-Match', `"1234567", W/${tag}`)
      .expect(304, '');
    await bed.gateway.rest.put('/connectors/a/config').send(CONFIG).expect(200);
    await bed.gateway.rest.get('/connectors/a/config').set('If-None-Match', tag).expect(200);
  });

  test('dry runs of PUT and PATCH show the difference, and meet the same refusals', async () => {
    await bed.create('a', { ...CONFIG, old: '1', password: 'now' });
    const put = await bed.gateway.rest
      .put('/connectors/a/config?dryRun=true')
      .send({ ...CONFIG, topic: '', password: '${file:secrets:then}' })
      .expect(200);
    expect(put.body).toMatchObject({
      dry_run: {
        creates: false,
        valid: false,
        changes: [
          { key: 'old', before: '1', after: null },
          { key: 'password', before: '[hidden]', after: '${file:secrets:then}' },
          { key: 'topic', before: 't', after: '' },
        ],
      },
    });
    const patch = await bed.gateway.rest
      .patch('/connectors/a/config?dryRun=TRUE')
      .send({ old: '2' })
      .expect(200);
    expect(patch.body).toMatchObject({
      dry_run: { valid: true, changes: [{ key: 'old', before: '1', after: '2' }] },
    });
    await bed.gateway.rest
      .get('/connectors/a/config')
      .expect(200, { ...CONFIG, old: '1', password: 'now', name: 'a' });

    await bed.gateway.rest.patch('/connectors/nope/config?dryRun=true').send({}).expect(404);
    await bed.gateway.rest
      .put('/connectors/a/config?dryRun=true')
      .set('If-Match', '"999"')
      .send(CONFIG)
      .expect(412);
    await bed.gateway.rest.post('/connectors?dryRun=true').send({ name: 'a', config: CONFIG }).expect(409);
  });
});

test('a write is answered as what it was, however soon somebody else changes or deletes what it wrote', async () => {
  const { config } = await bed.gateway.cluster.started();
  let meanwhile: ConfigWrite | null = null;
  const hurried: ConfigBackingStore = {
    ...allButWrite(config),
    write: async (write: ConfigWrite) => {
      const written = await config.write(write);
      if (meanwhile !== null) {
        await config.write(meanwhile);
      }
      return { ...written, state: await config.read() };
    },
  };
  const other = await testGateway({ cluster: bed.gateway.cluster, parts: { configStore: hurried } });

  meanwhile = { kind: 'delete-connector', connector: 'a' };
  const created = await other.rest.post('/connectors').send({ name: 'a', config: CONFIG }).expect(201);
  expect(created.body).toEqual({ name: 'a', config: { ...CONFIG, name: 'a' }, tasks: [], type: 'source' });
  expect(created.headers['etag']).toBeUndefined();
  await other.rest.put('/connectors/a/config').send(CONFIG).expect(201);

  meanwhile = { kind: 'put-connector', connector: 'a', config: { ...CONFIG, topic: 'theirs' } };
  const put = await other.rest.put('/connectors/a/config').send(CONFIG).expect(201);
  expect(put.body).toMatchObject({ config: { topic: 't' } });
  expect(put.headers['etag']).toBeUndefined();
  const patched = await other.rest.patch('/connectors/a/config').send({ topic: 'ours' }).expect(200);
  expect(patched.body).toMatchObject({ config: { topic: 'ours' } });

  meanwhile = null;
  const last = await other.rest.patch('/connectors/a/config').send({ topic: 'ours' }).expect(200);
  expect(last.headers['etag']).toMatch(/^"\d+"$/);
});

/** The methods of a store, for one that does something else in one of them. */
function allButWrite(store: ConfigBackingStore): Omit<ConfigBackingStore, 'write'> {
  return {
    start: () => Promise.resolve(),
    stop: () => store.stop(),
    addListener: (listener) => {
      store.addListener(listener);
    },
    snapshot: () => store.snapshot(),
    read: (timeoutMs) => store.read(timeoutMs),
    staleMs: () => store.staleMs(),
  };
}
