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
    group: () => ({ generation: 4, assignment: { connectors: ['X'], tasks } }),
    herder: () => ({
      counts: () => ({ connectors: 1, tasks: 1 }),
      assignment: () => ({ connectors: ['X'], tasks }),
      taskMetrics: () => [{ connector: 'X', task: 0, values: { 'source-record-poll-total': 7 } }],
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
      ]),
    );
  });

  it('has nothing else', async () => {
    expect((await request(app.getHttpServer()).get('/connectors')).status).toBe(404);
  });
});
