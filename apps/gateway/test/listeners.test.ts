import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Listener, RestLimits } from '@millrace/config';
import { tempDir } from '@millrace/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RestServers } from '../src/listeners/rest-servers.ts';
import { tlsSettings } from '../src/listeners/tls-settings.ts';
import { testGateway, type TestGateway } from './test-gateway.ts';

const LIMITS: RestLimits = { headMs: 20_000, requestMs: 60_000, idleMs: 30_000, connections: 100 };
const HTTP: Listener = { scheme: 'http', host: '127.0.0.1', port: 0 };
const HTTPS: Listener = { scheme: 'https', host: '127.0.0.1', port: 0 };

let gateway: TestGateway;
let servers: RestServers | null;
let folder: string;

/** A self-signed certificate for localhost and its key; the other forms are made of them. */
const PEM = new URL('tls/', import.meta.url);

beforeAll(() => {
  folder = tempDir('millrace-tls-');
  const key = readFileSync(new URL('key.pem', PEM), 'utf8');
  const cert = readFileSync(new URL('cert.pem', PEM), 'utf8');
  const locked = createPrivateKey(key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'locked',
  });
  writeFileSync(join(folder, 'key.pem'), key);
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'both.pem'), `${String(locked)}${cert}`);
  writeFileSync(join(folder, 'store.jks'), Buffer.from('feedfeed00000002', 'hex'));
  execFileSync('keytool', [
    ...['-genkeypair', '-alias', 'rest', '-keyalg', 'EC', '-dname', 'CN=localhost'],
    ...['-storetype', 'PKCS12', '-keystore', join(folder, 'store.p12'), '-storepass', 'secret'],
  ]);
});

beforeEach(async () => {
  gateway = await testGateway();
  servers = null;
});

afterEach(async () => {
  await servers?.stop();
  await gateway.stop();
});

async function listen(options: {
  readonly listeners: readonly Listener[];
  readonly adminListeners?: readonly Listener[];
  readonly tls?: Readonly<Record<string, string>>;
}): Promise<readonly string[]> {
  const { listeners, adminListeners = null, tls = {} } = options;
  servers = await RestServers.start({
    handler: gateway.application.express,
    listeners,
    adminListeners,
    tls: () => tlsSettings(tls, folder),
    limits: LIMITS,
  });
  return servers.urls;
}

async function status(url: string): Promise<number> {
  return (await fetch(url)).status;
}

describe('admin.listeners', () => {
  test('left out: the admin resources are on every listener', async () => {
    const [url = ''] = await listen({ listeners: [HTTP] });
    expect(await status(`${url}/admin/loggers`)).toBe(200);
  });

  test('empty: they are nowhere', async () => {
    const [url = ''] = await listen({ listeners: [HTTP], adminListeners: [] });
    expect(await status(`${url}/admin/loggers`)).toBe(404);
    expect(await status(`${url}/admin;x/loggers/root`)).toBe(404);
    expect(await status(`${url}/connectors`)).toBe(200);
  });

  test('set: they are there, and nothing else is', async () => {
    const [url = '', admin = ''] = await listen({ listeners: [HTTP], adminListeners: [HTTP] });
    expect(await status(`${url}/admin/loggers`)).toBe(404);
    expect(await status(`${url}/connectors`)).toBe(200);
    expect(await status(`${url}/docs`)).toBe(200);
    expect(await status(`${admin}/admin/loggers`)).toBe(200);
    for (const path of ['/', '/connectors', '/openapi.json', '/docs', '/health']) {
      expect(await status(`${admin}${path}`), path).toBe(404);
    }
  });
});

describe('https', () => {
  test.each([
    [
      'a PKCS12 keystore',
      {
        'listeners.https.ssl.keystore.location': 'store.p12',
        'listeners.https.ssl.keystore.password': 'secret',
      },
    ],
    [
      'a PEM file with a locked key',
      { 'listeners.https.ssl.keystore.location': 'both.pem', 'listeners.https.ssl.key.password': 'locked' },
    ],
    [
      'settings without the prefix',
      { 'ssl.keystore.location': 'store.p12', 'ssl.keystore.password': 'secret' },
    ],
  ])('with %s', async (_what, tls) => {
    const [url = ''] = await listen({ listeners: [HTTPS], tls });
    expect(await tlsStatus(`${url}/connectors`)).toBe(200);
  });

  test('a created connector is located at https', async () => {
    const [url = ''] = await listen({
      listeners: [HTTPS],
      tls: { 'ssl.keystore.location': 'store.p12', 'ssl.keystore.password': 'secret' },
    });
    const location = await new Promise<string | undefined>((resolve, reject) => {
      const outgoing = request(
        `${url}/connectors`,
        { method: 'POST', rejectUnauthorized: false, headers: { 'content-type': 'application/json' } },
        (incoming) => {
          incoming.resume();
          resolve(incoming.headers.location);
        },
      );
      outgoing.on('error', reject);
      outgoing.end('{"name":"a","config":{"connector.class":"test.Source"}}');
    });
    expect(location).toBe(`${url}/connectors/a`);
  });

  test('a client certificate can be required', async () => {
    const [url = ''] = await listen({
      listeners: [HTTPS],
      tls: {
        'listeners.https.ssl.keystore.location': 'store.p12',
        'listeners.https.ssl.keystore.password': 'secret',
        'listeners.https.ssl.truststore.location': 'cert.pem',
        'listeners.https.ssl.client.authentication': 'required',
      },
    });
    await expect(tlsStatus(`${url}/connectors`)).rejects.toThrow();
    const pem = execFileSync('cat', ['key.pem', 'cert.pem'], { cwd: folder });
    expect(await tlsStatus(`${url}/connectors`, pem)).toBe(200);
  });

  test.each([
    [{}, /https listeners need a certificate: set 'ssl.keystore.location'/],
    [
      { 'listeners.https.ssl.keystore.location': 'none.p12' },
      /'listeners.https.ssl.keystore.location' names a file that cannot be read/,
    ],
    [
      { 'ssl.keystore.location': 'store.p12', 'ssl.keystore.password': 'wrong' },
      /cannot be used: .*Are 'ssl.keystore.password' and 'ssl.key.password' right\?/,
    ],
    [{ 'ssl.keystore.location': 'store.jks' }, /JKS keystore, which only Java reads; convert it/],
    [
      {
        'ssl.keystore.location': 'store.p12',
        'ssl.keystore.password': 'secret',
        'ssl.truststore.location': 'store.p12',
      },
      /must be a PEM file/,
    ],
    [
      {
        'ssl.keystore.location': 'store.p12',
        'ssl.keystore.password': 'secret',
        'ssl.enabled.protocols': 'SSLv3',
      },
      /Invalid value SSLv3 for configuration ssl.enabled.protocols/,
    ],
    [
      { 'ssl.keystore.location': 'store.p12', 'ssl.keystore.password': 'secret', 'ssl.client.auth': 'maybe' },
      /Invalid value maybe/,
    ],
  ])('says what is wrong with %j', (tls, message) => {
    expect(() => tlsSettings(tls, folder)).toThrow(message);
  });
});

describe('what is no request', () => {
  test.each([
    ['GET / HTTP/9.9\r\n\r\n', 400],
    ['hello\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
    [`GET / HTTP/1.1\r\nHost: h\r\n${'A: b\r\n'.repeat(20_000)}\r\n`, 431],
  ])('%#: is answered with an error body, and others are served', async (text, expected) => {
    const [url = ''] = await listen({ listeners: [HTTP] });
    const answer = await raw(Number(new URL(url).port), text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${expected} `));
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toMatchObject({ error_code: expected });
    expect(await status(url)).toBe(200);
  });

  test('a client that leaves in the middle of its body disturbs nobody', async () => {
    const [url = ''] = await listen({ listeners: [HTTP] });
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise<void>((resolve) => {
      socket.write('POST /connectors HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{"name"', () => {
        resolve();
      });
    });
    socket.destroy();
    expect(await status(url)).toBe(200);
  });
});

test('of several addresses, none is listened on when one cannot be had', async () => {
  const [url = ''] = await listen({ listeners: [HTTP] });
  const taken: Listener = { ...HTTP, port: Number(new URL(url).port) };
  await expect(
    RestServers.start({
      handler: gateway.application.express,
      listeners: [HTTP, taken],
      adminListeners: null,
      limits: LIMITS,
      tls: () => ({}),
    }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

function tlsStatus(url: string, pem?: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const certificate = pem === undefined ? {} : { key: pem, cert: pem };
    const outgoing = request(url, { rejectUnauthorized: false, agent: false, ...certificate }, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode ?? 0);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', (error) => {
      if (answer === '') {
        reject(error);
      }
    });
    socket.on('close', () => {
      resolve(answer);
    });
  });
}
