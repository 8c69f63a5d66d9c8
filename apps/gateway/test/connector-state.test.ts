import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeWorker } from './fake-worker.ts';
import { SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

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
