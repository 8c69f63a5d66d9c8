import { waitFor } from '@millrace/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ConnectorExistsError,
  ConnectorNotFoundError,
  RevisionMismatchError,
  StaleTaskConfigsError,
  type ConfigBackingStore,
  type Props,
} from '../../src/index.ts';
import { kafkaTopics, memoryTopics, type TestTopic } from '../topics.ts';

const kafka = await kafkaTopics();
afterAll(() => kafka.close());

describe.each([memoryTopics, kafka])('a config store $kind', (topics) => {
  let topic: TestTopic;
  let store: ConfigBackingStore;

  beforeEach(async () => {
    topic = await topics.open(1);
    store = await topic.config();
  });
  afterEach(() => topic.close());

  const create = (connector: string, config: Props = { name: connector }): Promise<unknown> =>
    store.write({ kind: 'create-connector', connector, config });

  const keys = async (): Promise<readonly (string | null)[]> => (await topic.records()).map(({ key }) => key);

  it('creates a connector once, whoever asks', async () => {
    const other = await topic.config();
    const created = await store.write({ kind: 'create-connector', connector: 'c', config: { a: '1' } });
    expect(created).toMatchObject({ written: true, created: true });
    expect(created.state.connectorConfig('c')).toEqual({ a: '1' });
    expect(created.state.targetState('c')).toBe('STARTED');
    await expect(other.write({ kind: 'create-connector', connector: 'c', config: {} })).rejects.toThrow(
      ConnectorExistsError,
    );
  });

  it('writes the initial state before the configuration', async () => {
    await store.write({ kind: 'create-connector', connector: 'c', config: {}, initialState: 'STOPPED' });
    expect(await keys()).toEqual(['target-state-c', 'connector-c']);
    expect(store.snapshot().targetState('c')).toBe('STOPPED');
  });

  it('tells whether a put created the connector', async () => {
    const first = await store.write({ kind: 'put-connector', connector: 'c', config: { a: '1' } });
    const second = await store.write({ kind: 'put-connector', connector: 'c', config: { a: '2' } });
    expect([first.created, second.created]).toEqual([true, false]);
    expect(second.state.connectorConfig('c')).toEqual({ a: '2' });
  });

  it('decides writes that share a transaction one after the other', async () => {
    const results = await Promise.allSettled([
      store.write({ kind: 'put-connector', connector: 'c', config: { a: '1' } }),
      store.write({ kind: 'create-connector', connector: 'c', config: { a: '2' } }),
      store.write({ kind: 'put-connector', connector: 'c', config: { a: '3' } }),
      store.write({ kind: 'delete-connector', connector: 'c' }),
      store.write({ kind: 'create-connector', connector: 'c', config: { a: '4' } }),
      store.write({ kind: 'restart-connector', connector: 'none', includeTasks: true, onlyFailed: false }),
    ]);
    expect(
      results.map((result) => (result.status === 'fulfilled' ? result.value.created : 'refused')),
    ).toEqual([true, 'refused', false, false, true, 'refused']);
    expect(store.snapshot().connectorConfig('c')).toEqual({ a: '4' });
  });

  it('reads what any other store acknowledged before', async () => {
    const other = await topic.config();
    for (let round = 0; round < 10; round += 1) {
      await store.write({ kind: 'put-connector', connector: 'c', config: { round: String(round) } });
      expect((await other.read()).connectorConfig('c')).toEqual({ round: String(round) });
    }
  });

  it('loses no update among several writers', async () => {
    await create('c', { n: '0' });
    const stores = [store, await topic.config(), await topic.config()];
    const increment = (writer: ConfigBackingStore): Promise<unknown> =>
      writer.write({
        kind: 'patch-connector',
        connector: 'c',
        merge: (current) => ({ ...current, n: String(Number(current['n']) + 1) }),
      });
    await Promise.all(stores.flatMap((writer) => Array.from({ length: 30 }, () => increment(writer))));
    expect((await store.read()).connectorConfig('c')).toEqual({ n: '90' });
  });

  it('lets one of several creators win', async () => {
    const stores = [store, await topic.config(), await topic.config()];
    for (const connector of ['a', 'b', 'c']) {
      const results = await Promise.allSettled(
        stores.map((writer, index) =>
          writer.write({ kind: 'create-connector', connector, config: { by: String(index) } }),
        ),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const losers = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      );
      expect(losers.every((loser) => loser instanceof ConnectorExistsError)).toBe(true);
    }
  });

  it('holds a write to the revision it names', async () => {
    await create('c');
    const revision = store.snapshot().revision('c') ?? -1;
    await store.write({
      kind: 'put-connector',
      connector: 'c',
      config: { a: '1' },
      condition: { ifMatch: [revision] },
    });
    const lost = store.write({
      kind: 'put-connector',
      connector: 'c',
      config: { a: '2' },
      condition: { ifMatch: [revision] },
    });
    await expect(lost).rejects.toThrow(RevisionMismatchError);
    expect((await store.read()).connectorConfig('c')).toEqual({ a: '1' });
  });

  it('sees what somebody wrote past it before it decides', async () => {
    await create('c');
    await topic.append([
      { key: 'connector-c', value: null },
      { key: 'target-state-c', value: null },
    ]);
    await expect(store.write({ kind: 'delete-connector', connector: 'c' })).rejects.toThrow(
      ConnectorNotFoundError,
    );
    const made = await store.write({ kind: 'put-connector', connector: 'c', config: { a: '1' } });
    expect(made.created).toBe(true);
  });

  it('stops a connector with its tasks first, and starts none meanwhile', async () => {
    await create('c');
    const revision = store.snapshot().revision('c') ?? -1;
    await store.write({ kind: 'put-task-configs', connector: 'c', configs: [{ t: '0' }], revision });
    await store.write({ kind: 'stop-connector', connector: 'c' });
    expect((await keys()).slice(-2)).toEqual(['commit-c', 'target-state-c']);
    expect(store.snapshot().taskCount('c')).toBe(0);
    const late = store.write({ kind: 'put-task-configs', connector: 'c', configs: [{ t: '1' }], revision });
    await expect(late).rejects.toThrow(StaleTaskConfigsError);
  });

  it('writes task configurations only where they differ', async () => {
    await create('c');
    const revision = store.snapshot().revision('c') ?? -1;
    const configs = [{ t: '0' }, { t: '1' }];
    const first = await store.write({ kind: 'put-task-configs', connector: 'c', configs, revision });
    const again = await store.write({ kind: 'put-task-configs', connector: 'c', configs, revision });
    expect([first.written, again.written]).toEqual([true, false]);
    expect(again.state.allTaskConfigs('c')).toEqual(configs);
    expect(again.state.taskConfigGeneration('c')).toBe(0);
    await store.write({ kind: 'put-connector', connector: 'c', config: { a: 'new' } });
    const stale = store.write({ kind: 'put-task-configs', connector: 'c', configs, revision });
    await expect(stale).rejects.toThrow(StaleTaskConfigsError);
  });

  it('writes a set of task configurations that fills several batches as one', async () => {
    await create('c');
    const revision = store.snapshot().revision('c') ?? -1;
    const configs = Array.from({ length: 900 }, (_, task) => ({
      task: String(task),
      text: 'x'.repeat(2_000),
    }));
    const other = await topic.config();
    await store.write({ kind: 'put-task-configs', connector: 'c', configs, revision });
    expect((await other.read()).allTaskConfigs('c')).toEqual(configs);
  });

  it('tells listeners of what is read after the start, in the order of the log', async () => {
    await create('before');
    await store.write({
      kind: 'restart-connector',
      connector: 'before',
      includeTasks: true,
      onlyFailed: true,
    });
    const told: unknown[] = [];
    const other = await topic.config();
    other.addListener({
      onConnectorConfigUpdate: (connector) => told.push(['config', connector]),
      onConnectorConfigRemove: (connector) => told.push(['removed', connector]),
      onTaskConfigUpdate: (tasks, connector) =>
        told.push(['tasks', connector, tasks.map(({ task }) => task)]),
      onTargetStateChange: (connector) => told.push(['state', connector]),
      onRestartRequest: (request) => told.push(['restart', request]),
      onLoggerLevelUpdate: (namespace, level) => told.push(['level', namespace, level]),
    });
    await create('c');
    const revision = store.snapshot().revision('c') ?? -1;
    await store.write({ kind: 'put-task-configs', connector: 'c', configs: [{}, {}], revision });
    await store.write({ kind: 'set-target-state', connector: 'c', state: 'PAUSED' });
    await store.write({ kind: 'set-target-state', connector: 'c', state: 'PAUSED' });
    await store.write({ kind: 'restart-connector', connector: 'c', includeTasks: true, onlyFailed: false });
    await store.write({ kind: 'set-logger-level', namespace: 'org.acme', level: 'Debug' });
    await store.write({ kind: 'delete-connector', connector: 'c' });
    await other.read();
    expect(told).toEqual([
      ['config', 'c'],
      ['tasks', 'c', [0, 1]],
      ['state', 'c'],
      ['restart', { connector: 'c', includeTasks: true, onlyFailed: false }],
      ['level', 'org.acme', 'Debug'],
      ['removed', 'c'],
    ]);
  });

  it('tells listeners of every record, also of one that changes nothing, when its offset can be seen', async () => {
    await create('c');
    await store.write({ kind: 'stop-connector', connector: 'c' });
    const other = await topic.config();
    const seen: number[] = [];
    other.addListener({ onAdvance: () => seen.push(other.snapshot().offset) });
    await store.write({ kind: 'reassert-stopped', connector: 'c', generation: undefined });
    const { offset } = await other.read();
    expect(seen.at(-1)).toBe(offset);
  });

  it('records fencing for the generation it was done for only', async () => {
    await create('c');
    const revision = store.snapshot().revision('c') ?? -1;
    await store.write({ kind: 'put-task-configs', connector: 'c', configs: [{}], revision });
    expect(store.snapshot().pendingFencing('c')).toBe(true);
    const late = store.write({ kind: 'put-task-count', connector: 'c', taskCount: 1, generation: 7 });
    await expect(late).rejects.toThrow(StaleTaskConfigsError);
    await store.write({ kind: 'put-task-count', connector: 'c', taskCount: 1, generation: 0 });
    expect(store.snapshot().pendingFencing('c')).toBe(false);
    expect(store.snapshot().taskCountRecord('c')).toBe(1);
  });

  it('fences nobody while it only reads or is refused', async () => {
    await create('c');
    const holder = topic.transactions();
    await holder.initialise();
    const reader = await topic.config();
    await reader.read();
    await expect(reader.write({ kind: 'create-connector', connector: 'c', config: {} })).rejects.toThrow(
      ConnectorExistsError,
    );
    await holder.append([{ key: Buffer.from('connector-d'), value: Buffer.from('{"properties":{}}') }]);
    await holder.commit();
    // The broker answers a commit before its markers are written.
    await waitFor('the commit to be seen', async () => (await reader.read()).contains('d'));
  });

  it('ends the transaction of a writer that died, and goes on', async () => {
    await create('c');
    const dead = topic.transactions();
    await dead.initialise();
    await dead.append([{ key: Buffer.from('connector-c'), value: null }]);
    await store.write({ kind: 'put-connector', connector: 'c', config: { a: '1' } });
    expect((await store.read()).connectorConfig('c')).toEqual({ a: '1' });
  });

  it('writes again what an aborted transaction hides from readers of uncommitted data', async () => {
    await create('c', { a: '1' });
    const revision = store.snapshot().revision('c') ?? -1;
    await store.write({ kind: 'put-task-configs', connector: 'c', configs: [{ t: '0' }], revision });
    const told: string[] = [];
    store.addListener({
      onConnectorConfigUpdate: (connector) => told.push(connector),
      onTaskConfigUpdate: (_tasks, connector) => told.push(`tasks of ${connector}`),
    });
    const dead = topic.transactions();
    await dead.initialise();
    await dead.append([
      { key: Buffer.from('connector-c'), value: Buffer.from('{"properties":{"a":"never"}}') },
      { key: Buffer.from('connector-ghost'), value: Buffer.from('{"properties":{}}') },
      { key: Buffer.from('task-c-0'), value: Buffer.from('{"properties":{"t":"never"}}') },
      { key: Buffer.from('commit-c'), value: Buffer.from('{"tasks":1}') },
      {
        key: Buffer.from('restart-connector-c'),
        value: Buffer.from('{"include-tasks":true,"only-failed":false}'),
      },
    ]);
    await dead.abort();
    await create('d');
    const newest = async (): Promise<Map<string | null, string | null>> =>
      new Map((await topic.records('read_uncommitted')).map(({ key, value }) => [key, value]));
    await waitFor('the committed values to be the newest', async () => {
      const values = await newest();
      return (
        values.get('connector-c') === '{"properties":{"a":"1"}}' && values.get('connector-ghost') === null
      );
    });
    const values = await newest();
    expect(values.get('task-c-0')).toBe('{"properties":{"t":"0"}}');
    expect(values.get('commit-c')).toBe('{"tasks":1}');
    // For ourselves nothing has changed: neither the revision nor the generation, and nobody is told.
    const state = await store.read();
    expect(state.revision('c')).toBe(revision);
    expect(state.taskConfigGeneration('c')).toBe(0);
    expect(state.connectors()).toEqual(['c', 'd']);
    expect(told).toEqual(['d']);
    const fresh = (await topic.config()).snapshot();
    expect(fresh.revision('c')).toBe(revision);
    expect(fresh.allTaskConfigs('c')).toEqual([{ t: '0' }]);
  });

  it('skips malformed records, logging each once, and counts all but the undecodable for the offset', async () => {
    await topic.append([
      { key: 'connector-good', value: '{"properties":{"a":"1"}}' },
      { key: 'connector-good', value: '{"properties":{"a":1}}' },
      { key: 'connector-good', value: '{"properties":[]}' },
      { key: 'connector-good', value: '[]' },
      { key: 'task-good', value: '{"properties":{}}' },
      { key: 'task-good-x', value: '{"properties":{}}' },
      { key: 'task-good-0', value: null },
      { key: 'commit-good', value: '{"tasks":"2"}' },
      { key: 'commit-good', value: '{"tasks":4000000000}' },
      { key: 'target-state-good', value: '{"state":"FLYING","state.v2":"FLYING"}' },
      { key: 'session-key', value: '{"key":"k","algorithm":"a","creation-timestamp":"soon"}' },
      { key: 'tasks-fencing-good', value: '{"task-count":1.5}' },
      { key: 'logger-cluster-x', value: '{"level":3}' },
      { key: 'nonsense', value: '{}' },
    ]);
    const state = await store.read();
    expect(state.connectorConfig('good')).toEqual({ a: '1' });
    expect(state.inconsistent('good')).toBe(true);
    expect(state.tasks('good')).toEqual([]);
    expect(state.targetState('good')).toBe('STARTED');
    expect(state.offset).toBe(14);
    await topic.append([{ key: 'connector-good', value: '{"properties":' }]);
    expect((await store.read()).offset).toBe(14);
    expect(topic.log.of('Skipped a record of the config topic')).toHaveLength(13);
    await create('c');
    expect((await topic.config()).snapshot().connectors()).toEqual(['good', 'c']);
  });

  it('refuses writes once it is stopped', async () => {
    await store.stop();
    await expect(create('c')).rejects.toThrow('stopped');
  });
});

describe('a config store on a broker that refuses', () => {
  it('gives up a record that the topic cannot take, and goes on with the others', async () => {
    const topic = await kafka.open(1);
    const store = await topic.config();
    const create = (connector: string, config: Props): Promise<unknown> =>
      store.write({ kind: 'create-connector', connector, config });
    const huge = create('huge', { text: 'x'.repeat(2_000_000) });
    const small = create('small', {});
    await expect(huge).rejects.toMatchObject({ brokerCode: 10 });
    await small;
    await create('after', {});
    expect((await store.read()).connectors()).toEqual(['small', 'after']);
    await topic.close();
  });
});
