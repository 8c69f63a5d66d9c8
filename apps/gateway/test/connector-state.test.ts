import { describe, expect, test } from 'vitest';
import { CONFIG, ConnectorBed } from './connector-bed.ts';
import { FakeWorker } from './fake-worker.ts';

const bed = new ConnectorBed();

describe('what a connector is to do', () => {
  test('pause, resume, stop', async () => {
    await bed.create('a');
    await bed.gateway.rest.put('/connectors/a/pause').expect(202, '');
    await bed.worker.settled();
    expect((await bed.gateway.rest.get('/connectors/a/status')).body).toMatchObject({
      connector: { state: 'PAUSED' },
      tasks: [{ state: 'PAUSED' }],
    });
    await bed.gateway.rest.put('/connectors/a/stop').expect(204, '');
    await bed.worker.settled();
    expect((await bed.gateway.rest.get('/connectors/a/status')).body).toMatchObject({
      connector: { state: 'STOPPED' },
      tasks: [],
    });
    await bed.gateway.rest.get('/connectors/a/tasks').expect(200, []);
    await bed.gateway.rest.put('/connectors/a/resume').expect(202, '');
    await bed.worker.settled();
    expect((await bed.gateway.rest.get('/connectors/a/status')).body).toMatchObject({
      connector: { state: 'RUNNING' },
      tasks: [{ state: 'RUNNING' }],
    });
  });

  test.each(['pause', 'resume', 'stop'])('%s of an unknown connector', async (action) => {
    await bed.gateway.rest
      .put(`/connectors/nope/${action}`)
      .expect(404, { error_code: 404, message: 'Unknown connector nope' });
  });

  test('DELETE removes it', async () => {
    await bed.create('a');
    await bed.gateway.rest.delete('/connectors/a').expect(204, '');
    await bed.gateway.rest
      .delete('/connectors/a')
      .expect(404, { error_code: 404, message: 'Connector a not found' });
  });

  test.each([['null'], ['""'], ['{}'], ['{"a":1}'], [''], ['not json']])(
    'calls without a body do not mind the body %j',
    async (body) => {
      await bed.create('a');
      for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
        await bed.gateway.rest.put('/connectors/a/pause').set('Content-Type', type).send(body).expect(202);
        await bed.gateway.rest.put('/connectors/a/resume').set('Content-Type', type).send(body).expect(202);
        await bed.gateway.rest.post('/connectors/a/restart').set('Content-Type', type).send(body).expect(204);
      }
      await bed.gateway.rest
        .delete('/connectors/a')
        .set('Content-Type', 'application/json')
        .send(body)
        .expect(204);
    },
  );
});

describe('restarts', () => {
  test('of the connector alone', async () => {
    await bed.create('a');
    await bed.gateway.rest.post('/connectors/a/restart').expect(204, '');
    await bed.gateway.rest.post('/connectors/a/restart?includeTasks=banana').expect(204, '');
  });

  test('with its tasks, or what failed, answer the states they lead to', async () => {
    await bed.create('a');
    const all = await bed.gateway.rest.post('/connectors/a/restart?includeTasks=True').expect(202);
    expect(all.body).toMatchObject({
      connector: { state: 'RESTARTING' },
      tasks: [{ id: 0, state: 'RESTARTING' }],
    });
    const failed = await bed.gateway.rest
      .post('/connectors/a/restart?includeTasks=true&onlyFailed=true')
      .expect(202);
    expect(failed.body).toMatchObject({
      connector: { state: 'RUNNING' },
      tasks: [{ id: 0, state: 'RUNNING' }],
    });
  });

  test('of failed tasks keep the trace', async () => {
    bed.worker.stop();
    const other = await FakeWorker.start(bed.gateway.cluster, {
      workerId: 'worker-2:8083',
      taskTrace: () => 'boom',
    });
    await bed.gateway.rest.post('/connectors').send({ name: 'f', config: CONFIG }).expect(201);
    await other.settled();
    const answer = await bed.gateway.rest
      .post('/connectors/f/restart?includeTasks=true&onlyFailed=true')
      .expect(202);
    expect(answer.body).toMatchObject({ tasks: [{ state: 'RESTARTING', trace: 'boom' }] });
    other.stop();
  });

  test('of one task are done by its worker', async () => {
    await bed.create('a');
    await bed.gateway.rest.post('/connectors/a/tasks/0/restart').expect(204, '');
    await bed.gateway.rest
      .post('/connectors/a/tasks/5/restart')
      .expect(404, { error_code: 404, message: 'Unknown task: a-5' });
    await bed.gateway.rest.post('/connectors/a/tasks/x/restart').expect(404);
  });

  test('of a task of a stopped connector are a conflict', async () => {
    await bed.create('a');
    await bed.gateway.rest.put('/connectors/a/stop').expect(204);
    await bed.gateway.rest.post('/connectors/a/tasks/0/restart').expect(409);
  });

  test.each([
    '/connectors/nope/restart',
    '/connectors/nope/restart?includeTasks=true',
    '/connectors/nope/tasks/0/restart',
  ])('POST %s: unknown', async (path) => {
    await bed.gateway.rest.post(path).expect(404, { error_code: 404, message: 'Unknown connector: nope' });
  });
});
