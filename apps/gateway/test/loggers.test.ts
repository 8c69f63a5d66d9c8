import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pino } from 'pino';
import { LogLevels } from '../src/loggers/log-levels.ts';
import { FakeWorker } from './fake-worker.ts';
import { logger, testGateway, type TestGateway } from './test-gateway.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await testGateway();
});

afterEach(async () => {
  await gateway.stop();
});

describe('/admin/loggers', () => {
  test('lists what was set, and then the root', async () => {
    await gateway.rest.get('/admin/loggers').expect(200, {});
    await gateway.rest.put('/admin/loggers/a.off').send({ level: 'off' }).expect(200, ['a.off']);
    await gateway.rest
      .put('/admin/loggers/com.example')
      .send({ level: 'fatal' })
      .expect(200, ['com.example']);
    const { com, root } = {
      com: await gateway.rest.get('/admin/loggers/com.example').expect(200),
      root: await gateway.rest.get('/admin/loggers/root').expect(200),
    };
    expect(com.body).toEqual({ level: 'FATAL', last_modified: expect.any(Number) as number });
    expect(root.body).toEqual({ level: 'ERROR', last_modified: null });
    const all = await gateway.rest.get('/admin/loggers').expect(200);
    expect(Object.keys(all.body as object)).toEqual(['com.example', 'root']);
  });

  test('answers the loggers whose level changed, those below included', async () => {
    await gateway.rest.put('/admin/loggers/a.b').send({ level: 'INFO' }).expect(200, ['a.b']);
    await gateway.rest.put('/admin/loggers/a').send({ level: 'WARN' }).expect(200, ['a', 'a.b']);
    await gateway.rest.put('/admin/loggers/a').send({ level: 'warn' }).expect(200, []);
    await gateway.rest
      .put('/admin/loggers/root?scope=galaxy')
      .send({ level: 'DEBUG' })
      .expect(200, ['a', 'a.b', 'root']);
  });

  test('a level that is inherited is not changed by being set', async () => {
    await gateway.rest.put('/admin/loggers/x').send({ level: 'ERROR' }).expect(200, []);
    await gateway.rest.get('/admin/loggers/x').expect(200, { level: 'ERROR', last_modified: null });
  });

  test.each([
    ['/admin/loggers/root', { level: 'LOUD' }, 404, "invalid log level 'LOUD'."],
    ['/admin/loggers/root', { lvl: 'INFO' }, 400, "Desired 'level' parameter was not specified in request."],
    ['/admin/loggers/root', { level: null }, 400, "Desired 'level' parameter was not specified in request."],
    ['/admin/loggers/root?scope=cluster', { level: 'LOUD' }, 404, "invalid log level 'LOUD'."],
  ])('PUT %s %j: %i', async (path, body, status, message) => {
    await gateway.rest.put(path).send(body).expect(status, { error_code: status, message });
  });

  test('other keys of the body mean nothing', async () => {
    await gateway.rest.put('/admin/loggers/org.x').send({ level: 'INFO', foo: 1 }).expect(200, ['org.x']);
  });

  test('one that was never set is not found', async () => {
    await gateway.rest
      .get('/admin/loggers/no.such.logger')
      .expect(404, { error_code: 404, message: 'Logger no.such.logger not found.' });
  });

  test('scope=cluster goes through the config topic, the level as it was written', async () => {
    await gateway.rest.put('/admin/loggers/a.b?scope=CLUSTER').send({ level: 'warn' }).expect(204, '');
    const record = gateway.cluster.configTopic.records().find(({ key }) => key === 'logger-cluster-a.b');
    expect(record?.value?.toString()).toBe('{"level":"warn"}');
    // And this gateway obeys it as any other.
    expect((await gateway.rest.get('/admin/loggers/a.b')).body).toMatchObject({ level: 'WARN' });
  });

  test('worker=<id> is done by that worker', async () => {
    const worker = await FakeWorker.start(gateway.cluster, {
      workerId: 'w:1',
      perform: (op, args) => ({ code: 200, body: [op, args] }),
    });
    gateway.admin.members.set('test-group', ['w:1']);
    await gateway.rest
      .put('/admin/loggers/a?worker=w:1')
      .send({ level: 'WARN' })
      .expect(200, ['set-logger-level', { namespace: 'a', level: 'WARN' }]);
    worker.stop();
  });

  test('a worker that is not there is not waited for', async () => {
    await gateway.rest
      .put('/admin/loggers/a?worker=nope')
      .send({ level: 'WARN' })
      .expect(404, { error_code: 404, message: 'Unknown worker nope' });
  });
});

test('levels reach the loggers they name, and those that inherit them', () => {
  const root = pino({ level: 'info' }, { write: () => undefined });
  const levels = new LogLevels(root, { now: () => 7 });
  const kafka = levels.logger('millrace.kafka');
  const stores = levels.logger('millrace.stores');
  levels.set('millrace', 'WARN');
  levels.set('millrace.kafka', 'TRACE');
  expect([root.level, kafka.level, stores.level]).toEqual(['info', 'trace', 'warn']);
  levels.set('root', 'OFF');
  expect([root.level, kafka.level, stores.level]).toEqual(['silent', 'silent', 'silent']);
  expect(logger.level).toBe(process.env['LOG_LEVEL'] ?? 'silent');
});
