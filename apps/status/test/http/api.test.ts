import { encodeTaskReadings, type TaskReading } from '@millrace/metrics';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { pino } from 'pino';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Aggregator } from '../../src/aggregator.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { createHttp } from '../../src/http/create-http.ts';
import { MemorySource, MemoryTopics } from '../memory-source.ts';
import { addRunningConnector, CONFIGS, STATUSES, status, TOPICS } from '../records.ts';

let topics: MemoryTopics;
let source: MemorySource;
let aggregator: Aggregator;
let app: NestExpressApplication;

beforeEach(async () => {
  topics = new MemoryTopics(TOPICS);
  source = new MemorySource(topics);
  const logger = pino({ level: 'silent' });
  aggregator = new Aggregator({
    settings: { groupId: 'my-group', configTopic: CONFIGS, statusTopic: STATUSES },
    database: await openDatabase(':memory:'),
    source,
    logger,
  });
  aggregator.start();
  app = await createHttp(aggregator, logger);
});

afterEach(async () => {
  await app.close();
  await aggregator.stop();
});

interface Answer {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  readonly text: string;
}

/** Gets a path, expecting a status. */
async function get(path: string, expected: number): Promise<Answer> {
  const answer = await request(app.getHttpServer()).get(path);
  expect({ path, code: answer.status }).toEqual({ path, code: expected });
  return { headers: answer.headers, body: answer.body as unknown, text: answer.text };
}

/** What a worker publishes of task 0 of the connector `lines`. */
function publish(worker: string, reading: Pick<TaskReading, 'values' | 'stalled'>): void {
  topics.add(STATUSES, {
    key: `status-metrics-${worker}`,
    value: encodeTaskReadings({
      timestamp: 4_000,
      intervalMs: 10_000,
      tasks: [{ connector: 'lines', task: 0, ...reading }],
    }),
    at: 4_000,
  });
}

interface HistoryBody {
  readonly items: readonly { readonly id: number; readonly state: string; readonly at: string }[];
  readonly next: string | null;
}

async function history(query: string): Promise<HistoryBody> {
  const response = await get(`/history?${query}`, 200);
  return response.body as HistoryBody;
}

describe('before the topics have been read', () => {
  it('says so with 503, and answers from the history all the same', async () => {
    const { body } = await get('/connectors', 503);
    expect(body).toMatchObject({
      error_code: 503,
      message: expect.stringContaining('have not been read') as string,
    });
    await get('/workers', 503);
    const health = await get('/health', 503);
    expect(health.body).toMatchObject({ status: 'starting' });
    const answer = await get('/history', 200);
    expect(answer.body).toEqual({ items: [], next: null });
    expect(Number(answer.headers['x-millrace-stale'])).toBeGreaterThan(0);
    await get('/metrics', 200);
  });

  it('names the reason where there is one', async () => {
    source.stale = { ms: 5, reason: 'No Kafka broker answers: 127.0.0.1:1' };
    const { body } = await get('/connectors', 503);
    expect((body as { message: string }).message).toContain('127.0.0.1:1');
  });
});

describe('a cluster that runs', () => {
  beforeEach(async () => {
    addRunningConnector(topics, 'lines');
    topics.add(CONFIGS, { key: 'connector-idle', value: { properties: { name: 'idle' } }, at: 3_000 });
    topics.add(CONFIGS, {
      key: 'target-state-idle',
      value: { state: 'PAUSED', 'state.v2': 'STOPPED' },
      at: 3_001,
    });
    topics.add(STATUSES, {
      key: 'status-connector-idle',
      value: status('STOPPED', { worker: 'w2:8083' }),
      at: 3_002,
    });
    topics.add(STATUSES, { key: 'status-connector-left-over', value: status('RUNNING'), at: 3_003 });
    topics.add(STATUSES, {
      key: 'status-worker-w1:8083',
      value: { incarnation: 'i', version: '0.1.0', host: 'box', startTime: 900, applied: 4 },
      at: 3_004,
    });
    topics.add(STATUSES, {
      key: 'status-topic-words:connector-lines',
      value: { topic: { name: 'words', connector: 'lines', task: 0, discoverTimestamp: 3_005 } },
      at: 3_005,
    });
    await source.readAll();
  });

  it('lists its connectors, without what deleted ones left over', async () => {
    const { body, headers } = await get('/connectors', 200);
    expect(headers['x-millrace-stale']).toBeUndefined();
    expect(body).toEqual([
      {
        name: 'idle',
        class: null,
        targetState: 'STOPPED',
        state: 'STOPPED',
        workerId: 'w2:8083',
        health: 'STOPPED',
        tasks: { total: 0, running: 0, failed: 0, stalled: 0 },
        stalls: [],
        updatedAt: '1970-01-01T00:00:03.000Z',
      },
      expect.objectContaining({
        name: 'lines',
        health: 'HEALTHY',
        tasks: { total: 1, running: 1, failed: 0, stalled: 0 },
      }),
    ]);
  });

  it('shows one with its tasks and the names of its settings, never their values', async () => {
    const { body, text } = await get('/connectors/lines', 200);
    expect(body).toMatchObject({
      configKeys: ['connector.class', 'file', 'name', 'some.password'],
      status: { state: 'RUNNING', workerId: 'w1:8083', since: '1970-01-01T00:00:01.001Z' },
      taskStatuses: [{ task: 0, state: 'RUNNING', generation: 2, version: '4.3.1', stalled: null }],
      topics: ['words'],
    });
    expect(text).not.toContain('hunter2');
  });

  it.each(['no-such', 'left-over', '%20'])('answers 404 for connector %s', async (name) => {
    const { body } = await get(`/connectors/${name}`, 404);
    expect(body).toEqual({ error_code: 404, message: `Connector ${decodeURIComponent(name)} not found` });
  });

  it('lists workers with what they run', async () => {
    const { body } = await get('/workers', 200);
    expect(body).toMatchObject([
      {
        workerId: 'w1:8083',
        present: true,
        version: '0.1.0',
        appliedConfigOffset: 4,
        connectors: ['lines'],
        tasks: [{ connector: 'lines', task: 0 }],
      },
      { workerId: 'w2:8083', present: false, version: null, connectors: ['idle'], tasks: [] },
    ]);
  });

  it('gives states and more to Prometheus', async () => {
    const { text, headers } = await get('/metrics', 200);
    expect(headers['content-type']).toContain('text/plain');
    expect(text).toContain('kafka_connect_connector_status{connector="lines",status="running"} 1\n');
    expect(text).toContain(
      'kafka_connect_connector_task_status{connector="lines",task="0",status="running"} 1\n',
    );
    expect(text).toContain('millrace_worker_tasks{worker="w1:8083"} 1\n');
    expect(text).toMatch(/^millrace_status_events_total 10$/m);
  });

  it("gives what workers measure of their tasks to Prometheus, under the JVM's names", async () => {
    const values = { 'sink-record-read-total': 7, 'running-ratio': 0.5 };
    // Of a worker that had it before, nothing counts.
    for (const [worker, total] of [
      ['w1:8083', 7],
      ['w2:8083', 3],
    ] as const) {
      publish(worker, { values: { ...values, 'sink-record-read-total': total }, stalled: null });
    }
    await source.readAll();
    const { text } = await get('/metrics', 200);
    const lines = text.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'kafka_connect_sink_task_sink_record_read_total{connector="lines",task="0",worker="w1:8083"} 7',
        'kafka_connect_connector_task_running_ratio{connector="lines",task="0",worker="w1:8083"} 0.5',
        'kafka_connect_connector_connector_type{connector="lines",connector_type="sink"} 1',
        'kafka_connect_connector_connector_class{connector="lines",connector_class="FileStreamSource"} 1',
        'kafka_connect_worker_connector_running_task_count{connector="lines"} 1',
        'kafka_connect_worker_task_count{worker="w1:8083"} 1',
      ]),
    );
    expect(text).not.toContain('kafka_connect_connector_task_stalled');
    expect(lines.filter((line) => line.includes('sink_record_read_total{'))).toHaveLength(1);
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('shows a task that is RUNNING and does not move, never as a state of its own', async () => {
    publish('w1:8083', { values: {}, stalled: 'poll' });
    await source.readAll();
    const list = (await get('/connectors', 200)).body as readonly object[];
    expect(list[1]).toMatchObject({
      name: 'lines',
      state: 'RUNNING',
      health: 'DEGRADED',
      tasks: { total: 1, running: 1, failed: 0, stalled: 1 },
      stalls: [{ task: 0, stalled: 'poll' }],
    });
    const one = await get('/connectors/lines', 200);
    expect(one.body).toMatchObject({ taskStatuses: [{ task: 0, state: 'RUNNING', stalled: 'poll' }] });
    const { text } = await get('/metrics', 200);
    expect(text).toContain(
      'kafka_connect_connector_task_stalled{connector="lines",task="0",reason="poll"} 1\n',
    );
    const stalled = await history('kind=stall');
    expect(stalled.items).toMatchObject([
      { kind: 'stall', state: 'STALLED', connector: 'lines', task: 0, worker: 'w1:8083' },
    ]);

    publish('w1:8083', { values: {}, stalled: null });
    await source.readAll();
    const after = await get('/connectors/lines', 200);
    expect(after.body).toMatchObject({ health: 'HEALTHY', taskStatuses: [{ stalled: null }] });
    expect((await history('kind=stall&connector=lines')).items.map(({ state }) => state)).toEqual([
      'ENDED',
      'STALLED',
    ]);
  });

  it('does not take what has failed for stalled', async () => {
    publish('w1:8083', { values: {}, stalled: 'put' });
    topics.add(STATUSES, { key: 'status-task-lines-0', value: status('FAILED'), at: 4_000, partition: 1 });
    await source.readAll();
    const { body } = await get('/connectors/lines', 200);
    expect(body).toMatchObject({ health: 'UNHEALTHY', stalls: [], taskStatuses: [{ stalled: null }] });
  });

  it('serves on from what it has while no broker answers, and says how old that is', async () => {
    source.stale = { ms: 1_234, reason: 'No Kafka broker answers' };
    for (const path of ['/connectors', '/connectors/lines', '/workers', '/history', '/metrics', '/']) {
      const { headers } = await get(path, 200);
      expect(headers['x-millrace-stale']).toBe('1234');
    }
    const health = await get('/health', 200);
    expect(health.body).toEqual({
      status: 'stale',
      staleMs: 1_234,
      message: 'The config and status topics cannot be read: No Kafka broker answers',
    });
  });

  it('says what it follows, and that all is well', async () => {
    const info = await get('/', 200);
    expect(info.body).toMatchObject({ groupId: 'my-group', configTopic: CONFIGS, statusTopic: STATUSES });
    const health = await get('/health', 200);
    expect(health.body).toMatchObject({ status: 'healthy', staleMs: 0 });
  });

  describe('has a history', () => {
    it('newest first, narrowed by connector, task, worker, kind, state and time', async () => {
      const all = await history('');
      expect(all.items.map(({ at }) => at)).toEqual(
        all.items
          .map(({ at }) => at)
          .sort()
          .reverse(),
      );
      expect((await history('connector=lines')).items.length).toBe(5);
      expect((await history('connector=lines&task=0&kind=task')).items).toMatchObject([
        {
          at: '1970-01-01T00:00:01.004Z',
          kind: 'task',
          connector: 'lines',
          task: 0,
          worker: 'w1:8083',
          state: 'RUNNING',
          previous: null,
          record: { topic: STATUSES, partition: 1, offset: 0 },
        },
      ]);
      expect((await history('worker=w2:8083')).items.length).toBe(1);
      expect((await history('state=CREATED')).items.length).toBe(2);
      expect((await history('since=1970-01-01T00:00:03.000Z')).items.length).toBe(6);
      expect((await history('since=3000&until=3002')).items.length).toBe(2);
    });

    it.each(['asc', 'desc'])('in pages (%s)', async (order) => {
      const whole = await history(`order=${order}`);
      const seen: number[] = [];
      let next: string | null = '';
      while (next !== null) {
        const page: HistoryBody = await history(
          `order=${order}&limit=3${next === '' ? '' : `&cursor=${next}`}`,
        );
        seen.push(...page.items.map(({ id }) => id));
        next = page.next;
      }
      expect(whole.next).toBeNull();
      expect(seen).toEqual(whole.items.map(({ id }) => id));
    });

    it.each([
      ['task=first', 'task'],
      ['task=-1', 'task'],
      ['limit=0', 'limit'],
      ['limit=1001', 'limit'],
      ['since=yesterday', 'since must be an ISO 8601 time'],
      ['kind=what', 'kind'],
      ['order=up', 'order'],
      ['cursor=1', 'cursor'],
      ['conector=lines', 'conector'],
      ['connector=a&connector=b', 'connector'],
    ])('and refuses %s', async (query, names) => {
      const { body } = await get(`/history?${query}`, 400);
      expect(body).toMatchObject({ error_code: 400, message: expect.stringContaining(names) as string });
    });
  });
});

describe('its documentation', () => {
  it('is Swagger UI at /docs', async () => {
    const { text } = await get('/docs', 200);
    expect(text).toContain('Millrace status aggregator');
    await get('/docs/swagger-ui-bundle.js', 200);
  });

  it('is a document at /openapi.json', async () => {
    const { body } = await get('/openapi.json', 200);
    expect(Object.keys((body as { paths: object }).paths).sort()).toEqual([
      '/',
      '/connectors',
      '/connectors/{connector}',
      '/health',
      '/history',
      '/metrics',
      '/workers',
    ]);
  });

  it('answers unknown paths as Kafka Connect does', async () => {
    const { body } = await get('/no/such', 404);
    expect(body).toMatchObject({ error_code: 404 });
  });
});
