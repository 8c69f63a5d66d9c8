import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeWorker } from './fake-worker.ts';
import { SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

const CONFIG = { 'connector.class': SOURCE, topic: 't' };
const WORKER = 'worker-1:8083';

let gateway: TestGateway;
let worker: FakeWorker;

beforeEach(async () => {
  gateway = await testGateway();
  worker = await FakeWorker.start(gateway.cluster, {
    workerId: WORKER,
    taskConfigs: ({ lines }) => Array.from({ length: Number(lines ?? '1') }, () => ({})),
  });
});

afterEach(async () => {
  worker.stop();
  await gateway.stop();
});

/** The listing must say what the calls for a single connector say, whatever it remembers from the last time. */
async function expectListing(names: readonly string[]): Promise<void> {
  const listing: Record<string, unknown> = {};
  for (const name of names) {
    const info: unknown = (await gateway.rest.get(`/connectors/${name}`).expect(200)).body;
    const status: unknown = (await gateway.rest.get(`/connectors/${name}/status`).expect(200)).body;
    listing[name] = { status, info };
  }
  await gateway.rest.get('/connectors?expand=info&expand=status').expect(200, listing);
}

test('the expanded listing follows every change of configurations, tasks and statuses', async () => {
  await expectListing([]);
  await gateway.rest.post('/connectors').send({ name: 'a', config: CONFIG }).expect(201);
  await worker.settled();
  await expectListing(['a']);
  await gateway.rest.post('/connectors').send({ name: 'b "quoted"', config: CONFIG }).expect(201);
  await worker.settled();
  await expectListing(['a', 'b "quoted"']);

  await gateway.rest
    .put('/connectors/a/config')
    .send({ ...CONFIG, lines: '3' })
    .expect(200);
  await worker.settled();
  await expectListing(['a', 'b "quoted"']);
  const changed: unknown = (await gateway.rest.get('/connectors?expand=status').expect(200)).body;
  expect(changed).toMatchObject({ a: { status: { tasks: [{ state: 'RUNNING' }, {}, {}] } } });

  const failed = { connector: 'a', task: 1, trace: 'broken', workerId: WORKER, generation: 1, version: null };
  worker.stores.status.put({ ...failed, state: 'FAILED' });
  await worker.stores.status.flush(5_000);
  await expectListing(['a', 'b "quoted"']);
  await gateway.rest.put('/connectors/a/pause').expect(202);
  await worker.settled();
  await expectListing(['a', 'b "quoted"']);
  await gateway.rest.put('/connectors/a/stop').expect(204);
  await worker.settled();
  await expectListing(['a', 'b "quoted"']);

  await gateway.rest.delete('/connectors/a').expect(204);
  await gateway.rest.post('/connectors').send({ name: 'a', config: CONFIG }).expect(201);
  await worker.settled();
  await expectListing(['b "quoted"', 'a']);
});
