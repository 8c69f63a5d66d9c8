import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createKafkaClient } from '@millrace/kafka';
import { freePort, tempDir } from '@millrace/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../bin/kafka.sh', import.meta.url));
const elsewhere = tempDir();
const run = promisify(execFile);

interface Result {
  readonly code: number;
  readonly output: string;
}

/** Runs kafka.sh from a folder that has nothing to do with the repository. */
async function kafka(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Result> {
  try {
    const { stdout, stderr } = await run(SCRIPT, args, { cwd: elsewhere, env: { ...process.env, ...env } });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as {
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
    };
    return { code, output: stdout + stderr };
  }
}

describe('a broker of its own', () => {
  let folder = '';
  let env: Record<string, string> = {};

  beforeEach(() => {
    folder = tempDir();
  });
  afterEach(async () => {
    await kafka(env, 'stop', folder);
  });

  it('starts, says so, keeps what it has over a restart, and stops', async () => {
    const port = String(await freePort());
    env = { KAFKA_BOOTSTRAP_SERVERS: '', KAFKA_PORT: port };
    expect(await kafka(env, 'status', folder)).toEqual({ code: 1, output: 'Kafka does not run here\n' });
    const started = await kafka(env, 'start', folder);
    expect(started).toMatchObject({
      code: 0,
      output: expect.stringContaining(`127.0.0.1:${port}`) as string,
    });
    expect(await kafka(env, 'start', folder)).toMatchObject({
      code: 0,
      output: expect.stringContaining('runs already') as string,
    });

    const cluster = async (): Promise<string> => {
      const settings = { 'bootstrap.servers': `127.0.0.1:${port}` };
      const client = createKafkaClient(settings, { logger: pino({ level: 'silent' }) });
      const id = await client.clusterId();
      await client.close();
      return id;
    };
    const id = await cluster();
    expect(await kafka(env, 'stop', folder)).toEqual({ code: 0, output: 'Kafka has stopped\n' });
    expect((await kafka(env, 'status', folder)).code).toBe(1);
    await kafka(env, 'start', folder);
    expect(await cluster()).toBe(id);
    expect((await kafka(env, 'status', folder)).code).toBe(0);

    const other = await kafka(env, 'start', tempDir());
    expect(other).toEqual({
      code: 1,
      output: `Port ${port} is in use by another program; set KAFKA_PORT to a free one\n`,
    });
  }, 120_000);

  it('starts although an outgoing connection has the port beside its own', async () => {
    const port = await freePort();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const outgoing = connect({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      localPort: port + 1,
    });
    await once(outgoing, 'connect');
    env = { KAFKA_BOOTSTRAP_SERVERS: '', KAFKA_PORT: String(port) };
    try {
      expect(await kafka(env, 'start', folder)).toMatchObject({ code: 0 });
    } finally {
      outgoing.destroy();
      server.close();
    }
  }, 120_000);
});

it('leaves a cluster alone that KAFKA_BOOTSTRAP_SERVERS names, and says whether it answers', async () => {
  const given = process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '';
  const there = await kafka({ KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:1,${given}` }, 'start', tempDir());
  expect(there).toMatchObject({ code: 0, output: expect.stringContaining(given) as string });
  const gone = await kafka({ KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:1' }, 'start', tempDir());
  expect(gone).toMatchObject({ code: 1, output: expect.stringContaining('127.0.0.1:1') as string });
});

it('tells how it is used', async () => {
  expect(await kafka({}, 'begin')).toEqual({
    code: 1,
    output: 'Usage: kafka.sh start|stop|status [FOLDER]\n',
  });
});
