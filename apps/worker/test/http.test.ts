import 'reflect-metadata';
import type { Worker, WorkerHealth } from '@millrace/runtime';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkerModule } from '../src/worker.module.ts';

const tasks = [{ connector: 'X', task: 0 }];

/** A worker as far as its HTTP port looks at it. */
function workerWith(health: () => WorkerHealth): Worker {
  const status = (task: number | null) => ({
    connector: 'X',
    task,
    state: 'RUNNING',
    trace: null,
    workerId: 'w',
    generation: 4,
    version: '1',
  });
  const seen = {
    health,
    group: () => ({
      generation: 4,
      protocol: 'sessioned',
      leaderUrl: 'http://w:8083/',
      assignment: { connectors: ['X'], tasks },
    }),
    rebalances: () => ({
      rebalancing: false,
      rebalances: () => ({ 'completed-rebalances-total': 3, 'rebalance-avg-time-ms': Number.NaN }),
      coordinator: () => ({ 'heartbeat-total': 9 }),
    }),
    connectorPlugin: () => ({ class: 'com.acme.Lines', type: 'source' }),
    herder: () => ({
      counts: () => ({ connectors: 1, tasks: 1 }),
      assignment: () => ({ connectors: ['X'], tasks }),
      taskMetrics: () => [
        { connector: 'X', task: 0, values: { 'source-record-poll-total': 7 }, stalled: 'poll' },
      ],
      taskDescriptions: () => [
        {
          connector: 'X',
          task: 0,
          texts: { 'task-class': 'com.acme.LinesTask' },
          transforms: [{ alias: 'mask', class: 'com.acme.Mask', version: '2' }],
          predicates: [{ alias: 'old', class: 'com.acme.IsOld', version: '3' }],
        },
      ],
      startups: () => ({ 'task-startup-attempts-total': 2 }),
      restartCounts: () => [
        { connector: 'X', task: null, attempts: 1, waiting: false, givenUp: false },
        { connector: 'X', task: 0, attempts: 4, waiting: false, givenUp: true },
      ],
    }),
    statuses: () => ({ connector: () => status(null), task: () => status(0) }),
  };
  return seen as unknown as Worker;
}

describe("A worker's port", () => {
  let app: NestExpressApplication;
  let health: WorkerHealth;

  beforeEach(async () => {
    health = { status: 'healthy', message: 'well' };
    const module = WorkerModule.over(workerWith(() => health));
    app = await NestFactory.create<NestExpressApplication>(module, { logger: false, bodyParser: false });
    await app.init();
  });

  afterEach(async () => {
    await app.close();
  });

  it.each([
    ['starting', 503],
    ['healthy', 200],
    ['unhealthy', 500],
  ] as const)('says that the worker is %s with %s', async (status, code) => {
    health = { status, message: 'as it is' };
    const response = await request(app.getHttpServer()).get('/health');
    expect(response.status).toBe(code);
    expect(response.body).toEqual({ status, message: 'as it is' });
  });

  it("shows metrics as Prometheus reads them, under the JVM's names", async () => {
    const response = await request(app.getHttpServer()).get('/metrics');
    expect(response.headers['content-type']).toContain('text/plain; version=0.0.4');
    const lines = response.text.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'kafka_connect_worker_connector_count 1',
        'kafka_connect_worker_task_count 1',
        'kafka_connect_worker_rebalance_rebalancing 0',
        'kafka_connect_coordinator_assigned_tasks 1',
        'kafka_connect_connector_status{connector="X",status="running"} 1',
        'kafka_connect_connector_task_status{connector="X",task="0",status="running"} 1',
        'kafka_connect_worker_connector_running_task_count{connector="X"} 1',
        'kafka_connect_worker_connector_failed_task_count{connector="X"} 0',
        '# TYPE kafka_connect_source_task_source_record_poll_total counter',
        'kafka_connect_source_task_source_record_poll_total{connector="X",task="0"} 7',
        'kafka_connect_connector_task_stalled{connector="X",task="0",reason="poll"} 1',
        'kafka_connect_worker_rebalance_epoch 4',
        'kafka_connect_worker_rebalance_completed_rebalances_total 3',
        'kafka_connect_worker_rebalance_leader_name{leader_name="http://w:8083/"} 1',
        'kafka_connect_worker_rebalance_connect_protocol{connect_protocol="sessioned"} 1',
        'kafka_connect_coordinator_heartbeat_total 9',
        'kafka_connect_worker_task_startup_attempts_total 2',
        'kafka_connect_connector_connector_class{connector="X",connector_class="com.acme.Lines"} 1',
        'kafka_connect_connector_connector_type{connector="X",connector_type="source"} 1',
        'kafka_connect_connector_connector_version{connector="X",connector_version="1"} 1',
        'kafka_connect_connector_task_task_class{connector="X",task="0",task_class="com.acme.LinesTask"} 1',
        'kafka_connect_connector_transform_transform_version{connector="X",task="0",transform="mask",transform_version="2"} 1',
        'kafka_connect_connector_predicate_predicate_class{connector="X",task="0",predicate="old",predicate_class="com.acme.IsOld"} 1',
        'kafka_connect_connector_auto_restart_attempts_total{connector="X"} 1',
        'kafka_connect_connector_task_auto_restart_given_up{connector="X",task="0"} 1',
      ]),
    );
  });

  it('names each metric once, and none that is not known', async () => {
    const { text } = await request(app.getHttpServer()).get('/metrics');
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(30);
    expect(new Set(names).size).toBe(names.length);
    expect(text).not.toMatch(/NaN|undefined/);
  });

  it('has nothing else', async () => {
    expect((await request(app.getHttpServer()).get('/connectors')).status).toBe(404);
  });
});
