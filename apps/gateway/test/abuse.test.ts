import type { RestLimits } from '@millrace/config';
import { waitFor } from '@millrace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RestServers } from '../src/listeners/rest-servers.ts';
import { RawClient, rawRequest, type RawAnswer } from './raw-client.ts';
import { SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

const LIMITS: RestLimits = { headMs: 400, requestMs: 800, idleMs: 500, connections: 1_200 };
const CONFIG = { 'connector.class': SOURCE, topic: 't' };
const MIB = 1024 * 1024;

let gateway: TestGateway;
const servers: RestServers[] = [];
let url: string;
const clients: RawClient[] = [];

/** Listens with these limits; the URL. */
async function serve(limits: RestLimits): Promise<string> {
  const started = await RestServers.start({
    handler: gateway.application.express,
    listeners: [{ scheme: 'http', host: '127.0.0.1', port: 0 }],
    adminListeners: null,
    tls: () => ({}),
    limits,
  });
  servers.push(started);
  return started.urls[0] ?? '';
}

beforeAll(async () => {
  gateway = await testGateway();
  url = await serve(LIMITS);
});

// Whatever was done to it, the gateway works.
afterEach(async () => {
  for (const client of clients.splice(0)) {
    client.close();
  }
  expect((await fetch(`${url}/connectors`)).status).toBe(200);
});

afterAll(async () => {
  await Promise.all(servers.map((each) => each.stop()));
  await gateway.stop();
});

async function open(to = url): Promise<RawClient> {
  const client = await RawClient.open(to);
  clients.push(client);
  return client;
}

async function answerTo(data: string | Buffer): Promise<RawAnswer> {
  const client = await open();
  await client.send(data);
  return client.readAll();
}

describe('a body', () => {
  test('of 10 MB is refused with 413, also to a client that reads only when it has sent all', async () => {
    const body = Buffer.alloc(10 * MIB, 'x');
    expect(await answerTo(rawRequest('POST', '/connectors', body))).toMatchObject({
      status: 413,
      text: expect.stringContaining(
        '{"error_code":413,"message":"The body is larger than 5242880 bytes"}',
      ) as unknown,
    });
    const chunked = 'POST /connectors HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MIB, 'x'), Buffer.from('\r\n')]);
    const all = Buffer.concat([
      Buffer.from(chunked),
      ...Array.from({ length: 10 }, () => chunk),
      Buffer.from('0\r\n\r\n'),
    ]);
    expect(await answerTo(all)).toMatchObject({ status: 413 });
  });

  test('too large for its own head is refused before it comes', async () => {
    const head = 'PUT /connectors/a/config HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n';
    const client = await open();
    await client.send(head);
    client.read();
    await waitFor('an answer', () => client.answer.status === 413);
  });

  test('that is left out, broken off or longer than it says breaks nothing', async () => {
    const client = await open();
    await client.send('POST /connectors HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"name":');
    client.close();
    const more = await answerTo(
      `${rawRequest('GET', '/connectors').toString()}garbage that is no request\r\n\r\n`,
    );
    expect([200, 400]).toContain(more.status);
    expect(
      await answerTo('POST /connectors HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'),
    ).toMatchObject({ status: 400 });
    expect(await answerTo('what is this\r\n\r\n')).toMatchObject({ status: 400 });
  });

  test.each([
    ['POST', '/connectors', 500],
    ['PUT', '/connectors/a/config', 500],
    ['PATCH', '/connectors/a/config', 500],
    ['PUT', '/connector-plugins/x/config/validate', 500],
    ['PATCH', '/connectors/a/offsets', 500],
    ['PUT', '/admin/loggers/x', 500],
    ['POST', '/transforms/preview', 400],
  ])('nested 100,000 deep is refused: %s %s', async (method, path, status) => {
    for (const [begin, end] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const nested = `{"config":${begin.repeat(100_000)}1${end.repeat(100_000)}}`;
      for (const body of [nested, nested.slice(0, -100_000)]) {
        const answer = await answerTo(rawRequest(method, path, body));
        expect(answer.status).toBe(status);
        expect(answer.text).toContain('nested deeper than 1000 levels');
      }
    }
  });

  test('more of them than the process should hold are refused, others are answered meanwhile', async () => {
    const part = Buffer.alloc(4 * MIB, ' ');
    const head = `POST /connectors HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${part.length + 1}\r\n\r\n`;
    const many = await Promise.all(Array.from({ length: 24 }, () => open()));
    await Promise.all(
      many.map(async (client) => {
        client.read();
        await client.send(head);
        await client.send(part);
      }),
    );
    await waitFor('some to be refused', () => many.some(({ answer }) => answer.status === 503));
    expect((await fetch(`${url}/connectors`)).status).toBe(200);
    // Those that never came to their end have used up their time.
    await waitFor('all to be over', () =>
      many.every(({ answer }) => answer.status === 503 || answer.status === 408),
    );
    await waitFor('what they held to be free again', async () => {
      const created = await fetch(`${url}/connectors`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `${' '.repeat(4 * MIB)}{"name":"large","config":${JSON.stringify(CONFIG)}}`,
      });
      return created.status === 201 || created.status === 409;
    });
  });
});

describe('a name', () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const escaped = (byte: number): string => `%${byte.toString(16).padStart(2, '0')}`;

  test('of any byte is found, not found or malformed', async () => {
    const paths = ['', '/config', '/status', '/tasks', '/tasks/0/status', '/topics', '/offsets'];
    for (const byte of bytes) {
      const path = paths[byte % paths.length] ?? '';
      const { status } = await fetch(`${url}/connectors/x${escaped(byte)}${path}`);
      // Topics of a connector that is not there are none, as in the JVM.
      expect(path === '/topics' ? [200, 400] : [400, 404], `${byte}`).toContain(status);
    }
    for (const invalid of [
      '%C3',
      '%C3%28',
      '%FF%FE',
      '%ED%A0%80',
      '%F8%88%80%80%80',
      '%',
      '%0',
      '%zz',
      '%C0%AF',
    ]) {
      const { status } = await answerTo(rawRequest('DELETE', `/connectors/${invalid}`));
      expect(status, invalid).toBe(400);
    }
  });

  test('of any byte, not escaped, is found, not found or malformed', async () => {
    for (const byte of bytes) {
      const target = Buffer.from([...Buffer.from('/connectors/x'), byte]).toString('latin1');
      const { status } = await answerTo(rawRequest('GET', target));
      expect([400, 404], `${byte}`).toContain(status);
    }
  });

  test.each(['..', '%2e%2e', '__proto__', 'constructor', '%2F', '%25', 'a%00b', '%F0%9F%98%80', '*', '~'])(
    '%s is nothing special',
    async (name) => {
      expect((await answerTo(rawRequest('GET', `/connectors/${name}`))).status).toBe(404);
    },
  );

  test('that a connector can have addresses it', async () => {
    const accepted: string[] = [];
    for (const code of [...bytes, 0x2028, 0x1f600]) {
      const name = `n${String.fromCodePoint(code)}n`;
      const created = await gateway.rest.post('/connectors').send({ name, config: CONFIG });
      expect([201, 400], JSON.stringify(name)).toContain(created.status);
      if (created.status === 201) {
        accepted.push(name);
        const path = `/connectors/${encodeURIComponent(name)}`;
        const got = await fetch(`${url}${path}`);
        expect(await got.json(), JSON.stringify(name)).toMatchObject({ name });
        expect((await fetch(`${url}${path}`, { method: 'DELETE' })).status).toBe(204);
      }
    }
    expect(accepted.length).toBeGreaterThan(90);
  });
});

describe('a head', () => {
  test.each([
    ['one header of 100 KB', `X: ${'x'.repeat(100_000)}\r\n`],
    ['5,000 headers', Array.from({ length: 5_000 }, (_, n) => `X-${n}: y\r\n`).join('')],
  ])('with %s is refused with 431', async (_, headers) => {
    const answer = await answerTo(`GET /connectors HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
    expect(answer).toMatchObject({
      status: 431,
      text: expect.stringContaining('"error_code":431') as unknown,
    });
  });

  test('with a target of 100 KB is refused', async () => {
    const { status } = await answerTo(rawRequest('GET', `/connectors/${'x'.repeat(100_000)}`));
    expect([414, 431]).toContain(status);
  });

  test('that never ends ends the connection', async () => {
    const client = await open();
    client.read();
    await client.send('GET /connectors HTTP/1.1\r\n');
    const line = `X: ${'y'.repeat(1_000)}\r\n`;
    await waitFor('the connection to be closed', async () => {
      await client.send(line);
      return client.isClosed;
    });
  });
});

describe('a client that is slow', () => {
  test('to send the head is cut off with 408', async () => {
    const client = await open();
    client.read();
    await client.send('GET /connectors HTTP/1.1\r\nHost: x\r\n');
    await waitFor('the connection to be closed', () => client.isClosed, { timeoutMs: 10_000 });
    expect(client.answer).toMatchObject({
      status: 408,
      text: expect.stringContaining('did not come in time') as unknown,
    });
  });

  test('to say anything is cut off', async () => {
    const client = await open();
    client.read();
    await waitFor('the connection to be closed', () => client.isClosed, { timeoutMs: 10_000 });
    expect(client.answer.status).toBe(408);
  });

  test('to send the body is cut off with 408, though something comes all the time', async () => {
    const client = await open();
    client.read();
    await client.send(
      'POST /connectors HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n',
    );
    await waitFor(
      'the connection to be closed',
      async () => {
        await client.send(' ');
        return client.isClosed;
      },
      { timeoutMs: 10_000 },
    );
    expect(client.answer.status).toBe(408);
  });

  test('to take its answers is cut off, and what waits for it takes no memory', async () => {
    const config = { ...CONFIG, text: 'x'.repeat(10_000) };
    for (let n = 0; n < 100; n += 1) {
      await gateway.rest
        .post('/connectors')
        .send({ name: `big-${n}`, config })
        .expect(201);
    }
    // An answer of a megabyte; many of them are asked for at once by clients that read none.
    const request = 'GET /connectors?expand=info&expand=status HTTP/1.1\r\nHost: x\r\n\r\n';
    const before = process.memoryUsage().rss;
    const greedy = await Promise.all(Array.from({ length: 20 }, () => open()));
    await Promise.all(greedy.map((client) => client.send(request.repeat(500))));
    expect((await fetch(`${url}/connectors/big-0/config`)).status).toBe(200);
    await waitFor(
      'all to be cut off',
      () => {
        // Whoever does not read finds out when it writes.
        for (const { socket } of greedy) {
          socket.write('\n');
        }
        return greedy.every(({ isClosed }) => isClosed);
      },
      { timeoutMs: 20_000 },
    );
    expect((process.memoryUsage().rss - before) / MIB).toBeLessThan(400);
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => gateway.rest.delete(`/connectors/big-${n}`).expect(204)),
    );
  }, 60_000);
});

describe('idle connections', () => {
  const quiet = 'GET /connectors HTTP/1.1\r\nHost: x\r\n\r\n';

  test('1,000 of them take little, keep nobody from being answered, and are closed in time', async () => {
    const own = await serve({ ...LIMITS, headMs: 10_000, requestMs: 10_000, idleMs: 2_000 });
    const before = process.memoryUsage().rss;
    const idle = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const client = await open(own);
        client.read();
        await client.send(quiet);
        return client;
      }),
    );
    await waitFor('all to be answered', () => idle.every(({ answer }) => answer.status === 200), {
      timeoutMs: 20_000,
    });
    expect((await fetch(`${own}/connectors`)).status).toBe(200);
    expect((process.memoryUsage().rss - before) / MIB).toBeLessThan(300);
    await waitFor('all to be closed', () => idle.every(({ isClosed }) => isClosed), { timeoutMs: 20_000 });
  }, 60_000);

  test('more than there may be are closed at once, and there is room again later', async () => {
    const own = await serve({ ...LIMITS, headMs: 10_000, requestMs: 10_000, connections: 20 });
    const many = await Promise.all(Array.from({ length: 30 }, () => open(own)));
    for (const client of many) {
      client.read();
    }
    const closed = (): readonly RawClient[] => many.filter(({ isClosed }) => isClosed);
    await waitFor('those that are too many to be closed', () => closed().length === 10);
    expect(closed().every(({ answer }) => answer.status === null)).toBe(true);
    for (const client of many) {
      client.close();
    }
    await waitFor('room for others', async () => {
      const client = await open(own);
      await client.send(rawRequest('GET', '/connectors'));
      return (await client.readAll()).status === 200;
    });
  });
});
