import { describe, expect, test } from 'vitest';
import { CONFIG, ConnectorBed } from './connector-bed.ts';
import { SINK, SOURCE, testGateway } from './test-gateway.ts';

const bed = new ConnectorBed();

describe('creating', () => {
  test('answers 201 with the connector, where it is, and its revision', async () => {
    const created = await bed.gateway.rest
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
    await bed.create('a');
    await bed.gateway.rest
      .post('/connectors')
      .send({ name: 'a', config: CONFIG })
      .expect(409, { error_code: 409, message: 'Connector a already exists' });
  });

  test('every error of the configuration is in the message', async () => {
    const answer = await bed.gateway.rest
      .post('/connectors')
      .send({ name: 'a', config: { ...CONFIG, topic: '', file: '' } })
      .expect(400);
    expect((answer.body as { message: string }).message).toBe(
      'Connector configuration is invalid and contains the following 2 error(s):\n' +
        'Invalid value  for configuration topic: String must be non-empty\n' +
        'Invalid value  for configuration file: String must be non-empty\n' +
        'You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`',
    );
    await bed.gateway.rest.get('/connectors').expect(200, []);
  });

  test.each([
    ['RUNNING', 'RUNNING', 1],
    ['paused', 'PAUSED', 0],
    ['STOPPED', 'STOPPED', 0],
  ])('initial_state %s leads to %s with %i tasks', async (initial_state, state, tasks) => {
    await bed.create('a', CONFIG, { initial_state });
    const answer = await bed.gateway.rest.get('/connectors/a/status').expect(200);
    expect(answer.body).toMatchObject({ connector: { state } });
    expect((answer.body as { tasks: unknown[] }).tasks).toHaveLength(tasks);
  });

  test('numbers and booleans become text as they were written', async () => {
    await bed.gateway.rest
      .post('/connectors')
      .set('Content-Type', 'application/json')
      .send(
        `{"name":7,"config":{"connector.class":"${SOURCE}","a":1.0,"b":1e3,"c":12345678901234567890,"d":true}}`,
      )
      .expect(201);
    const answer = await bed.gateway.rest.get('/connectors/7/config').expect(200);
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
    const answer = await bed.gateway.rest
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
    await bed.gateway.rest.get('/connectors').expect(200, []);
  });
});

describe('looking', () => {
  test('lists names, or with expand connectors', async () => {
    await bed.create('a');
    await bed.create('b', { 'connector.class': SINK, topics: 't' });
    await bed.gateway.rest.get('/connectors').expect(200, ['a', 'b']);
    const answer = await bed.gateway.rest.get('/connectors?expand=info&expand=status').expect(200);
    expect(answer.body).toMatchObject({
      a: {
        info: { type: 'source', tasks: [{ connector: 'a', task: 0 }] },
        status: { connector: { state: 'RUNNING' } },
      },
      b: { info: { type: 'sink' }, status: { type: 'sink', tasks: [{ id: 0, state: 'RUNNING' }] } },
    });
    await bed.gateway.rest.get('/connectors?expand=info,status').expect(200, { a: {}, b: {} });
  });

  test('a connector is whole right after it was created, whether a worker has taken it or not', async () => {
    bed.worker.stop();
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
    await bed.create('a');
    await bed.gateway.rest
      .get('/connectors/a/tasks')
      .expect(200, [{ id: { connector: 'a', task: 0 }, config: { ...CONFIG, name: 'a' } }]);
    await bed.gateway.rest
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
    await bed.gateway.rest.get(path).expect(404, { error_code: 404, message });
  });

  test('what a deleted connector left in the status topic is hidden', async () => {
    await bed.create('a');
    bed.worker.stop();
    bed.gateway.stores.status.put({
      connector: 'ghost',
      task: null,
      state: 'RUNNING',
      trace: null,
      workerId: 'gone:1',
      generation: 1,
      version: null,
    });
    await bed.gateway.stores.status.flush(1_000);
    await bed.gateway.rest.get('/connectors/ghost/status').expect(404);
    await bed.gateway.rest.get('/connectors').expect(200, ['a']);
  });
});

test('If-Match lets a delete through only while nobody has changed the configuration', async () => {
  await bed.gateway.rest.post('/connectors').send({ name: 'a', config: CONFIG }).expect(201);
  const tag = async (): Promise<string> =>
    String((await bed.gateway.rest.get('/connectors/a/config').expect(200)).headers['etag']);
  const first = await tag();
  await bed.gateway.rest
    .put('/connectors/a/config')
    .send({ ...CONFIG, topic: 'other' })
    .expect(200);
  const refused = await bed.gateway.rest.delete('/connectors/a').set('If-Match', first).expect(412);
  expect(refused.text).toContain('which the request');
  await bed.gateway.rest.delete('/connectors/a').set('If-Match', '"none of ours"').expect(412);
  await bed.gateway.rest.get('/connectors/a').expect(200);
  const newest = await tag();
  const races = await Promise.all([
    bed.gateway.rest.delete('/connectors/a').set('If-Match', newest),
    bed.gateway.rest.patch('/connectors/a/config').set('If-Match', newest).send({ topic: 'third' }),
  ]);
  // Either the change was first, and the delete is refused, or the delete was, and there is nothing to change.
  expect([
    [204, 404],
    [204, 412],
    [412, 200],
  ]).toContainEqual(races.map(({ status }) => status));
  await bed.gateway.rest.delete('/connectors/a').set('If-Match', '*');
  await bed.gateway.rest.delete('/connectors/a').set('If-Match', '*').expect(404);
});

test('two gateways see each other at once', async () => {
  const other = await testGateway({ cluster: bed.gateway.cluster });
  await bed.gateway.rest.post('/connectors').send({ name: 'a', config: CONFIG }).expect(201);
  await other.rest.get('/connectors/a').expect(200);
  await other.rest.delete('/connectors/a').expect(204);
  await bed.gateway.rest.get('/connectors/a').expect(404);
});
