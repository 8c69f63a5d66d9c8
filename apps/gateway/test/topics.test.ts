import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeWorker } from './fake-worker.ts';
import { SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

let gateway: TestGateway;
let worker: FakeWorker;

beforeEach(async () => {
  gateway = await testGateway();
  worker = await FakeWorker.start(gateway.cluster, {
    workerId: 'w:1',
    topicsOf: (config) => [config['topic'] ?? '', 'another'],
  });
  await gateway.rest
    .post('/connectors')
    .send({ name: 'a', config: { 'connector.class': SOURCE, topic: 't' } });
  await worker.settled();
});

afterEach(async () => {
  worker.stop();
  await gateway.stop();
});

test('topics that tasks used are shown, and forgotten by a reset', async () => {
  const other = await testGateway({ cluster: gateway.cluster });
  await gateway.rest.get('/connectors/a/topics').expect(200, { a: { topics: ['another', 't'] } });
  await gateway.rest.put('/connectors/a/topics/reset').expect(202, '');
  await other.rest.get('/connectors/a/topics').expect(200, { a: { topics: [] } });
  // What is still in use is seen again.
  worker.stores.status.putTopic({ topic: 't', connector: 'a', task: 0, discoverTimestamp: 1 });
  await worker.settled();
  await other.rest.get('/connectors/a/topics').expect(200, { a: { topics: ['t'] } });
});

test('a connector that is not there has none', async () => {
  await gateway.rest.get('/connectors/nope/topics').expect(200, { nope: { topics: [] } });
  await gateway.rest.put('/connectors/nope/topics/reset').expect(202, '');
});

test('tracking can be turned off, and so can its reset', async () => {
  const cluster = gateway.cluster;
  const off = await testGateway({
    cluster,
    parts: { topicTracking: { enabled: false, resetAllowed: true } },
  });
  const message = 'Topic tracking is disabled.';
  await off.rest.get('/connectors/a/topics').expect(403, { error_code: 403, message });
  await off.rest.put('/connectors/a/topics/reset').expect(403, { error_code: 403, message });
  const noReset = await testGateway({
    cluster,
    parts: { topicTracking: { enabled: true, resetAllowed: false } },
  });
  await noReset.rest
    .put('/connectors/a/topics/reset')
    .expect(403, { error_code: 403, message: 'Topic tracking reset is disabled.' });
  expect((await noReset.rest.get('/connectors/a/topics')).body).toEqual({ a: { topics: ['another', 't'] } });
});
