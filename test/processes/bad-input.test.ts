import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Cluster,
  freePort,
  startKafka,
  uniqueName,
  waitFor,
  type AppProcess,
  type Kafka,
} from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSink, fileSource } from '../connectors.ts';
import { allArrived, numberedLines } from '../lines.ts';
import { RawTopics } from './raw-topics.ts';

let kafka: Kafka;
let raw: RawTopics;
const clusters: Cluster[] = [];

function newCluster(settings: Readonly<Record<string, string>> = {}): Cluster {
  const cluster = new Cluster({ bootstrapServers: kafka.bootstrapServers, settings });
  clusters.push(cluster);
  return cluster;
}

/** The exit code, and what a person reads on the terminal. */
async function refusal(
  process: AppProcess,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const code = await process.process.exited();
  return { code, output: process.process.output };
}

beforeAll(async () => {
  kafka = await startKafka();
  raw = new RawTopics(kafka.bootstrapServers);
}, 60_000);

afterAll(async () => {
  await Promise.all(clusters.map((cluster) => cluster.stop()));
  await raw.close();
  await kafka.stop();
});

describe('a process that cannot start says why in one line and exits with 1', () => {
  it('when its port is taken', async () => {
    const cluster = newCluster();
    const first = await (await cluster.start('connect-distributed')).ready();
    const { code, output } = await refusal(
      await cluster.start('connect-distributed', { listeners: `http://127.0.0.1:${first.port}` }),
    );
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`^connect-distributed: Port ${first.port} is in use.*\\n$`));
  });

  it('when a setting is missing or malformed', async () => {
    const cluster = newCluster();
    const malformed = await refusal(await cluster.start('worker', { 'offset.flush.interval.ms': 'often' }));
    expect(malformed.code).toBe(1);
    expect(malformed.output).toContain('offset.flush.interval.ms');
    expect(malformed.output).toMatch(/line \d+/);
    const missing = await refusal(await cluster.start('worker', { 'config.storage.topic': '' }));
    expect(missing.code).toBe(1);
    expect(missing.output).toContain('config.storage.topic');
  });

  it('when an internal topic was created beforehand and is not as it must be', async () => {
    const wide = newCluster();
    await raw.create(wide.internalTopics.config, 2, { 'cleanup.policy': 'compact' });
    const two = await refusal(await wide.start('worker'));
    expect(two.code).toBe(1);
    expect(two.output).toMatch(/config\.storage\.topic.*single partition/);

    const deleting = newCluster();
    await raw.create(deleting.internalTopics.status, 5, { 'cleanup.policy': 'delete' });
    const policy = await refusal(await deleting.start('worker'));
    expect(policy.code).toBe(1);
    expect(policy.output).toMatch(/cleanup\.policy=compact/);
  });
});

it('starts with topics made beforehand, warns of unknown settings, and survives records that mean nothing', async () => {
  const cluster = newCluster({ 'no.such.setting': '1' });
  const { config, offset, status } = cluster.internalTopics;
  await raw.create(config, 1, { 'cleanup.policy': 'compact' });
  await raw.create(offset, 3, { 'cleanup.policy': 'compact' });
  await raw.create(status, 2, { 'cleanup.policy': 'compact' });
  const nonsense = ['{', '[]', '"text"', '{"properties":7}', '\u0000\u00ff', null];
  const keys = [
    'connector-x',
    'task-x-0',
    'task-x',
    'commit-x',
    'target-state-x',
    'session-key',
    'what',
    null,
  ];
  const records = keys.flatMap((key) => nonsense.map((value) => ({ partition: 0, key, value })));
  await raw.write(
    config,
    records.filter(({ key, value }) => key !== null && (key !== 'x' || value !== null)),
  );
  await raw.write(
    offset,
    ['[]', '["x"]', '{', '["x",{"a":1}]', null].flatMap((key) =>
      key === null ? [] : nonsense.map((value) => ({ partition: 0, key, value })),
    ),
  );
  await raw.write(
    status,
    ['status-connector-', 'status-task-x', 'status-topic-a', 'status-', 'what'].flatMap((key) =>
      nonsense.map((value) => ({ partition: 0, key, value })),
    ),
  );

  const [node] = (await cluster.startMany('connect-distributed', 1)) as unknown as [AppProcess];
  expect(node.process.output).toContain('no.such.setting');
  const name = uniqueName('ok');
  const input = join(cluster.dir, 'in.txt');
  const output = join(cluster.dir, 'out.txt');
  writeFileSync(input, numberedLines(100));
  await node.rest.create(`${name}-source`, fileSource(input, name));
  await node.rest.create(`${name}-sink`, fileSink(output, name));
  await allArrived(input, output);
}, 90_000);

describe('a running node', () => {
  let cluster: Cluster;
  let node: AppProcess;

  beforeAll(async () => {
    cluster = newCluster();
    [node] = (await cluster.startMany('connect-distributed', 1)) as unknown as [AppProcess];
  }, 60_000);

  it('waits for a source file that is not there yet', async () => {
    const name = uniqueName('later');
    const input = join(cluster.dir, `${name}.in`);
    const output = join(cluster.dir, `${name}.out`);
    await node.rest.create(`${name}-source`, fileSource(input, name));
    await node.rest.create(`${name}-sink`, fileSink(output, name));
    await node.rest.running(`${name}-source`);
    writeFileSync(input, numberedLines(10));
    await allArrived(input, output);
  }, 60_000);

  it('shows a sink whose file cannot be written as FAILED, with a trace that names the file', async () => {
    const name = uniqueName('unwritable');
    const file = join(cluster.dir, 'no-such-folder', 'out.txt');
    await node.rest.create(name, fileSink(file, name));
    const task = await waitFor('the task to be FAILED', async () => {
      const status = await node.rest.status(name);
      return status.tasks.find(({ state }) => state === 'FAILED');
    });
    expect(task.trace).toContain(file);
  });

  it('refuses a class that nobody has, and shows one that is in the topic all the same as FAILED', async () => {
    const refused = await node.rest.call('POST', '/connectors', {
      name: 'nobody',
      config: { 'connector.class': 'com.example.Nope' },
    });
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain('com.example.Nope');

    const name = uniqueName('foreign');
    const value = JSON.stringify({ properties: { name, 'connector.class': 'com.example.Nope' } });
    await raw.write(cluster.internalTopics.config, [{ partition: 0, key: `connector-${name}`, value }]);
    const status = await waitFor('the connector to be FAILED', async () => {
      const seen = await node.rest.status(name);
      return seen.connector.state === 'FAILED' ? seen : null;
    });
    expect(status.connector.trace).toContain('com.example.Nope');
    const config = await node.rest.get(`/connectors/${name}/config`);
    expect(config.body).toMatchObject({ 'connector.class': 'com.example.Nope' });
  }, 60_000);
});

it('waits for a broker that is not there, saying which, and answers 503 meanwhile', async () => {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const cluster = newCluster({ 'bootstrap.servers': address });
  const gateway = await cluster.start('gateway');
  const worker = await cluster.start('worker');
  const answer = await waitFor('the gateway to answer', () => gateway.rest.get('/connectors'), {
    timeoutMs: 30_000,
  });
  expect(answer.status).toBe(503);
  await waitFor('both to name the address', () =>
    [gateway, worker].every(({ process }) => process.output.includes(address)),
  );
  const refused = await gateway.rest.call('POST', '/connectors', { name: 'x', config: fileSource('x', 'x') });
  expect(refused.status).toBe(503);
  expect(await gateway.process.stop()).toBe(0);
  expect(await worker.process.stop()).toBe(0);
}, 90_000);
