import { fixture, tempDir } from '@millrace/testing';
import { join } from 'node:path';
import { pino } from 'pino';
import type { DataSource } from 'typeorm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Aggregator } from '../../src/aggregator.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import type { HistoryQuery } from '../../src/history/history-store.ts';
import { MemorySource, MemoryTopics } from '../memory-source.ts';
import { addRunningConnector, CONFIGS, STATUSES, status, TOPICS } from '../records.ts';

const ALL: HistoryQuery = {
  connector: null,
  task: null,
  worker: null,
  kind: null,
  state: null,
  since: null,
  until: null,
  order: 'asc',
  limit: 1_000,
  after: null,
};

const open: { aggregator: Aggregator }[] = [];

interface Running {
  readonly aggregator: Aggregator;
  readonly source: MemorySource;
  readonly database: DataSource;
  /** `kind connector task state` of every event, oldest first. */
  readonly history: () => Promise<readonly string[]>;
}

async function start(
  topics: MemoryTopics,
  path = ':memory:',
  names = { config: CONFIGS, status: STATUSES },
): Promise<Running> {
  const database = await openDatabase(path);
  const source = new MemorySource(topics);
  const aggregator = new Aggregator({
    settings: { groupId: 'g', configTopic: names.config, statusTopic: names.status },
    database,
    source,
    logger: pino({ level: 'silent' }),
  });
  aggregator.start();
  open.push({ aggregator });
  const history = async (): Promise<readonly string[]> => {
    const { events } = await aggregator.history.find(ALL);
    return events.map(({ kind, connector, task, state }) => [kind, connector, task ?? '-', state].join(' '));
  };
  return { aggregator, source, database, history };
}

async function stop({ aggregator }: Running): Promise<void> {
  open.splice(0, open.length, ...open.filter((one) => one.aggregator !== aggregator));
  await aggregator.stop();
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ aggregator }) => aggregator.stop()));
});

const CREATED = ['config c - CREATED', 'connector c - RUNNING', 'tasks c - 1', 'task c 0 RUNNING'];

describe('the history', () => {
  it('has a row for every transition, in the order of time', async () => {
    const topics = new MemoryTopics(TOPICS);
    addRunningConnector(topics, 'c');
    const running = await start(topics);
    await running.source.readAll();
    expect(await running.history()).toEqual(CREATED);
    topics.add(STATUSES, {
      key: 'status-task-c-0',
      value: status('FAILED', { trace: 'boom' }),
      at: 2_000,
      partition: 1,
    });
    await running.source.readNew();
    const { events } = await running.aggregator.history.find({ ...ALL, order: 'desc', limit: 1 });
    expect(events).toMatchObject([
      {
        kind: 'task',
        state: 'FAILED',
        previous: 'RUNNING',
        trace: 'boom',
        at: 2_000,
        partition: 1,
        offset: 1,
      },
    ]);
  });

  it('keeps no value of any configuration', async () => {
    const topics = new MemoryTopics(TOPICS);
    addRunningConnector(topics, 'c');
    const { source, database } = await start(topics);
    await source.readAll();
    expect(JSON.stringify(await database.query('SELECT * FROM history_event'))).not.toContain('hunter2');
  });

  it('has one row per record however often the topics are read', async () => {
    const path = join(tempDir(), 'status.db');
    const topics = new MemoryTopics(TOPICS);
    addRunningConnector(topics, 'c');
    const first = await start(topics, path);
    await first.source.readAll();
    await first.source.readAll();
    await stop(first);

    addRunningConnector(topics, 'd', 3_000);
    const second = await start(topics, path);
    await second.source.readAll();
    expect(await second.history()).toEqual([
      ...CREATED,
      ...CREATED.map((event) => event.replace(' c ', ' d ')),
    ]);
    expect(second.aggregator.view().configs.connectors()).toEqual(['c', 'd']);
  });

  it('leaves out a record that is there although its position was not kept', async () => {
    const topics = new MemoryTopics(TOPICS);
    addRunningConnector(topics, 'c');
    const { source, database, history } = await start(topics);
    await source.readAll();
    await database.query('DELETE FROM log_position');
    await source.readAll();
    expect(await history()).toEqual(CREATED);
  });

  it('knows from its rows what compaction has removed from the topics', async () => {
    const path = join(tempDir(), 'status.db');
    const topics = new MemoryTopics(TOPICS);
    addRunningConnector(topics, 'c');
    const first = await start(topics, path);
    await first.source.readAll();
    await stop(first);

    topics.add(CONFIGS, { key: 'connector-c', value: { properties: { file: 'other.txt' } }, at: 5_000 });
    topics.add(STATUSES, { key: 'status-task-c-0', value: status('FAILED'), at: 5_001, partition: 1 });
    topics.compact(({ timestamp }) => timestamp >= 5_000);
    const second = await start(topics, path);
    await second.source.readAll();
    const { events } = await second.aggregator.history.find({ ...ALL, since: 5_000 });
    expect(events).toMatchObject([
      { kind: 'config', state: 'UPDATED' },
      { kind: 'task', state: 'FAILED', previous: 'RUNNING' },
    ]);
  });

  it.each([
    ['is shorter than before', new MemoryTopics(TOPICS)],
    ['is of another cluster', new MemoryTopics(TOPICS, 'cluster-2')],
  ])('goes on with a topic that was made again: it %s', async (_how, remade) => {
    const path = join(tempDir(), 'status.db');
    const topics = new MemoryTopics(TOPICS);
    addRunningConnector(topics, 'c');
    const first = await start(topics, path);
    await first.source.readAll();
    await stop(first);

    remade.add(CONFIGS, { key: 'connector-new', value: { properties: {} }, at: 9_000 });
    remade.add(STATUSES, { key: 'status-connector-new', value: status('RUNNING'), at: 9_001 });
    if (remade.cluster !== topics.cluster) {
      addRunningConnector(remade, 'more', 9_002);
    }
    const second = await start(remade, path);
    await second.source.readAll();
    expect((await second.history()).slice(4, 6)).toEqual(['config new - CREATED', 'connector new - RUNNING']);
    expect(second.aggregator.view().configs.connector('c')).toBeNull();
    await second.source.readAll();
    expect((await second.history()).length).toBe(remade.cluster === topics.cluster ? 6 : 10);
  });

  it('notices while following that a topic begins again, and has it read from its new beginning', async () => {
    const topics = new MemoryTopics(TOPICS);
    addRunningConnector(topics, 'c');
    const { source, history } = await start(topics);
    await source.readAll();
    topics.records = [
      {
        topic: STATUSES,
        partition: 0,
        offset: 0,
        timestamp: 9_000,
        key: 'status-connector-x',
        value: Buffer.from(JSON.stringify(status('FAILED'))),
      },
    ];
    await expect(source.readAll()).resolves.toBeUndefined();
    expect(await history()).toEqual(CREATED);
    topics.records.push({ ...topics.records[0], offset: 0 } as (typeof topics.records)[number]);
    await expect(source.readNew()).rejects.toThrow('begins again');
    topics.records.pop();
    await source.readAll();
    expect(await history()).toEqual([...CREATED, 'connector x - FAILED']);
  });

  it('skips what means nothing', async () => {
    const topics = new MemoryTopics(TOPICS);
    for (const topic of [CONFIGS, STATUSES]) {
      for (const key of ['connector-x', 'task-x', 'status-task-x', 'status-connector-x', 'what', '']) {
        for (const value of [Buffer.from('{'), [], 'text', { properties: 7 }, null]) {
          topics.add(topic, { key, value });
        }
      }
    }
    topics.records.push({ topic: STATUSES, partition: 1, offset: 0, timestamp: -1, key: null, value: null });
    const { source, history } = await start(topics);
    await source.readAll();
    expect(await history()).toEqual([]);
  });

  it('is written later where the database cannot be written now, and nothing is left out', async () => {
    const topics = new MemoryTopics(TOPICS);
    addRunningConnector(topics, 'c');
    const { aggregator, source, database, history } = await start(topics);
    const transaction = vi.spyOn(database, 'transaction').mockRejectedValueOnce(new Error('disk full'));
    const reading = source.readAll();
    await vi.waitFor(() => expect(transaction).toHaveBeenCalledTimes(1));
    await reading;
    expect(transaction.mock.calls.length).toBeGreaterThan(1);
    expect(await history()).toEqual(CREATED);
    expect(aggregator.health().status).toBe('healthy');
  });
});

interface Scenario {
  readonly name: string;
  readonly topics: Readonly<Record<'configs' | 'status', FixtureTopic>>;
}

interface FixtureTopic {
  readonly partitions: number;
  readonly records: readonly {
    readonly partition: number;
    readonly offset: number;
    readonly timestamp: number;
    readonly key: { readonly utf8: string } | null;
    readonly value: { readonly utf8: string } | null;
  }[];
}

const { scenarios } = fixture('topics.json') as { readonly scenarios: readonly Scenario[] };

describe.each(scenarios)('topics of a JVM cluster ($name)', ({ topics: { configs, status: statuses } }) => {
  it('are read into what is now and into a history of it', async () => {
    const topics = new MemoryTopics({ [CONFIGS]: configs.partitions, [STATUSES]: statuses.partitions });
    for (const [topic, { records }] of [
      [CONFIGS, configs],
      [STATUSES, statuses],
    ] as const) {
      for (const { partition, timestamp, key, value } of records) {
        topics.add(topic, {
          partition,
          at: timestamp,
          key: key?.utf8 ?? '',
          value: value === null ? null : Buffer.from(value.utf8),
        });
      }
    }
    const { aggregator, source, history } = await start(topics);
    await source.readAll();
    const view = aggregator.view();
    expect(view.configs.connectors().length).toBe(3);
    expect(view.configs.connector('file-one')).toMatchObject({ targetState: 'STARTED', taskCount: 1 });
    expect(view.statuses.connector('file-one')).toMatchObject({ workerId: '127.0.0.1:18084' });
    const events = await history();
    expect(events).toContain('config file-one - CREATED');
    expect(events).toContain('config file-two-2 - DELETED');
    expect(events).toContain('connector file-two-2 - DESTROYED');
    await source.readAll();
    expect(await history()).toEqual(events);
  });
});
