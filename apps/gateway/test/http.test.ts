import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SOURCE, testGateway, type TestGateway } from './test-gateway.ts';

const CONFIG = { 'connector.class': SOURCE };

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await testGateway();
  await gateway.rest.post('/connectors').send({ name: 'a', config: CONFIG }).expect(201);
});

afterEach(async () => {
  await gateway.stop();
});

describe('paths', () => {
  test.each([
    ['/connectors/a/', 200],
    ['/connectors/a;x=y', 200],
    ['/connectors;p/a;q=1;r/config/', 200],
    ['/connectors/%61', 200],
    ['/Connectors', 404],
    ['/nope', 404],
    ['/connectors/a/nope', 404],
    ['/connectors/a/tasks/0', 404],
    ['/connectors/a/tasks-config', 404],
    ['/openapi.yaml', 404],
    ['/connectors/%', 400],
    ['/connectors/%FF', 400],
    ['/connectors/%zz/status', 400],
    ['//connectors', 400],
    ['/connectors//status', 400],
    ['/connectors/a//', 400],
  ])('GET %s: %i', async (path, status) => {
    await gateway.rest.get(path).expect(status);
  });

  test.each(['p/q', 'a%b', 'ø é', 'a+b:c', '../x', 'a;b', ' sp ', 'a?b#c', '日本', '.'])(
    'a connector called %j can be created, found and deleted',
    async (name) => {
      const created = await gateway.rest
        .put(`/connectors/${encodeURIComponent(name).replace(/^\.$/, '%2E')}/config`)
        .send(CONFIG)
        .expect(201);
      expect(created.body).toMatchObject({ name, config: { name } });
      const at = await rawStatus('GET', `/connectors/${encodeURIComponent(name)}/config`);
      expect(at).toBe(200);
      expect(await rawStatus('DELETE', `/connectors/${encodeURIComponent(name)}`)).toBe(204);
    },
  );

  test('a created connector is located as the JVM does it', async () => {
    const created = await gateway.rest
      .post('/connectors')
      .set('Host', 'h:1')
      .send({ name: 'src p/q?x=%y', config: CONFIG })
      .expect(201);
    expect(created.headers['location']).toBe('http://h:1/connectors/src%20p/q%3Fx=%25y');
  });
});

describe('methods and types', () => {
  test.each([
    ['/', 'HEAD,GET,OPTIONS'],
    ['/connectors', 'HEAD,POST,GET,OPTIONS'],
    ['/connectors/a', 'HEAD,DELETE,GET,OPTIONS'],
    ['/connectors/a/config', 'HEAD,GET,OPTIONS,PUT,PATCH'],
  ])('OPTIONS %s: %s', async (path, allow) => {
    await gateway.rest
      .options(path)
      .expect(200, '')
      .expect('Allow', allow)
      .expect('Content-Type', 'application/json');
  });

  test.each([
    ['post', '/'],
    ['delete', '/connectors'],
    ['patch', '/connectors'],
    ['post', '/connectors/a'],
    ['get', '/connectors/a/pause'],
    ['post', '/connectors/a/tasks'],
    ['post', '/admin/loggers'],
  ] as const)('%s %s: 405 with what is allowed', async (method, path) => {
    const answer = await gateway.rest[method](path).expect(405);
    expect(answer.body).toEqual({ error_code: 405, message: 'HTTP 405 Method Not Allowed' });
    expect(answer.headers['allow']).toContain('OPTIONS');
  });

  test('a method that nobody has is not allowed either', async () => {
    expect(await rawStatus('TRACE', '/connectors')).toBe(405);
  });

  test('HEAD is GET without the body', async () => {
    await gateway.rest.head('/connectors/a').expect(200).expect('Content-Type', 'application/json');
    await gateway.rest.head('/connectors/nope').expect(404);
  });

  test.each([
    ['*/*', 200],
    ['application/json', 200],
    ['text/html, application/*;q=0.8', 200],
    ['application/json;charset=utf-8', 200],
    ['*/*, application/json;q=0', 406],
    ['application/xml', 406],
    ['text/plain', 406],
  ])('Accept: %s: %i', async (accept, status) => {
    await gateway.rest.get('/connectors').set('Accept', accept).expect(status);
    await gateway.rest.get('/nope').set('Accept', accept).expect(404);
  });

  test.each([
    ['application/json', 201],
    ['application/json; charset=utf-8', 201],
    ['APPLICATION/JSON', 201],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
  ])('a body of type %s: %i', async (type, status) => {
    const body = JSON.stringify({ name: 'b', config: CONFIG });
    await gateway.rest.post('/connectors').set('Content-Type', type).send(body).expect(status);
  });

  test('a body without a type is refused, no body at all is a bad call', async () => {
    expect(await rawStatus('POST', '/connectors', { body: '{"name":"b"}' })).toBe(415);
    expect(await rawStatus('POST', '/connectors')).toBe(500);
  });
});

describe('bodies', () => {
  const post = (body: string) =>
    gateway.rest.post('/connectors').set('Content-Type', 'application/json').send(body);

  test.each([
    ['{"name": "x", ', 'Malformed JSON at character 14: a key in quotes was expected'],
    ['hello', 'Malformed JSON at character 0: a value was expected'],
    ['[]', 'The request body is not a JSON object with "name" and "config"'],
    ['null', 'The request has no body; a JSON object with "name" and "config" is needed'],
    ['  ', 'The request has no body; a JSON object with "name" and "config" is needed'],
    [
      '{"name":"x"}',
      'The request body is not a JSON object with "name" and "config": config must be a JSON object',
    ],
    [
      '{"name":{"a":1},"config":{}}',
      'The request body is not a JSON object with "name" and "config": "name" must be text',
    ],
    [
      '{"name":"x","config":{"a":{"b":1},"c":[]}}',
      'The request body is not a JSON object with "name" and "config": values must be text, numbers, true, false or null, but these are not: a, c',
    ],
    [
      '{"name":"x","config":{},"initialState":"PAUSED"}',
      'The request body is not a JSON object with "name" and "config": property initialState should not exist',
    ],
    [
      '{"name":"x","config":{},"initial_state":"FOO"}',
      'The request body is not a JSON object with "name" and "config": "initial_state" must be one of RUNNING, PAUSED, STOPPED',
    ],
    [`{"name":"x","config":${'['.repeat(2000)}`, 'The JSON body is nested deeper than 1000 levels'],
  ])('%s', async (body, message) => {
    await post(body).expect(500, { error_code: 500, message });
  });

  test('never show in the message of a parse error', async () => {
    const answer = await post('{"config":{"password":"hunter2"x}}').expect(500);
    expect(answer.text).not.toContain('hunter2');
  });

  test('a byte order mark, text after the value and repeated keys are read over', async () => {
    await post(
      `\uFEFF{"name":"b","config":{"connector.class":"other","connector.class":"${SOURCE}"}} and more`,
    ).expect(201);
    await gateway.rest.get('/connectors/b/config').expect(200, { ...CONFIG, name: 'b' });
  });

  test('keys with a meaning of their own in JavaScript are keys', async () => {
    await post(
      `{"name":"b","config":{"connector.class":"${SOURCE}","__proto__":"x","constructor":"y"}}`,
    ).expect(201);
    const answer = await gateway.rest.get('/connectors/b/config').expect(200);
    expect(answer.text).toContain('"__proto__":"x"');
    expect(answer.text).toContain('"constructor":"y"');
  });

  test('10 MB are refused, and the next request is answered', async () => {
    const config = { ...CONFIG, big: 'x'.repeat(10 * 1024 * 1024) };
    const status = await rawStatus('POST', '/connectors', {
      body: JSON.stringify({ name: 'b', config }),
      headers: ['Content-Type: application/json'],
    });
    expect(status).toBe(413);
    await gateway.rest.get('/connectors').expect(200, ['a']);
  });

  test('compressed ones are not read', async () => {
    const headers = ['Content-Type: application/json', 'Content-Encoding: gzip'];
    expect(await rawStatus('POST', '/connectors', { body: '{}', headers })).toBe(415);
  });
});

describe('cross-origin requests', () => {
  test('are not answered for unless they are allowed', async () => {
    const answer = await gateway.rest.get('/').set('Origin', 'http://x.example').expect(200);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('are allowed by access.control.allow.origin', async () => {
    const open = await testGateway({ settings: { cors: { origins: '*', methods: '' } } });
    await open.rest
      .get('/')
      .set('Origin', 'http://x.example')
      .expect(200)
      .expect('Access-Control-Allow-Origin', 'http://x.example')
      .expect('Vary', 'Origin');
    await open.rest
      .options('/connectors')
      .set('Origin', 'http://x.example')
      .set('Access-Control-Request-Method', 'POST')
      .expect(200)
      .expect('Access-Control-Allow-Methods', 'HEAD,POST,GET')
      .expect('Access-Control-Allow-Headers', 'Content-Type')
      .expect('Access-Control-Max-Age', '60')
      .expect('Allow', 'HEAD,POST,GET,OPTIONS');
    await open.stop();
  });

  test('only from the origins that are named, with the methods that are named', async () => {
    const some = await testGateway({
      settings: { cors: { origins: 'http://a.example, https://*.b.example', methods: 'GET,PUT' } },
    });
    const allowed = async (origin: string): Promise<unknown> =>
      (await some.rest.options('/').set('Origin', origin).set('Access-Control-Request-Method', 'GET'))
        .headers['access-control-allow-methods'];
    expect(await allowed('http://a.example')).toBe('GET,PUT');
    expect(await allowed('https://x.b.example')).toBe('GET,PUT');
    expect(await allowed('http://aXexample')).toBeUndefined();
    expect(await allowed('https://b.example.evil')).toBeUndefined();
    await some.stop();
  });
});

test('response.http.headers.config adds headers to every answer', async () => {
  const secured = await testGateway({
    settings: {
      responseHeaders: [
        { action: 'set', name: 'X-Frame-Options', value: 'DENY' },
        { action: 'add', name: 'Cache-Control', value: 'no-cache, no-store' },
        { action: 'setDate', name: 'Expires', value: '31540000000' },
      ],
    },
  });
  for (const path of ['/', '/nope', '/openapi.json']) {
    const answer = await secured.rest.get(path);
    expect(answer.headers['x-frame-options']).toBe('DENY');
    expect(answer.headers['cache-control']).toBe('no-cache, no-store');
    expect(Date.parse(answer.headers['expires'] ?? '')).toBeGreaterThan(Date.now());
  }
  await secured.stop();
});

test('documentation is served as a page and as a document', async () => {
  const page = await gateway.rest.get('/docs').set('Accept', 'text/html').expect(200);
  expect(page.text).toContain('swagger-ui-bundle.js');
  const document = await gateway.rest.get('/openapi.json').set('Accept', 'text/html').expect(200);
  expect(document.body).toMatchObject({ openapi: '3.0.0', paths: { '/connectors': {} } });
  await gateway.rest.get('/docs/nope.js').expect(404);
});

interface Raw {
  readonly body?: string;
  readonly headers?: readonly string[];
}

/** The status of a request that is written to a socket as it stands. */
async function rawStatus(
  method: string,
  path: string,
  { body = '', headers = [] }: Raw = {},
): Promise<number> {
  const server: Server = createServer(gateway.application.express as never);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const text = await new Promise<string>((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => {
      const head = [`${method} ${path} HTTP/1.1`, 'Host: h', 'Connection: close', ...headers];
      const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
      socket.write(`${[...head, ...length].join('\r\n')}\r\n\r\n${body}`);
    });
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('error', (error) => {
      // A server that answers before it has read all ends the connection under the client's writing.
      if (answer === '') {
        reject(error);
      }
    });
    socket.on('close', () => {
      resolve(answer);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
}
