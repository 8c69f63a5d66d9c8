import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster, startKafka, uniqueName, waitFor, type AppProcess, type Kafka } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSource } from '../connectors.ts';
import { workers } from '../faults/worker-list.ts';
import { numberedLines } from '../lines.ts';

describe('two workers with six connectors', () => {
  let kafka: Kafka;
  let cluster: Cluster;
  let gateway: AppProcess;
  let status: AppProcess;
  const names = Array.from({ length: 6 }, () => uniqueName('steady'));

  beforeAll(async () => {
    kafka = await startKafka();
    cluster = new Cluster({ bootstrapServers: kafka.bootstrapServers });
    [, [gateway], [status]] = (await Promise.all([
      cluster.startMany('worker', 2),
      cluster.startMany('gateway', 1),
      cluster.startMany('status', 1),
    ])) as unknown as [unknown, [AppProcess], [AppProcess]];
    for (const name of names) {
      const input = join(cluster.dir, `${name}.in`);
      writeFileSync(input, numberedLines(1));
      await gateway.rest.create(name, fileSource(input, name));
    }
    await Promise.all(names.map((name) => gateway.rest.running(name)));
  }, 120_000);

  afterAll(async () => {
    await cluster.stop();
    await kafka.stop();
  });

  /** How often the connector and its task changed their state so far. */
  async function transitions(name: string): Promise<number> {
    const { body } = await status.rest.get(`/history?connector=${name}&limit=500`);
    const { items } = body as { items: readonly { kind: string }[] };
    return items.filter(({ kind }) => kind === 'connector' || kind === 'task').length;
  }

  it('a change of one configuration touches no other connector', async () => {
    const [changed = '', ...others] = names;
    const before = await Promise.all(others.map(transitions));
    const changedBefore = await transitions(changed);
    const { body } = await gateway.rest.get(`/connectors/${changed}/config`);
    const config = { ...(body as Record<string, string>), 'batch.size': '7' };
    expect((await gateway.rest.call('PUT', `/connectors/${changed}/config`, config)).status).toBe(200);
    let seen = 0;
    await waitFor(
      'the changed connector and its task to have started again',
      async () => {
        seen = await transitions(changed);
        const { body: tasks } = await gateway.rest.get(`/connectors/${changed}/tasks`);
        // The connector runs anew; its task stops, and runs anew.
        return JSON.stringify(tasks).includes('"batch.size":"7"') && seen >= changedBefore + 3;
      },
      { seen: () => ({ seen, changedBefore }) },
    );
    await gateway.rest.running(changed);
    expect(await Promise.all(others.map(transitions))).toEqual(before);
  }, 60_000);

  it('a drained worker gives everything up and takes nothing, until it is told otherwise', async () => {
    const [first] = await workers(gateway.rest);
    const id = first?.id ?? '';
    const load = async (): Promise<number> => {
      const found = (await workers(gateway.rest)).find((worker) => worker.id === id);
      return (found?.connectors.length ?? 0) + (found?.tasks.length ?? 0);
    };
    const path = `/workers/${encodeURIComponent(id)}/drain`;
    expect((await gateway.rest.call('PUT', path)).status).toBeLessThan(300);
    await waitFor('the worker to be empty', async () => (await load()) === 0);
    const elsewhere = await Promise.all(names.map((name) => gateway.rest.running(name)));
    expect(
      elsewhere.flatMap(({ connector, tasks }) => [connector, ...tasks]).map((unit) => unit.worker_id),
    ).not.toContain(id);
    expect((await gateway.rest.call('DELETE', path)).status).toBeLessThan(300);
    await waitFor('the worker to have its share again', async () => (await load()) > 0);
  }, 60_000);
});
