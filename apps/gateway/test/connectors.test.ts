import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeWorker } from './fake-worker.ts';
import { SINK, SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

const CONFIG = { 'connector.class': SOURCE, topic: 't' };

let gateway: TestGateway;
let worker: FakeWorker;

beforeEach(async () => {
  gateway = await testGateway();
  worker = await FakeWorker.start(gateway.cluster, { workerId: 'worker-1:8083' });
});

afterEach(async () => {
  worker.stop();
  await gateway.stop();
});

async function create(name: string, config: object = CONFIG, more: object = {}): Promise<void> {
  await gateway.rest
    .post('/connectors')
    .send({ name, config, ...more })
    .expect(201);
  await worker.settled();
}

describe('creating', () => {
  test('answers 201 with the connector, where it is, and its revision', async () => {
    const created = await gateway.rest
      .post('/connectors')
      .set('Host', 'gateway:8083')
      .send({ name: ' a ', config: CONFIG })
      .expect(201)
      .expect('Content-Type', 'application/json');
    expect(created.body).toEqual({ name: 'a', config: { ...CONFIG, name: 'a' }, tasks: [], type: 'source' });
    expect(created.headers['location']).toBe('http://gateway:8083/connectors/a');
    expect(created.headers['etag']).toMatch(/^"\d+"$/);
  });

  test('a name that is taken is refused with 409', async () => {
    await create('a');
    await gateway.rest
      .post('/connectors')
      .send({ name: 'a', config: CONFIG })
      .expect(409, { error_code: 409, message: 'Connector a already exists' });
  });

  test('every error of the configuration is in the message', async () => {
    const answer = await gateway.rest
      .post('/connectors')
      .send({ name: 'a', config: { ...CONFIG, topic: '', file: '' } })
      .expect(400);
    expect((answer.body as { message: string }).message).toBe(
      'Connector configuration is invalid and contains the following 2 error(s):\n' +
        'Invalid value  for configuration topic: String must be non-empty\n' +
        'Invalid value  for configuration file: String must be non-empty\n' +
        'You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`',
    );
    await gateway.rest.get('/connectors').expect(200, []);
  });

  test.each([
    ['RUNNING', 'RUNNING', 1],
    ['paused', 'PAUSED', 0],
    ['STOPPED', 'STOPPED', 0],
  ])('initial_state %s leads to %s with %i tasks', async (initial_state, state, tasks) => {
    await create('a', CONFIG, { initial_state });
    const answer = await gateway.rest.get('/connectors/a/status').expect(200);
    expect(answer.body).toMatchObject({ connector: { state } });
    expect((answer.body as { tasks: unknown[] }).tasks).toHaveLength(tasks);
  });

  test('numbers and booleans become text as they were written', async () => {
    await gateway.rest
      .post('/connectors')
      .set('Content-Type', 'application/json')
      .send(
        `{"name":7,"config":{"connector.class":"${SOURCE}","a":1.0,"b":1e3,"c":12345678901234567890,"d":true}}`,
      )
      .expect(201);
    const answer = await gateway.rest.get('/connectors/7/config').expect(200);
    expect(answer.body).toEqual({
      'connector.class': SOURCE,
      a: '1.0',
      b: '1e3',
      c: '12345678901234567890',
      d: 'true',
      name: '7',
    });
  });

  test('a dry run writes nothing and says what would be', async () => {
    const answer = await gateway.rest
      .post('/connectors?dryRun=true')
      .send({ name: 'a', config: { ...CONFIG, password: 'secret' } })
      .expect(200);
    expect(answer.body).toMatchObject({
      name: 'a',
      config: { password: '[hidden]' },
      dry_run: {
        creates: true,
        valid: true,
        changes: [
          { key: 'connector.class', before: null, after: SOURCE },
          { key: 'name', before: null, after: 'a' },
          { key: 'password', before: null, after: '[hidden]' },
          { key: 'topic', before: null, after: 't' },
        ],
      },
    });
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    await gateway.rest.get('/connectors').expect(200, []);
  });
});

describe('looking', () => {
  test('lists names, or with expand connectors', async () => {
    await create('a');
    await create('b', { 'connector.class': SINK, topics: 't' });
    await gateway.rest.get('/connectors').expect(200, ['a', 'b']);
    const answer = await gateway.rest.get('/connectors?expand=info&expand=status').expect(200);
    expect(answer.body).toMatchObject({
      a: {
        info: { type: 'source', tasks: [{ connector: 'a', task: 0 }] },
        status: { connector: { state: 'RUNNING' } },
      },
      b: { info: { type: 'sink' }, status: { type: 'sink', tasks: [{ id: 0, state: 'RUNNING' }] } },
    });
    await gateway.rest.get('/connectors?expand=info,status').expect(200, { a: {}, b: {} });
  });

  test('a connector is whole right after it was created, whether a worker has taken it or not', async () => {
    worker.stop();
    const alone = await testGateway();
    await alone.rest.post('/connectors').send({ name: 'a', config: CONFIG }).expect(201);
    await alone.rest.get('/connectors/a/status').expect(200, {
      name: 'a',
      connector: { state: 'UNASSIGNED', worker_id: '', version: null },
      tasks: [],
      type: 'source',
    });
    await alone.stop();
  });

  test('tasks show their raw configurations, and a state each', async () => {
    await create('a');
    await gateway.rest
      .get('/connectors/a/tasks')
      .expect(200, [{ id: { connector: 'a', task: 0 }, config: { ...CONFIG, name: 'a' } }]);
    await gateway.rest
      .get('/connectors/a/tasks/0/status')
      .expect(200, { id: 0, state: 'RUNNING', worker_id: 'worker-1:8083', version: '4.3.1' });
  });

  test.each([
    ['/connectors/nope', 'Connector nope not found'],
    ['/connectors/nope/config', 'Connector nope not found'],
    ['/connectors/nope/tasks', 'Connector nope not found'],
    ['/connectors/nope/status', 'No status found for connector nope'],
    ['/connectors/nope/tasks/0/status', 'No status found for task nope-0'],
    ['/connectors/nope/tasks/-1/status', 'No status found for task nope--1'],
    ['/connectors/nope/tasks/x/status', 'HTTP 404 Not Found'],
    ['/connectors/nope/tasks/99999999999/status', 'HTTP 404 Not Found'],
  ])('GET %s: %s', async (path, message) => {
    await gateway.rest.get(path).expect(404, { error_code: 404, message });
  });

  test('what a deleted connector left in the status topic is hidden', async () => {
    await create('a');
    worker.stop();
    gateway.stores.status.put({
      connector: 'ghost',
      task: null,
      state: 'RUNNING',
      trace: null,
      workerId: 'gone:1',
      generation: 1,
      version: null,
    });
    await gateway.stores.status.flush(1_000);
    await gateway.rest.get('/connectors/ghost/status').expect(404);
    await gateway.rest.get('/connectors').expect(200, ['a']);
  });
});

describe('changing the configuration', () => {
  test('PUT creates with 201 and replaces with 200', async () => {
    const created = await gateway.rest.put('/connectors/a/config').send(CONFIG).expect(201);
    expect(created.headers['location']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/connectors\/a$/);
    const replaced = await gateway.rest
      .put('/connectors/a/config')
      .send({ 'connector.class': SOURCE, other: 'x' })
      .expect(200);
    expect(replaced.headers['location']).toBeUndefined();
    await gateway.rest
      .get('/connectors/a/config')
      .expect(200, { 'connector.class': SOURCE, other: 'x', name: 'a' });
  });

  test('PUT refuses a configuration with another name', async () => {
    await gateway.rest
      .put('/connectors/a/config')
      .send({ ...CONFIG, name: 'b' })
      .expect(400, {
        error_code: 400,
        message: "Connector name configuration (b) doesn't match connector name in the URL (a)",
      });
  });

  test('PATCH merges, and null removes', async () => {
    await create('a', { ...CONFIG, old: '1' });
    await gateway.rest.patch('/connectors/a/config').send({ old: null, new: 2 }).expect(200);
    await gateway.rest.get('/connectors/a/config').expect(200, { ...CONFIG, new: '2', name: 'a' });
    await gateway.rest
      .patch('/connectors/nope/config')
      .send({ a: 'b' })
      .expect(404, { error_code: 404, message: 'Connector nope not found' });
    await gateway.rest.patch('/connectors/a/config').send({ topic: '' }).expect(400);
  });

  test('concurrent PATCHes of different keys all take effect', async () => {
    await create('a');
    const keys = Array.from({ length: 10 }, (_, index) => `k${index}`);
    await Promise.all(
      keys.map((key) =>
        gateway.rest
          .patch('/connectors/a/config')
          .send({ [key]: 'x' })
          .expect(200),
      ),
    );
    const answer = await gateway.rest.get('/connectors/a/config').expect(200);
    expect(Object.keys(answer.body as object)).toEqual(expect.arrayContaining(keys));
  });

  test('If-Match lets only the holder of the newest revision write', async () => {
    await create('a');
    const { headers } = await gateway.rest.get('/connectors/a/config').expect(200);
    const tag = headers['etag'] ?? '';
    const changed = await gateway.rest
      .put('/connectors/a/config')
      .set('If-Match', tag)
      .send({ ...CONFIG, x: '1' })
      .expect(200);
    for (const method of ['put', 'patch'] as const) {
      await gateway.rest[method]('/connectors/a/config').set('If-Match', tag).send(CONFIG).expect(412);
    }
    await gateway.rest
      .patch('/connectors/a/config')
      .set('If-Match', `"nonsense", ${changed.headers['etag'] ?? ''}`)
      .send({ x: '2' })
      .expect(200);
  });

  test('If-None-Match: * lets only a new connector be written', async () => {
    await gateway.rest.put('/connectors/a/config').set('If-None-Match', '*').send(CONFIG).expect(201);
    await gateway.rest.put('/connectors/a/config').set('If-None-Match', '*').send(CONFIG).expect(412);
  });

  test('GET answers 304 to those who have the configuration', async () => {
    await create('a');
    const { headers } = await gateway.rest.get('/connectors/a/config').expect(200);
    const tag = headers['etag'] ?? '';
    await gateway.rest
      .get('/connectors/a/config')
      .set('If-None-Match', `"1234567", W/${tag}`)
      .expect(304, '');
    await gateway.rest.put('/connectors/a/config').send(CONFIG).expect(200);
    await gateway.rest.get('/connectors/a/config').set('If-None-Match', tag).expect(200);
  });

  test('dry runs of PUT and PATCH show the difference, and meet the same refusals', async () => {
    await create('a', { ...CONFIG, old: '1', password: 'now' });
    const put = await gateway.rest
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
    const patch = await gateway.rest.patch('/connectors/a/config?dryRun=TRUE').send({ old: '2' }).expect(200);
    expect(patch.body).toMatchObject({
      dry_run: { valid: true, changes: [{ key: 'old', before: '1', after: '2' }] },
    });
    await gateway.rest
      .get('/connectors/a/config')
      .expect(200, { ...CONFIG, old: '1', password: 'now', name: 'a' });

    await gateway.rest.patch('/connectors/nope/config?dryRun=true').send({}).expect(404);
    await gateway.rest
      .put('/connectors/a/config?dryRun=true')
      .set('If-Match', '"999"')
      .send(CONFIG)
      .expect(412);
    await gateway.rest.post('/connectors?dryRun=true').send({ name: 'a', config: CONFIG }).expect(409);
  });
});

describe('what a connector is to do', () => {
  test('pause, resume, stop', async () => {
    await create('a');
    await gateway.rest.put('/connectors/a/pause').expect(202, '');
    await worker.settled();
    expect((await gateway.rest.get('/connectors/a/status')).body).toMatchObject({
      connector: { state: 'PAUSED' },
      tasks: [{ state: 'PAUSED' }],
    });
    await gateway.rest.put('/connectors/a/stop').expect(204, '');
    await worker.settled();
    expect((await gateway.rest.get('/connectors/a/status')).body).toMatchObject({
      connector: { state: 'STOPPED' },
      tasks: [],
    });
    await gateway.rest.get('/connectors/a/tasks').expect(200, []);
    await gateway.rest.put('/connectors/a/resume').expect(202, '');
    await worker.settled();
    expect((await gateway.rest.get('/connectors/a/status')).body).toMatchObject({
      connector: { state: 'RUNNING' },
      tasks: [{ state: 'RUNNING' }],
    });
  });

  test.each(['pause', 'resume', 'stop'])('%s of an unknown connector', async (action) => {
    await gateway.rest
      .put(`/connectors/nope/${action}`)
      .expect(404, { error_code: 404, message: 'Unknown connector nope' });
  });

  test('DELETE removes it', async () => {
    await create('a');
    await gateway.rest.delete('/connectors/a').expect(204, '');
    await gateway.rest
      .delete('/connectors/a')
      .expect(404, { error_code: 404, message: 'Connector a not found' });
  });

  test.each([['null'], ['""'], ['{}'], ['{"a":1}'], [''], ['not json']])(
    'calls without a body do not mind the body %j',
    async (body) => {
      await create('a');
      for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
        await gateway.rest.put('/connectors/a/pause').set('Content-Type', type).send(body).expect(202);
        await gateway.rest.put('/connectors/a/resume').set('Content-Type', type).send(body).expect(202);
        await gateway.rest.post('/connectors/a/restart').set('Content-Type', type).send(body).expect(204);
      }
      await gateway.rest
        .delete('/connectors/a')
        .set('Content-Type', 'application/json')
        .send(body)
        .expect(204);
    },
  );
});

describe('restarts', () => {
  test('of the connector alone', async () => {
    await create('a');
    await gateway.rest.post('/connectors/a/restart').expect(204, '');
    await gateway.rest.post('/connectors/a/restart?includeTasks=banana').expect(204, '');
  });

  test('with its tasks, or what failed, answer the states they lead to', async () => {
    await create('a');
    const all = await gateway.rest.post('/connectors/a/restart?includeTasks=True').expect(202);
    expect(all.body).toMatchObject({
      connector: { state: 'RESTARTING' },
      tasks: [{ id: 0, state: 'RESTARTING' }],
    });
    const failed = await gateway.rest
      .post('/connectors/a/restart?includeTasks=true&onlyFailed=true')
      .expect(202);
    expect(failed.body).toMatchObject({
      connector: { state: 'RUNNING' },
      tasks: [{ id: 0, state: 'RUNNING' }],
    });
  });

  test('of failed tasks keep the trace', async () => {
    worker.stop();
    const other = await FakeWorker.start(gateway.cluster, {
      workerId: 'worker-2:8083',
      taskTrace: () => 'boom',
    });
    await gateway.rest.post('/connectors').send({ name: 'f', config: CONFIG }).expect(201);
    await other.settled();
    const answer = await gateway.rest
      .post('/connectors/f/restart?includeTasks=true&onlyFailed=true')
      .expect(202);
    expect(answer.body).toMatchObject({ tasks: [{ state: 'RESTARTING', trace: 'boom' }] });
    other.stop();
  });

  test('of one task are done by its worker', async () => {
    await create('a');
    await gateway.rest.post('/connectors/a/tasks/0/restart').expect(204, '');
    await gateway.rest
      .post('/connectors/a/tasks/5/restart')
      .expect(404, { error_code: 404, message: 'Unknown task: a-5' });
    await gateway.rest.post('/connectors/a/tasks/x/restart').expect(404);
  });

  test('of a task of a stopped connector are a conflict', async () => {
    await create('a');
    await gateway.rest.put('/connectors/a/stop').expect(204);
    await gateway.rest.post('/connectors/a/tasks/0/restart').expect(409);
  });

  test.each([
    '/connectors/nope/restart',
    '/connectors/nope/restart?includeTasks=true',
    '/connectors/nope/tasks/0/restart',
  ])('POST %s: unknown', async (path) => {
    await gateway.rest.post(path).expect(404, { error_code: 404, message: 'Unknown connector: nope' });
  });
});

test('two gateways see each other at once', async () => {
  const other = await testGateway({ cluster: gateway.cluster });
  await gateway.rest.post('/connectors').send({ name: 'a', config: CONFIG }).expect(201);
  await other.rest.get('/connectors/a').expect(200);
  await other.rest.delete('/connectors/a').expect(204);
  await gateway.rest.get('/connectors/a').expect(404);
});
