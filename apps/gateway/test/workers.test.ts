import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeWorker } from './fake-worker.ts';
import { SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

const ID = 'worker-1:8083';

let gateway: TestGateway;
let worker: FakeWorker;

beforeEach(async () => {
  gateway = await testGateway();
  worker = await FakeWorker.start(gateway.cluster, { workerId: ID });
  worker.stores.status.putOwn('worker', ID, {
    incarnation: 'i-1',
    version: '0.1.0',
    host: 'host-1',
    startTime: 17,
    applied: 4,
  });
  gateway.admin.members.set('test-group', [ID, 'worker-2:8083']);
  await gateway.rest
    .post('/connectors')
    .send({ name: 'a', config: { 'connector.class': SOURCE } })
    .expect(201);
  await worker.settled();
});

afterEach(async () => {
  worker.stop();
  await gateway.stop();
});

test('lists who is there and what runs where', async () => {
  await gateway.rest.get('/workers').expect(200, [
    {
      id: ID,
      incarnation: 'i-1',
      version: '0.1.0',
      host: 'host-1',
      since: 17,
      member: true,
      leader: true,
      drained: false,
      config_offset: 4,
      connectors: ['a'],
      tasks: [{ connector: 'a', task: 0 }],
    },
    {
      id: 'worker-2:8083',
      incarnation: null,
      version: null,
      host: null,
      since: null,
      member: true,
      leader: false,
      drained: false,
      config_offset: null,
      connectors: [],
      tasks: [],
    },
  ]);
});

test('a worker that left its record behind is no member', async () => {
  gateway.admin.members.set('test-group', []);
  const answer = await gateway.rest.get('/workers').expect(200);
  expect(answer.body).toMatchObject([{ id: ID, member: false, leader: false }]);
});

test('a worker is drained by a record of the status topic, and undrained by its removal', async () => {
  await gateway.rest.put(`/workers/${ID}/drain`).expect(202, '');
  await worker.stores.status.read();
  expect(worker.stores.status.own('drain', ID)).toEqual({ drain: true });
  expect((await gateway.rest.get('/workers')).body).toMatchObject([
    { id: ID, drained: true },
    { drained: false },
  ]);

  await gateway.rest.delete(`/workers/${ID}/drain`).expect(204, '');
  await worker.stores.status.read();
  expect(worker.stores.status.own('drain', ID)).toBeUndefined();
});

test('an unknown worker is not drained', async () => {
  for (const method of ['put', 'delete'] as const) {
    await gateway.rest[method]('/workers/nope/drain').expect(404, {
      error_code: 404,
      message: 'Unknown worker nope',
    });
  }
});
