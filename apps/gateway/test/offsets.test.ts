import { describe, expect, test } from 'vitest';
import { OperationFailedError } from '@millrace/rest';
import { ALTERED, OffsetBed, offsets, RESET } from './offset-bed.ts';

const bed = new OffsetBed();

describe('of sources', () => {
  test('are shown with their numbers as they are', async () => {
    await bed.worker.stores.offset.set('src', [
      { partition: { a: 'x', b: 9007199254740993n }, offset: { at: 1.0, big: 1n, ok: true, none: null } },
    ]);
    const answer = await bed.gateway.rest.get('/connectors/src/offsets').expect(200);
    expect(answer.text).toContain('"b":9007199254740993');
    expect(answer.text).toContain('"at":1.0');
    expect(answer.text).toContain('"big":1,');
  });

  test('are altered by partition, null removes one, of duplicates the last counts', async () => {
    await bed.stop('src');
    await bed.gateway.rest
      .patch('/connectors/src/offsets')
      .send(offsets([{ f: 'a' }, { p: 1 }], [{ f: 'b' }, { p: 2 }], [{ f: 'a' }, { p: 3 }]))
      .expect(200, ALTERED);
    expect((await bed.gateway.rest.get('/connectors/src/offsets')).body).toEqual({
      offsets: expect.arrayContaining([
        { partition: { f: 'a' }, offset: { p: 3 } },
        { partition: { f: 'b' }, offset: { p: 2 } },
      ]) as unknown,
    });
    await bed.gateway.rest
      .patch('/connectors/src/offsets')
      .send(offsets([{ f: 'a' }, null]))
      .expect(200, ALTERED);
    await bed.gateway.rest.get('/connectors/src/offsets').expect(200, offsets([{ f: 'b' }, { p: 2 }]));
    await bed.gateway.rest.delete('/connectors/src/offsets').expect(200, RESET);
    await bed.gateway.rest.get('/connectors/src/offsets').expect(200, { offsets: [] });
    expect(bed.asked.map(({ type, offsets: all }) => [type, all.length])).toEqual([
      ['source', 2],
      ['source', 1],
      ['source', 1],
    ]);
  });

  test('integers stay integers and doubles doubles on their way in', async () => {
    await bed.stop('src');
    await bed.gateway.rest
      .patch('/connectors/src/offsets')
      .set('Content-Type', 'application/json')
      .send('{"offsets":[{"partition":{"f":1.0},"offset":{"p":12345678901234567890,"q":1}}]}')
      .expect(200);
    const record = bed.gateway.cluster.offsetTopic.records().at(-1);
    expect(record?.key).toBe('["src",{"f":1.0}]');
    expect(record?.value?.toString()).toBe('{"p":12345678901234567890,"q":1}');
  });

  test('what the connector refuses is not written', async () => {
    await bed.stop('src');
    bed.hook = () => {
      throw new OperationFailedError("Partition objects should contain the key 'filename'");
    };
    await bed.gateway.rest
      .patch('/connectors/src/offsets')
      .send(offsets([{ f: 'a' }, { p: 1 }]))
      .expect(500, { error_code: 500, message: "Partition objects should contain the key 'filename'" });
    await bed.gateway.rest.get('/connectors/src/offsets').expect(200, { offsets: [] });
  });

  test('a connector that keeps offsets elsewhere too says so', async () => {
    await bed.stop('src');
    bed.hook = () => false;
    const answer = await bed.gateway.rest.delete('/connectors/src/offsets').expect(200);
    expect((answer.body as { message: string }).message).toMatch(
      /^The Connect framework-managed offsets for this connector have been reset successfully\. However,/,
    );
  });

  test('lists and objects are no offsets', async () => {
    await bed.stop('src');
    await bed.gateway.rest
      .patch('/connectors/src/offsets')
      .send(offsets([{ f: ['a'] }, { p: 1 }]))
      .expect(400);
    await bed.gateway.rest
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
    await bed.gateway.rest
      .patch(`/connectors/${name}/offsets`)
      .send(offsets([{ f: 1 }, null]))
      .expect(400, { error_code: 400, message });
    await bed.gateway.rest.delete(`/connectors/${name}/offsets`).expect(400, { error_code: 400, message });
  });

  test.each([{}, { offsets: [] }, { offsets: null }])('%j alters nothing', async (body) => {
    await bed.gateway.rest.patch('/connectors/src/offsets').send(body).expect(400, {
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
    await bed.gateway.rest.patch('/connectors/src/offsets').send(body).expect(500);
  });

  test.each([
    ['get', '/connectors/nope/offsets'],
    ['delete', '/connectors/nope/offsets'],
  ] as const)('%s %s', async (method, path) => {
    await bed.gateway.rest[method](path).expect(404, {
      error_code: 404,
      message: 'Connector nope not found',
    });
  });

  test('the call waits for the tasks to end', async () => {
    bed.worker.stop();
    await bed.gateway.rest.put('/connectors/src/stop').expect(204);
    const call = bed.gateway.rest.delete('/connectors/src/offsets').then((answer) => answer.status);
    const first = await Promise.race([call, new Promise((resolve) => setTimeout(resolve, 150, 'waiting'))]);
    expect(first).toBe('waiting');
    bed.worker.stores.status.put({
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
    await bed.stop('src');
    bed.worker.stores.status.putOwn('worker', 'w:1', { incarnation: 'i', applied: 0 });
    await bed.worker.settled();
    const call = bed.gateway.rest.delete('/connectors/src/offsets').then((answer) => answer.status);
    const first = await Promise.race([call, new Promise((resolve) => setTimeout(resolve, 150, 'waiting'))]);
    expect(first).toBe('waiting');
    bed.worker.stores.status.putOwn('worker', 'w:1', { incarnation: 'i', applied: 1_000 });
    expect(await call).toBe(200);
  });

  test('but not for those of a dead worker', async () => {
    bed.worker.stop();
    bed.gateway.admin.members.set('test-group', ['w:2']);
    await bed.gateway.rest.put('/connectors/src/stop').expect(204);
    await bed.gateway.rest.delete('/connectors/src/offsets').expect(200);
  });

  test('one that is resumed meanwhile is reported', async () => {
    await bed.stop('src');
    bed.hook = async () => {
      await bed.gateway.stores.config.write({ kind: 'set-target-state', connector: 'src', state: 'STARTED' });
      return true;
    };
    await bed.gateway.rest.delete('/connectors/src/offsets').expect(409);
  });

  test('and so is one that was resumed only for a while, or deleted', async () => {
    await bed.stop('src');
    const { config } = bed.gateway.stores;
    bed.hook = async () => {
      await config.write({ kind: 'set-target-state', connector: 'src', state: 'STARTED' });
      await bed.worker.settled();
      await config.write({ kind: 'stop-connector', connector: 'src' });
      await bed.worker.settled();
      return true;
    };
    const resumed = await bed.gateway.rest.delete('/connectors/src/offsets').expect(409);
    expect(resumed.text).toContain('Connector src was resumed while its offsets were being altered');
    bed.hook = async () => {
      await config.write({ kind: 'delete-connector', connector: 'src' });
      return true;
    };
    const deleted = await bed.gateway.rest.delete('/connectors/src/offsets').expect(409);
    expect(deleted.text).toContain('Connector src was deleted');
  });

  test.each(['src', 'snk'])('%s: that it is stopped is said once more, after the offsets', async (name) => {
    await bed.stop(name);
    const before = bed.gateway.cluster.configTopic.records().length;
    await bed.gateway.rest.delete(`/connectors/${name}/offsets`).expect(200);
    const written = bed.gateway.cluster.configTopic.records().slice(before);
    expect(written.map(({ key, value }) => [key, value?.toString()])).toEqual([
      [`target-state-${name}`, '{"state":"PAUSED","state.v2":"STOPPED"}'],
    ]);
    await bed.gateway.rest.put(`/connectors/${name}/resume`).expect(202);
    await bed.worker.settled();
    const { body } = (await bed.gateway.rest.get(`/connectors/${name}/status`)) as { body: unknown };
    expect(body).toMatchObject({ connector: { state: 'RUNNING' } });
  });
});
