import { waitFor } from '@millrace/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { State, StatusBackingStore, StatusEntry } from '../../src/index.ts';
import { kafkaTopics, memoryTopics, type TestTopic } from '../topics.ts';

const kafka = await kafkaTopics();
afterAll(() => kafka.close());

function status(state: State, of: Partial<StatusEntry> = {}): StatusEntry {
  return {
    connector: 'c',
    task: null,
    state,
    trace: null,
    workerId: 'a:1',
    generation: 1,
    version: null,
    ...of,
  };
}

describe.each([memoryTopics, kafka])('a status store $kind', (topics) => {
  let topic: TestTopic;
  let store: StatusBackingStore;

  beforeEach(async () => {
    topic = await topics.open(5);
    store = await topic.status();
  });
  afterEach(() => topic.close());

  const settle = async (): Promise<void> => {
    await store.flush(10_000);
    await store.read();
  };

  it('shows every reader what was put', async () => {
    const failed = status('FAILED', { task: 3, trace: 'Error: "boom"\n\tat x', version: '1.0' });
    store.put(status('RUNNING'));
    store.put(failed);
    store.put(status('RUNNING', { task: 0 }));
    store.putTopic({ topic: 't', connector: 'c', task: 0, discoverTimestamp: 17 });
    await settle();
    const other = await topic.status();
    for (const reader of [store, other]) {
      expect(reader.connectors()).toEqual(['c']);
      expect(reader.connector('c')).toEqual(status('RUNNING'));
      expect(reader.task('c', 3)).toEqual(failed);
      expect(reader.tasks('c').map(({ task }) => task)).toEqual([0, 3]);
      expect(reader.topics('c')).toEqual([{ topic: 't', connector: 'c', task: 0, discoverTimestamp: 17 }]);
      expect(reader.topic('c', 't')?.task).toBe(0);
    }
  });

  it('keeps every state of one entry, in order', async () => {
    for (const state of ['UNASSIGNED', 'RESTARTING', 'RUNNING', 'PAUSED', 'RUNNING'] as const) {
      store.put(status(state));
    }
    await settle();
    const states = (await topic.records()).map(
      ({ value }) => (JSON.parse(value ?? '{}') as { state: string }).state,
    );
    expect(states).toEqual(['UNASSIGNED', 'RESTARTING', 'RUNNING', 'PAUSED', 'RUNNING']);
  });

  it('removes a connector with its tasks, and a task or topic alone', async () => {
    for (const task of [null, 0, 1]) {
      store.put(status('RUNNING', { task }));
    }
    store.putTopic({ topic: 't', connector: 'c', task: 0, discoverTimestamp: 1 });
    await settle();
    store.put(status('DESTROYED', { task: 1 }));
    store.deleteTopic('c', 't');
    await settle();
    expect(store.tasks('c').map(({ task }) => task)).toEqual([0]);
    expect(store.topics('c')).toEqual([]);
    store.put(status('DESTROYED'));
    await settle();
    expect(store.connectors()).toEqual([]);
    expect(store.tasks('c')).toEqual([]);
  });

  it('writes safely over nothing, its own entry, an older one, and that of a worker that is not there', async () => {
    store.putSafe(status('UNASSIGNED'));
    await settle();
    expect(store.connector('c')?.state).toBe('UNASSIGNED');
    store.put(status('RUNNING', { generation: 9 }));
    await settle();
    store.putSafe(status('FAILED', { generation: 8 }));
    await settle();
    expect(store.connector('c')?.state).toBe('FAILED');
    store.putSafe(status('UNASSIGNED', { workerId: 'b:1', generation: 8 }));
    await settle();
    expect(store.connector('c')).toMatchObject({ workerId: 'b:1' });
    store.put(status('RUNNING', { generation: 50 }));
    await settle();
    store.putSafe(status('FAILED', { workerId: 'b:1', generation: 1 }));
    await settle();
    expect(store.connector('c')).toMatchObject({ workerId: 'b:1', state: 'FAILED' });
  });

  it('does not write safely over the newer entry of a worker that lives, but plainly', async () => {
    store.putOwn('worker', 'a:1', { incarnation: 1 });
    store.put(status('RUNNING', { generation: 9 }));
    await settle();
    store.putSafe(status('FAILED', { workerId: 'b:1', generation: 8 }));
    await settle();
    expect(store.connector('c')).toMatchObject({ workerId: 'a:1', state: 'RUNNING' });
    store.put(status('RUNNING', { workerId: 'b:1', generation: 8 }));
    await settle();
    expect(store.connector('c')).toMatchObject({ workerId: 'b:1' });
  });

  it('believes no worker that lost a task, when the task runs elsewhere since', async () => {
    store.put(status('RUNNING', { task: 0, workerId: 'b:1', generation: 5 }));
    await settle();
    for (const generation of [4, 5]) {
      store.put(status('UNASSIGNED', { task: 0, workerId: 'a:1', generation }));
    }
    await settle();
    expect(store.task('c', 0)).toMatchObject({ workerId: 'b:1', state: 'RUNNING' });
    store.put(status('UNASSIGNED', { task: 0, workerId: 'b:1', generation: 5 }));
    await settle();
    expect(store.task('c', 0)?.state).toBe('UNASSIGNED');
    store.put(status('RUNNING', { task: 0, workerId: 'b:1', generation: 5 }));
    store.put(status('UNASSIGNED', { task: 0, workerId: 'a:1', generation: 6 }));
    await settle();
    expect(store.task('c', 0)).toMatchObject({ workerId: 'a:1', state: 'UNASSIGNED' });
  });

  it('keeps our own records under whole ids, apart from connectors of confusing names', async () => {
    const ids = ['host-1:8083', 'connector-x', 'a-b-0', 'topic-t:connector-x'];
    for (const id of ids) {
      store.putOwn('worker', id, { id });
    }
    store.putOwn('plugin', 'com.acme.My-Source-1.0-beta', { type: 'source' });
    store.put(status('RUNNING', { connector: 'worker-host-1:8083' }));
    store.put(status('RUNNING', { connector: 'task-x-0', task: 1 }));
    store.put(status('RUNNING', { connector: 'x-0', task: 1 }));
    store.putTopic({ topic: 'a', connector: 'b:connector-c', task: 0, discoverTimestamp: 1 });
    await settle();
    expect([...store.allOwn('worker').keys()].sort()).toEqual([...ids].sort());
    expect(store.own('plugin', 'com.acme.My-Source-1.0-beta')).toEqual({ type: 'source' });
    expect([...store.connectors()].sort()).toEqual(['task-x-0', 'worker-host-1:8083', 'x-0']);
    expect(store.topics('b:connector-c')).toHaveLength(1);
    store.putOwn('worker', 'a-b-0', null);
    await settle();
    expect(store.own('worker', 'a-b-0')).toBeUndefined();
  });

  it('tells listeners of everything, and what was there before from what is new', async () => {
    store.put(status('RUNNING'));
    await settle();
    const told: unknown[] = [];
    const other = await topic.status({
      onStatus: (connector, task, entry, { replayed }) =>
        told.push([connector, task, entry?.state ?? null, replayed]),
      onTopic: (connector, name, entry) => told.push([connector, name, entry === null]),
      onOwn: (kind, id, value) => told.push([kind, id, value]),
    });
    const change = async (write: () => void): Promise<void> => {
      write();
      await settle();
      await other.read();
    };
    await change(() => {
      store.put(status('RUNNING', { task: 0 }));
    });
    await change(() => {
      store.putTopic({ topic: 't', connector: 'c', task: 0, discoverTimestamp: 1 });
    });
    await change(() => {
      store.putOwn('drain', 'a:1', { drain: true });
    });
    await change(() => {
      store.put(status('DESTROYED'));
    });
    expect(told).toEqual([
      ['c', null, 'RUNNING', true],
      ['c', 0, 'RUNNING', false],
      ['c', 't', false],
      ['drain', 'a:1', { drain: true }],
      ['c', null, null, false],
      ['c', 0, null, false],
    ]);
  });

  it('skips malformed records, logging each once', async () => {
    const good = '{"state":"RUNNING","trace":null,"worker_id":"a:1","generation":1}';
    await topic.append([
      { key: 'status-connector-c', value: good },
      { key: 'status-connector-c', value: '{"state":' },
      { key: 'status-connector-c', value: '[]' },
      { key: 'status-connector-c', value: '{"state":"FLYING","worker_id":"a:1","generation":1}' },
      { key: 'status-connector-c', value: '{"state":"RUNNING","generation":1}' },
      { key: 'status-connector-c', value: '{"state":"RUNNING","worker_id":"a:1","generation":"one"}' },
      { key: 'status-connector-', value: good },
      { key: 'status-task-c', value: good },
      { key: 'status-task-c-x', value: good },
      { key: 'status-task--0', value: good },
      { key: 'status-topic-t', value: '{"topic":{"task":0,"discoverTimestamp":1}}' },
      { key: 'status-topic-t:connector-', value: '{"topic":{"task":0,"discoverTimestamp":1}}' },
      { key: 'status-topic-t:connector-c', value: '{"topic":{"task":"0"}}' },
      { key: 'status-nonsense-c', value: good },
      { key: 'nonsense', value: good },
    ]);
    await store.read();
    expect(store.connectors()).toEqual(['c']);
    expect(store.connector('c')).toEqual(status('RUNNING'));
    expect(topic.log.of('Skipped a record of the status topic')).toHaveLength(14);
    await waitFor('another reader', async () => (await topic.status()).connector('c'));
  });

  it('holds nobody up, and is flushed within its time', async () => {
    for (let index = 0; index < 2_000; index += 1) {
      store.put(status('RUNNING', { connector: `c${index % 500}`, generation: index }));
    }
    await settle();
    expect(store.connectors()).toHaveLength(500);
    expect(store.connector('c499')?.generation).toBe(1_999);
  });
});
