import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answer, ConnectRestError, createConnectClient, type ConnectClient } from '../src/index.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly body: string;
}

let server: Server;
let seen: Seen[];
let reply: { readonly status: number; readonly body?: unknown };
let client: ConnectClient;

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    void textOf(request).then((body) => {
      seen.push({ method: request.method, url: request.url, body });
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = createConnectClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
});

test('reads what the server answers', async () => {
  reply = { status: 200, body: { name: 'a/b', config: { x: '1' }, tasks: [], type: 'source' } };
  const info = await answer(
    client.GET('/connectors/{connector}', { params: { path: { connector: 'a/b' } } }),
  );
  expect(info.config).toEqual({ x: '1' });
  expect(seen).toEqual([{ method: 'GET', url: '/connectors/a%2Fb', body: '' }]);
});

test('sends bodies as JSON and repeats query parameters', async () => {
  reply = { status: 201, body: { name: 'a', config: {}, tasks: [], type: 'sink' } };
  await answer(client.POST('/connectors', { body: { name: 'a', config: { k: 'v', gone: null } } }));
  reply = { status: 200, body: {} };
  await answer(client.GET('/connectors', { params: { query: { expand: ['info', 'status'] } } }));
  expect(seen).toEqual([
    { method: 'POST', url: '/connectors', body: '{"name":"a","config":{"k":"v","gone":null}}' },
    { method: 'GET', url: '/connectors?expand=info&expand=status', body: '' },
  ]);
});

test('an answer without a body is no error', async () => {
  reply = { status: 204 };
  await answer(client.PUT('/connectors/{connector}/stop', { params: { path: { connector: 'a' } } }));
  expect(seen[0]?.method).toBe('PUT');
});

test('an error carries the code and the message of the body', async () => {
  reply = { status: 404, body: { error_code: 404, message: 'Connector a not found' } };
  const call = answer(client.GET('/connectors/{connector}', { params: { path: { connector: 'a' } } }));
  await expect(call).rejects.toEqual(new ConnectRestError(404, 404, 'Connector a not found'));
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
  }
  return text;
}
