import { fixture } from '@millrace/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { decodeConfigRecord } from '../src/config/config-records.ts';
import {
  decodeStatusRecord,
  type ConfigBackingStore,
  type ConfigRecord,
  type ConfigWrite,
  type StatusBackingStore,
} from '../src/index.ts';
import { decodeOffsetRecord } from '../src/offset/offset-records.ts';
import { kafkaTopics, memoryTopics, type ReadRecord, type TestRecord, type TestTopic } from './topics.ts';

/** What a Kafka Connect 4.3.1 cluster wrote to its topics while it was led through every operation. */
interface Dump {
  readonly partitions: number;
  readonly records: readonly {
    readonly partition: number;
    readonly offset: number;
    readonly key: { readonly utf8: string };
    readonly value: { readonly utf8: string } | null;
  }[];
}

interface Scenario {
  readonly name: string;
  readonly topics: { readonly configs: Dump; readonly offsets: Dump; readonly status: Dump };
}

const { scenarios } = fixture('topics.json') as { readonly scenarios: readonly Scenario[] };
const kafka = await kafkaTopics();
afterAll(() => kafka.close());
const cases = scenarios.flatMap((scenario) => [memoryTopics, kafka].map((topics) => ({ scenario, topics })));

function recordsOf(dump: Dump): readonly TestRecord[] {
  return dump.records.map(({ key, value }) => ({ key: key.utf8, value: value?.utf8 ?? null }));
}

/** By partition, since only there is an order. */
function byPartition(records: readonly (TestRecord & { readonly partition: number })[]): unknown {
  const partitions = new Map<number, unknown[]>();
  for (const { partition, key, value } of records) {
    partitions.set(partition, [...(partitions.get(partition) ?? []), [key, value]]);
  }
  return Object.fromEntries([...partitions].sort(([a], [b]) => a - b));
}

function written(dump: Dump): unknown {
  return byPartition(
    dump.records.map(({ partition, key, value }) => ({
      partition,
      key: key.utf8,
      value: value?.utf8 ?? null,
    })),
  );
}

describe.each(cases)('topics of a JVM cluster ($scenario.name), $topics.kind', ({ scenario, topics }) => {
  const { configs, offsets, status } = scenario.topics;
  let topic: TestTopic;
  afterEach(() => topic.close());

  async function holding(dump: Dump): Promise<TestTopic> {
    topic = await topics.open(dump.partitions);
    await topic.append(recordsOf(dump));
    return topic;
  }

  it('are read into the configurations they stand for', async () => {
    const store = await (await holding(configs)).config();
    const state = store.snapshot();
    expect([...state.connectors()].sort()).toEqual(['file-init', 'file-one', 'file-sink']);
    expect(state.connectorConfig('file-one')).toMatchObject({ file: 'one.in', 'batch.size': '100' });
    expect(state.targetState('file-one')).toBe('STARTED');
    expect(state.allTaskConfigs('file-one')).toMatchObject([{ file: 'one.in', 'batch.size': '100' }]);
    expect(state.appliedConnectorConfig('file-one')).toEqual(state.connectorConfig('file-one'));
    expect(state.tasks('file-sink').map(({ task }) => task)).toEqual([0, 1]);
    expect(state.targetState('file-init')).toBe('STOPPED');
    expect(state.tasks('file-init')).toEqual([]);
    expect(state.sessionKey?.algorithm).toBe('HmacSHA256');
    expect(state.connectors().some((connector) => state.inconsistent(connector))).toBe(false);
    expect(state.offset).toBe(configs.records.length);
    const fenced = scenario.name === 'exactly-once';
    expect(state.taskCountRecord('file-one')).toBe(fenced ? 1 : undefined);
    expect(state.pendingFencing('file-one')).toBe(!fenced);
    expect(topic.log.lines).toEqual([]);
  });

  it('are read into the offsets they stand for', async () => {
    const store = await (await holding(offsets)).offset();
    expect(await store.all('file-one')).toEqual([
      { partition: { filename: 'one.in' }, offset: { position: 11n } },
    ]);
    expect(await store.all('file-two-2')).toHaveLength(1);
    expect(await store.get('file-one', [{ filename: 'naïve "q".in' }])).toEqual([null]);
    expect(topic.log.lines).toEqual([]);
  });

  it('are read into the statuses they stand for', async () => {
    const store = await (await holding(status)).status();
    expect([...store.connectors()].sort()).toEqual(['file-init', 'file-one', 'file-sink']);
    const newest = new Map(recordsOf(status).map(({ key, value }) => [key, value]));
    for (const connector of store.connectors()) {
      for (const entry of [store.connector(connector), ...store.tasks(connector)]) {
        const key = `status-${entry?.task === null ? 'connector' : 'task'}-${connector}`;
        const full = entry?.task === null ? key : `${key}-${String(entry?.task)}`;
        expect(JSON.parse(newest.get(full) ?? '')).toMatchObject({
          state: entry?.state,
          version: entry?.version,
        });
      }
    }
    expect(store.tasks('file-sink')).toHaveLength(2);
    expect(store.topics('file-one').map((entry) => entry.topic)).toEqual(['spec-topic-one']);
    expect(store.topics('file-two-2')).toEqual([]);
    expect(topic.log.lines).toEqual([]);
  });

  it('get the same bytes from us for the same operations on configurations', async () => {
    topic = await topics.open(configs.partitions);
    const store = await topic.config();
    // Session keys sign requests between workers, which Millrace has none of.
    const expected = recordsOf(configs).filter(({ key }) => key !== 'session-key');
    const records = expected.map(({ key, value }) => {
      const record = decodeConfigRecord(key, value === null ? null : Buffer.from(value));
      if ('reason' in record) {
        throw new Error(`${String(key)}: ${record.reason}`);
      }
      return record;
    });
    for (let at = 0; at < records.length;) {
      const { write, length } = writeAt(records, at, store);
      await store.write(write);
      at += length;
    }
    expect((await topic.records()).map(({ key, value }) => ({ key, value }))).toEqual(expected);
  });

  it('get the same bytes from us, in the same partitions, for the same offsets', async () => {
    topic = await topics.open(offsets.partitions);
    const store = await topic.offset();
    for (const { key, value } of recordsOf(offsets)) {
      const record = decodeOffsetRecord(key, value === null ? null : Buffer.from(value));
      if (record.kind !== 'offset') {
        throw new Error(record.reason);
      }
      await store.set(record.connector, [record]);
    }
    expect(byPartition(await topic.records())).toEqual(written(offsets));
  });

  it('get the same bytes from us, in the same partitions, for the same statuses', async () => {
    topic = await topics.open(status.partitions);
    const store = await topic.status();
    for (const { key, value } of recordsOf(status)) {
      writeStatus(store, key ?? '', value);
      await store.flush(10_000);
    }
    expect(byPartition(await topic.records())).toEqual(written(status));
  });

  it('are where the JVM put them', async () => {
    for (const dump of [offsets, status]) {
      const records: readonly ReadRecord[] = await (await holding(dump)).records();
      expect(byPartition(records)).toEqual(written(dump));
    }
  });
});

/** The operation that begins with this record, and how many records it made. */
function writeAt(
  records: readonly ConfigRecord[],
  at: number,
  store: ConfigBackingStore,
): { readonly write: ConfigWrite; readonly length: number } {
  const record = records[at];
  const next = records[at + 1];
  const state = store.snapshot();
  switch (record?.kind) {
    case 'connector': {
      const { connector, config } = record;
      if (config === null) {
        return { write: { kind: 'delete-connector', connector }, length: 2 };
      }
      const kind = state.contains(connector) ? 'put-connector' : 'create-connector';
      return { write: { kind, connector, config }, length: 1 };
    }
    case 'target-state': {
      const { connector, state: target } = record;
      if (
        next?.kind === 'connector' &&
        next.config !== null &&
        target !== null &&
        !state.contains(connector)
      ) {
        const { config } = next;
        return { write: { kind: 'create-connector', connector, config, initialState: target }, length: 2 };
      }
      return {
        write: { kind: 'set-target-state', connector, state: target === 'PAUSED' ? 'PAUSED' : 'STARTED' },
        length: 1,
      };
    }
    case 'commit':
      return { write: { kind: 'stop-connector', connector: record.connector }, length: 2 };
    case 'task': {
      const { connector } = record;
      const tasks = records.slice(
        at,
        records.findIndex(({ kind }, index) => index > at && kind === 'commit'),
      );
      const configs = tasks.flatMap((task) => (task.kind === 'task' ? [task.config] : []));
      const revision = state.revision(connector) ?? -1;
      return { write: { kind: 'put-task-configs', connector, configs, revision }, length: tasks.length + 1 };
    }
    case 'restart': {
      const { connector, includeTasks, onlyFailed } = record;
      return { write: { kind: 'restart-connector', connector, includeTasks, onlyFailed }, length: 1 };
    }
    case 'fencing': {
      const { connector, taskCount } = record;
      const generation = state.taskConfigGeneration(connector) ?? -1;
      return { write: { kind: 'put-task-count', connector, taskCount, generation }, length: 1 };
    }
    case 'logger':
      return {
        write: { kind: 'set-logger-level', namespace: record.namespace, level: record.level },
        length: 1,
      };
    case 'session-key':
    case undefined:
      throw new Error(`No operation begins with ${record?.kind ?? 'nothing'}`);
  }
}

function writeStatus(store: StatusBackingStore, key: string, value: string | null): void {
  const record = decodeStatusRecord(key, value === null ? null : Buffer.from(value));
  switch (record.kind) {
    case 'connector':
    case 'task': {
      const { connector } = record;
      const task = record.kind === 'task' ? record.task : null;
      const removed = {
        connector,
        task,
        state: 'DESTROYED',
        trace: null,
        workerId: 'w:1',
        generation: 1,
        version: null,
      } as const;
      store.put(record.status ?? removed);
      return;
    }
    case 'topic':
      if (record.status === null) {
        store.deleteTopic(record.connector, record.topic);
      } else {
        store.putTopic(record.status);
      }
      return;
    case 'own':
    case 'unreadable':
      throw new Error(`The JVM wrote ${key}`);
  }
}
