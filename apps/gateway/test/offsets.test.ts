import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OperationFailedError } from '@millrace/rest';
import type { OffsetChange } from '../src/offsets/offset-hook.ts';
import { FakeWorker } from './fake-worker.ts';
import { SINK, SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

const ALTERED = { message: 'The offsets for this connector have been altered successfully' };
const RESET = { message: 'The offsets for this connector have been reset successfully' };

let gateway: TestGateway;
let worker: FakeWorker;
let asked: OffsetChange[];
let hook: (change: OffsetChange) => boolean | Promise<boolean>;

beforeEach(async () => {
  asked = [];
  hook = () => true;
  gateway = await testGateway({
    parts: {
      hook: {
        alter: (_connector, _config, change) => {
          asked.push(change);
          return Promise.resolve().then(() => hook(change));
        },
      },
    },
  });
  worker = await FakeWorker.start(gateway.cluster, { workerId: 'w:1' });
  gateway.admin.members.set('test-group', ['w:1']);
  gateway.admin.topics.set('t', [
    [2, 10],
    [0, 5],
  ]);
  await gateway.rest
    .post('/connectors')
    .send({ name: 'src', config: { 'connector.class': SOURCE } })
    .expect(201);
  await gateway.rest
    .post('/connectors')
    .send({ name: 'snk', config: { 'connector.class': SINK, topics: ' t , missing' } })
    .expect(201);
  await worker.settled();
});

afterEach(async () => {
  worker.stop();
  await gateway.stop();
});

async function stop(name: string): Promise<void> {
  await gateway.rest.put(`/connectors/${name}/stop`).expect(204);
  await worker.settled();
}

const offsets = (...list: readonly (readonly [partition: object | null, offset: object | null])[]) => ({
  offsets: list.map(([partition, offset]) => ({ partition, offset })),
});

describe('of sources', () => {
  test('are shown with their numbers as they are', async () => {
    await worker.stores.offset.set('src', [
      { partition: { a: 'x', b: 9007199254740993n }, offset: { at: 1.0, big: 1n, ok: true, none: null } },
    ]);
    const answer = await gateway.rest.get('/connectors/src/offsets').expect(200);
    expect(answer.text).toContain('"b":9007199254740993');
    expect(answer.text).toContain('"at":1.0');
    expect(answer.text).toContain('"big":1,');
  });

  test('are altered by partition, null removes one, of duplicates the last counts', async () => {
    await stop('src');
    await gateway.rest
      .patch('/connectors/src/offsets')
      .send(offsets([{ f: 'a' }, { p: 1 }], [{ f: 'b' }, { p: 2 }], [{ f: 'a' }, { p: 3 }]))
      .expect(200, ALTERED);
    expect((await gateway.rest.get('/connectors/src/offsets')).body).toEqual({
      offsets: expect.arrayContaining([
        { partition: { f: 'a' }, offset: { p: 3 } },
        { partition: { f: 'b' }, offset: { p: 2 } },
      ]) as unknown,
    });
    await gateway.rest
      .patch('/connectors/src/offsets')
      .send(offsets([{ f: 'a' }, null]))
      .expect(200, ALTERED);
    await gateway.rest.get('/connectors/src/offsets').expect(200, offsets([{ f: 'b' }, { p: 2 }]));
    await gateway.rest.delete('/connectors/src/offsets').expect(200, RESET);
    await gateway.rest.get('/connectors/src/offsets').expect(200, { offsets: [] });
    expect(asked.map(({ type, offsets: all }) => [type, all.length])).toEqual([
      ['source', 2],
      ['source', 1],
      ['source', 1],
    ]);
  });

  test('integers stay integers and doubles doubles on their way in', async () => {
    await stop('src');
    await gateway.rest
      .patch('/connectors/src/offsets')
      .set('Content-Type', 'application/json')
      .send('{"offsets":[{"partition":{"f":1.0},"offset":{"p":12345678901234567890,"q":1}}]}')
      .expect(200);
    const record = gateway.cluster.offsetTopic.records().at(-1);
    expect(record?.key).toBe('["src",{"f":1.0}]');
    expect(record?.value?.toString()).toBe('{"p":12345678901234567890,"q":1}');
  });

  test('what the connector refuses is not written', async () => {
    await stop('src');
    hook = () => {
      throw new OperationFailedError("Partition objects should contain the key 'filename'");
    };
    await gateway.rest
      .patch('/connectors/src/offsets')
      .send(offsets([{ f: 'a' }, { p: 1 }]))
      .expect(500, { error_code: 500, message: "Partition objects should contain the key 'filename'" });
    await gateway.rest.get('/connectors/src/offsets').expect(200, { offsets: [] });
  });

  test('a connector that keeps offsets elsewhere too says so', async () => {
    await stop('src');
    hook = () => false;
    const answer = await gateway.rest.delete('/connectors/src/offsets').expect(200);
    expect((answer.body as { message: string }).message).toMatch(
      /^The Connect framework-managed offsets for this connector have been reset successfully\. However,/,
    );
  });

  test('lists and objects are no offsets', async () => {
    await stop('src');
    await gateway.rest
      .patch('/connectors/src/offsets')
      .send(offsets([{ f: ['a'] }, { p: 1 }]))
      .expect(400);
    await gateway.rest
      .patch('/connectors/src/offsets')
      .send(offsets([null, { p: 1 }]))
      .expect(400);
  });
});

describe('of any connector', () => {
  test.each(['src', 'snk'])('%s: only a stopped one can be altered', async (name) => {
    const message =
      'Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector ' +
      `by issuing a 'PUT' request to the '/connectors/${name}/stop' endpoint`;
    await gateway.rest
      .patch(`/connectors/${name}/offsets`)
      .send(offsets([{ f: 1 }, null]))
      .expect(400, { error_code: 400, message });
    await gateway.rest.delete(`/connectors/${name}/offsets`).expect(400, { error_code: 400, message });
  });

  test.each([{}, { offsets: [] }, { offsets: null }])('%j alters nothing', async (body) => {
    await gateway.rest.patch('/connectors/src/offsets').send(body).expect(400, {
      error_code: 400,
      message: 'Partitions / offsets need to be provided for an alter offsets request',
    });
  });

  test.each([
    [{ offsets: [{ partition: { f: 1 }, offset: {}, x: 1 }] }],
    [{ offsets: [1] }],
    [{ offsets: {} }],
    [{ other: [] }],
    [{ offsets: [{ partition: 'f', offset: {} }] }],
  ])('%j is malformed', async (body) => {
    await gateway.rest.patch('/connectors/src/offsets').send(body).expect(500);
  });

  test.each([
    ['get', '/connectors/nope/offsets'],
    ['delete', '/connectors/nope/offsets'],
  ] as const)('%s %s', async (method, path) => {
    await gateway.rest[method](path).expect(404, { error_code: 404, message: 'Connector nope not found' });
  });

  test('the call waits for the tasks to end', async () => {
    worker.stop();
    await gateway.rest.put('/connectors/src/stop').expect(204);
    const call = gateway.rest.delete('/connectors/src/offsets').then((answer) => answer.status);
    const first = await Promise.race([call, new Promise((resolve) => setTimeout(resolve, 150, 'waiting'))]);
    expect(first).toBe('waiting');
    worker.stores.status.put({
      connector: 'src',
      task: 0,
      state: 'DESTROYED',
      trace: null,
      workerId: 'w:1',
      generation: 1,
      version: null,
    });
    expect(await call).toBe(200);
  });

  test('and for workers that have not acted upon the stop yet', async () => {
    await stop('src');
    worker.stores.status.putOwn('worker', 'w:1', { incarnation: 'i', applied: 0 });
    await worker.settled();
    const call = gateway.rest.delete('/connectors/src/offsets').then((answer) => answer.status);
    const first = await Promise.race([call, new Promise((resolve) => setTimeout(resolve, 150, 'waiting'))]);
    expect(first).toBe('waiting');
    worker.stores.status.putOwn('worker', 'w:1', { incarnation: 'i', applied: 1_000 });
    expect(await call).toBe(200);
  });

  test('but not for those of a dead worker', async () => {
    worker.stop();
    gateway.admin.members.set('test-group', ['w:2']);
    await gateway.rest.put('/connectors/src/stop').expect(204);
    await gateway.rest.delete('/connectors/src/offsets').expect(200);
  });

  test('one that is resumed meanwhile is reported', async () => {
    await stop('src');
    hook = async () => {
      await gateway.stores.config.write({ kind: 'set-target-state', connector: 'src', state: 'STARTED' });
      return true;
    };
    await gateway.rest.delete('/connectors/src/offsets').expect(409);
  });

  test('and so is one that was resumed only for a while, or deleted', async () => {
    await stop('src');
    const { config } = gateway.stores;
    hook = async () => {
      await config.write({ kind: 'set-target-state', connector: 'src', state: 'STARTED' });
      await worker.settled();
      await config.write({ kind: 'stop-connector', connector: 'src' });
      await worker.settled();
      return true;
    };
    const resumed = await gateway.rest.delete('/connectors/src/offsets').expect(409);
    expect(resumed.text).toContain('Connector src was resumed while its offsets were being altered');
    hook = async () => {
      await config.write({ kind: 'delete-connector', connector: 'src' });
      return true;
    };
    const deleted = await gateway.rest.delete('/connectors/src/offsets').expect(409);
    expect(deleted.text).toContain('Connector src was deleted');
  });

  test.each(['src', 'snk'])('%s: that it is stopped is said once more, after the offsets', async (name) => {
    await stop(name);
    const before = gateway.cluster.configTopic.records().length;
    await gateway.rest.delete(`/connectors/${name}/offsets`).expect(200);
    const written = gateway.cluster.configTopic.records().slice(before);
    expect(written.map(({ key, value }) => [key, value?.toString()])).toEqual([
      [`target-state-${name}`, '{"state":"PAUSED","state.v2":"STOPPED"}'],
    ]);
    await gateway.rest.put(`/connectors/${name}/resume`).expect(202);
    await worker.settled();
    const { body } = (await gateway.rest.get(`/connectors/${name}/status`)) as { body: unknown };
    expect(body).toMatchObject({ connector: { state: 'RUNNING' } });
  });
});
