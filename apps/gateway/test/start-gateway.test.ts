import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WorkerConfig } from '@millrace/config';
import { RestClient, freePort, waitFor } from '@millrace/testing';
import { afterEach, expect, test } from 'vitest';
import { startGateway, type StartedGateway } from '../src/index.ts';
import { gatewayConfig } from './gateway-config.ts';
import { logger } from './test-gateway.ts';

const started: StartedGateway[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((gateway) => gateway.stop()));
});

async function start(settings: WorkerConfig): Promise<StartedGateway> {
  const gateway = await startGateway({ config: settings, logger });
  started.push(gateway);
  return gateway;
}

function restOf({ urls }: StartedGateway): RestClient {
  return new RestClient(urls[0] ?? '');
}

async function ready(rest: RestClient): Promise<void> {
  await waitFor('the gateway to be ready', async () => (await rest.get('/health')).status === 200);
}

test('a connector is created through one gateway and seen by another; validation runs its plugin', async () => {
  const settings = gatewayConfig(process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '');
  const one = restOf(await start(settings));
  const other = restOf(await start(settings));
  await Promise.all([ready(one), ready(other)]);

  const info = await one.get('/');
  expect(info.body).toMatchObject({
    version: '4.3.1',
    kafka_cluster_id: expect.stringMatching(/./) as string,
  });
  const plugins = await one.get('/connector-plugins');
  expect(plugins.body).toContainEqual({
    class: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
    type: 'source',
    version: expect.stringMatching(/./) as string,
  });

  const refused = await one.call('POST', '/connectors', {
    name: 'lines',
    config: { 'connector.class': 'FileStreamSource' },
  });
  expect(refused).toMatchObject({
    status: 400,
    body: {
      message: expect.stringContaining(
        'Missing required configuration "topic" which has no default value.',
      ) as string,
    },
  });
  await one.create('lines', { 'connector.class': 'FileStreamSource', topic: 't', file: 'a.txt' });
  expect(await other.get('/connectors/lines')).toMatchObject({
    status: 200,
    body: { type: 'source', tasks: [] },
  });
  expect(await other.call('DELETE', '/connectors/lines')).toMatchObject({ status: 204 });
  expect(await one.get('/connectors')).toMatchObject({ body: [] });
});

test("a stopped connector's offsets are altered after its plugin was asked", async () => {
  const rest = restOf(await start(gatewayConfig(process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '')));
  await ready(rest);
  const body = {
    name: 'lines',
    config: { 'connector.class': 'FileStreamSource', topic: 't', file: 'a.txt' },
    initial_state: 'STOPPED',
  };
  expect(await rest.call('POST', '/connectors', body)).toMatchObject({ status: 201 });
  const patch = (partition: object, offset: object | null) =>
    rest.call('PATCH', '/connectors/lines/offsets', { offsets: [{ partition, offset }] });
  expect(await patch({ foo: 'x' }, { position: 1 })).toMatchObject({
    status: 500,
    body: { message: "Partition objects should contain the key 'filename'" },
  });
  expect(await patch({ filename: 'a.txt' }, { position: 17 })).toMatchObject({
    status: 200,
    body: { message: 'The offsets for this connector have been altered successfully' },
  });
  expect(await rest.get('/connectors/lines/offsets')).toMatchObject({
    body: { offsets: [{ partition: { filename: 'a.txt' }, offset: { position: 17 } }] },
  });
});

test('it listens while no broker answers, and says which address', async () => {
  const port = await freePort();
  const rest = restOf(await start(gatewayConfig(`127.0.0.1:${port}`)));
  const health = await rest.get('/health');
  expect(health).toMatchObject({ status: 503, body: { status: 'starting' } });
  await waitFor('the reason', async () => {
    const { body } = await rest.get('/health');
    return JSON.stringify(body).includes('failed and is tried again');
  });
  const list = await rest.get('/connectors');
  expect(list.status).toBe(503);
  expect(JSON.stringify(list.body)).toContain(`127.0.0.1:${port}`);
  expect((await rest.get('/docs')).status).toBe(200);
  expect((await rest.get('/docs/swagger-ui-bundle.js')).status).toBe(200);
});

test('a port that is in use is an error that names it', async () => {
  const taken: Server = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  await expect(
    startGateway({ config: gatewayConfig('127.0.0.1:1', { listeners: `http://127.0.0.1:${port}` }), logger }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  await new Promise((resolve) => taken.close(resolve));
});
