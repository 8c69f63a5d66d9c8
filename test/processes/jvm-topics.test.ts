import { Cluster, fixture, startKafka, type AppProcess, type Kafka } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawTopics } from './raw-topics.ts';

interface Scenario {
  readonly name: string;
  readonly topics: Readonly<
    Record<
      'configs' | 'offsets' | 'status',
      { readonly partitions: number; readonly records: readonly FixtureRecord[] }
    >
  >;
}

interface FixtureRecord {
  readonly partition: number;
  readonly key: { readonly utf8: string } | null;
  readonly value: { readonly utf8: string } | null;
}

const { scenarios } = fixture('topics.json') as { readonly scenarios: readonly Scenario[] };

describe.each(scenarios)('topics that a JVM cluster left behind ($name)', ({ topics }) => {
  let kafka: Kafka;
  let cluster: Cluster;
  let raw: RawTopics;
  let gateway: AppProcess;

  beforeAll(async () => {
    kafka = await startKafka();
    cluster = new Cluster({ bootstrapServers: kafka.bootstrapServers });
    raw = new RawTopics(kafka.bootstrapServers);
    const names = {
      configs: cluster.internalTopics.config,
      offsets: cluster.internalTopics.offset,
      status: cluster.internalTopics.status,
    };
    for (const kind of ['configs', 'offsets', 'status'] as const) {
      const { partitions, records } = topics[kind];
      await raw.create(names[kind], partitions, { 'cleanup.policy': 'compact' });
      await raw.write(
        names[kind],
        records.map(({ partition, key, value }) => ({
          partition,
          key: key?.utf8 ?? null,
          value: value?.utf8 ?? null,
        })),
      );
    }
    [gateway] = (await cluster.startMany('gateway', 1)) as unknown as [AppProcess];
  }, 90_000);

  afterAll(async () => {
    await cluster.stop();
    await raw.close();
    await kafka.stop();
  });

  it('are read into the connectors, states and offsets that were there', async () => {
    const list = await gateway.rest.get('/connectors');
    expect((list.body as string[]).sort()).toEqual(['file-init', 'file-one', 'file-sink']);
    const one = await gateway.rest.get('/connectors/file-one');
    expect(one.body).toMatchObject({
      name: 'file-one',
      type: 'source',
      tasks: [{ connector: 'file-one', task: 0 }],
    });
    const status = await gateway.rest.status('file-one');
    expect(status.connector).toMatchObject(newest(topics.status.records, 'status-connector-file-one'));
    expect(status.tasks[0]).toMatchObject({
      id: 0,
      ...newest(topics.status.records, 'status-task-file-one-0'),
    });
    expect((await gateway.rest.get('/connectors/file-init')).body).toMatchObject({ tasks: [] });
    expect((await gateway.rest.get('/connectors/file-two-2')).status).toBe(404);
  });
});

/** State and worker that the newest record of a key names. */
function newest(
  records: readonly FixtureRecord[],
  key: string,
): { readonly state: string; readonly worker_id: string } {
  const last = records.findLast((record) => record.key?.utf8 === key);
  const { state, worker_id } = JSON.parse(last?.value?.utf8 ?? '{}') as { state: string; worker_id: string };
  return { state, worker_id };
}
