import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster, startKafka, uniqueName, waitFor, type AppProcess, type Kafka } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSink, fileSource } from '../connectors.ts';
import { allArrived, appendLines, linesOf, numberedLines } from '../lines.ts';

describe('two workers, two gateways and an aggregator', () => {
  let kafka: Kafka;
  let cluster: Cluster;
  let workers: readonly AppProcess[];
  let gateways: readonly AppProcess[];
  let status: AppProcess;

  beforeAll(async () => {
    kafka = await startKafka();
    cluster = new Cluster({ bootstrapServers: kafka.bootstrapServers });
    [workers, gateways, [status]] = (await Promise.all([
      cluster.startMany('worker', 2),
      cluster.startMany('gateway', 2),
      cluster.startMany('status', 1),
    ])) as unknown as [readonly AppProcess[], readonly AppProcess[], [AppProcess]];
  }, 120_000);

  afterAll(async () => {
    await cluster.stop();
    await kafka.stop();
  });

  it('carries a file through Kafka, follows it, and loses nothing when a worker is killed', async () => {
    const [first, second] = gateways as [AppProcess, AppProcess];
    const name = uniqueName('file');
    const input = join(cluster.dir, `${name}-in.txt`);
    const output = join(cluster.dir, `${name}-out.txt`);
    writeFileSync(input, numberedLines(10_000));

    await first.rest.create(`${name}-source`, fileSource(input, name));
    await first.rest.create(`${name}-sink`, fileSink(output, name));
    await second.rest.running(`${name}-source`);
    const running = await second.rest.running(`${name}-sink`);
    await allArrived(input, output);
    expect(linesOf(output)).toEqual(linesOf(input));

    appendLines(input, 100, 10_000);
    await allArrived(input, output);
    expect(linesOf(output)).toEqual(linesOf(input));

    const victim = workers.find(({ workerId }) => workerId === running.tasks[0]?.worker_id);
    expect(victim).toBeDefined();
    victim?.process.kill('SIGKILL');
    appendLines(input, 100, 10_100);
    await allArrived(input, output, 60_000);
    for (const connector of [`${name}-source`, `${name}-sink`]) {
      await waitFor(`${connector} to run elsewhere`, async () => {
        const after = await second.rest.running(connector, 1, 60_000);
        return [after.connector, ...after.tasks].every(({ worker_id }) => worker_id !== victim?.workerId);
      });
    }
    victim?.restart();
    await victim?.ready();
  }, 180_000);

  it('keeps every transition in the aggregator, across its own restart', async () => {
    const name = uniqueName('history');
    const [gateway] = gateways as [AppProcess];
    const input = join(cluster.dir, `${name}.txt`);
    writeFileSync(input, numberedLines(10));
    await gateway.rest.create(name, fileSource(input, name));
    await gateway.rest.running(name);
    let seen: readonly string[] = [];
    const states = async (): Promise<readonly string[]> => {
      const { body } = await status.rest.get(`/history?connector=${name}`);
      seen = (body as { items: readonly { state: string }[] }).items.map(({ state }) => state);
      return seen;
    };
    const complete = async (): Promise<boolean> => {
      const so = await states();
      return so.filter((state) => state === 'RUNNING').length === 2 && so.includes('USED');
    };
    await waitFor('connector, task and topic in the history', complete, { seen: () => seen });
    const before = await states();
    expect(await status.process.stop()).toBe(0);
    status.restart();
    await status.ready();
    await waitFor('the same history again', async () => (await states()).join() === before.join(), {
      seen: () => ({ before, seen, output: status.process.output.slice(-2_000) }),
    });
  }, 90_000);
});
