import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdmin, createKafkaClient, createTransactionalLogWriter } from '@millrace/kafka';
import {
  Cluster,
  freePort,
  RestClient,
  startKafka,
  uniqueName,
  waitFor,
  type AppProcess,
  type Kafka,
} from '@millrace/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSink, fileSource } from '../connectors.ts';
import { allArrived, numberedLines } from '../lines.ts';

/** A source whose poll does not return while a file is there. */
const PLUGIN = `
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigDef, SourceConnector, SourceTask } from '@millrace/connect-api';
export class Hanging extends SourceConnector {
  version() { return '1.0.0'; }
  config() { return new ConfigDef(); }
  start(props) { this.props = props; }
  stop() {}
  taskClass() { return 'com.acme.HangingTask'; }
  taskConfigs() { return [this.props]; }
  createTask() { return new HangingTask(); }
}
class HangingTask extends SourceTask {
  version() { return '1.0.0'; }
  start(props) { this.file = props.file; this.stopped = false; }
  stop() { this.stopped = true; }
  async poll() {
    do { await pause(50); } while (existsSync(this.file) && !this.stopped);
    return null;
  }
}
`;

function pluginFolder(dir: string): string {
  const folder = join(dir, 'plugins', 'hanging');
  mkdirSync(folder, { recursive: true });
  const plugins = [{ class: 'com.acme.Hanging', type: 'source', export: 'Hanging' }];
  const manifest = { name: 'hanging', version: '1.0.0', type: 'module', main: './hanging.js' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, millrace: { plugins } }));
  writeFileSync(join(folder, 'hanging.js'), PLUGIN);
  return join(dir, 'plugins');
}

/** Writes one record into a new topic, in a transaction that is committed. */
async function writeInTransaction(bootstrapServers: string, topic: string, line: string): Promise<void> {
  const client = createKafkaClient(
    { 'bootstrap.servers': bootstrapServers },
    { logger: pino({ level: 'silent' }) },
  );
  try {
    await createAdmin(client).createTopic({ topic, partitions: 1, replicationFactor: 1, configs: {} });
    const writer = createTransactionalLogWriter(client, {
      transactionalId: topic,
      topic,
      partition: 0,
      transactionTimeoutMs: 10_000,
      retryBackoffMs: 10,
      retryLimitMs: 10_000,
    });
    await writer.initialise();
    await writer.append([{ key: null, value: Buffer.from(line) }]);
    await writer.commit();
    await writer.close();
  } finally {
    await client.close();
  }
}

/** What a process's `/metrics` says. */
class Scrape {
  readonly lines: readonly string[];

  constructor(text: string) {
    this.lines = text.split('\n');
  }

  static async of(app: AppProcess): Promise<Scrape> {
    return new Scrape((await app.rest.get('/metrics')).body as string);
  }

  /** The number of the sample that has this name and these labels; undefined when there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    const line = this.lines.find(
      (each) =>
        (each.startsWith(`${name}{`) || each.startsWith(`${name} `)) &&
        pairs.every((pair) => each.includes(pair)),
    );
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
  }
}

describe('a pipeline that is measured', () => {
  const LINES = 1_000;
  const name = uniqueName('measured');
  const source = `${name}-source`;
  const sink = `${name}-sink`;
  const hung = `${name}-hung`;
  let kafka: Kafka;
  let cluster: Cluster;
  let gateway: AppProcess;
  let worker: AppProcess;
  let status: AppProcess;

  beforeAll(async () => {
    kafka = await startKafka();
    cluster = new Cluster({ bootstrapServers: kafka.bootstrapServers });
    const plugins = { 'plugin.path': pluginFolder(cluster.dir) };
    gateway = await cluster.start('gateway', plugins);
    worker = await cluster.start('worker', { ...plugins, 'metrics.publish.interval.ms': '500' });
    status = await cluster.start('status');
    await Promise.all([gateway, worker, status].map((app) => app.ready()));
    const input = join(cluster.dir, 'in.txt');
    const output = join(cluster.dir, 'out.txt');
    writeFileSync(input, numberedLines(LINES));
    await gateway.rest.create(source, {
      ...fileSource(input, name),
      transforms: 'same',
      'transforms.same.type': 'org.apache.kafka.connect.transforms.RegexRouter',
      'transforms.same.regex': 'nothing',
      'transforms.same.replacement': 'nothing',
    });
    await gateway.rest.create(sink, fileSink(output, name));
    await Promise.all([gateway.rest.running(source), gateway.rest.running(sink)]);
    await allArrived(input, output);
  }, 120_000);

  afterAll(async () => {
    await cluster.stop();
    await kafka.stop();
  });

  const fromSource = { connector: source, task: '0' };
  const fromSink = { connector: sink, task: '0' };

  /** Waits until a process says that the whole file went through, and its offsets are committed. */
  async function settled(app: AppProcess): Promise<Scrape> {
    let scrape = await Scrape.of(app);
    await waitFor(
      `the ${app.role} to show all of it`,
      async () => {
        scrape = await Scrape.of(app);
        return (
          scrape.value('kafka_connect_source_task_source_record_write_total', fromSource) === LINES &&
          (scrape.value('kafka_connect_connector_task_offset_commit_success_total', fromSource) ?? 0) > 0 &&
          scrape.value('kafka_connect_sink_task_sink_record_send_total', fromSink) === LINES &&
          (scrape.value('kafka_connect_sink_task_offset_commit_completion_total', fromSink) ?? 0) > 0 &&
          scrape.value('kafka_connect_sink_task_sink_record_lag_max', fromSink) === 0
        );
      },
      { seen: () => scrape.lines.filter((line) => line.includes(name)) },
    );
    return scrape;
  }

  it.each(['worker', 'status'] as const)('is so in the /metrics of the %s', async (role) => {
    const scrape = await settled(role === 'worker' ? worker : status);
    for (const [labels, type] of [
      [fromSource, 'source'],
      [fromSink, 'sink'],
    ] as const) {
      const { connector } = labels;
      expect(scrape.value('kafka_connect_connector_status', { connector, status: 'running' })).toBe(1);
      expect(scrape.value('kafka_connect_connector_task_status', { ...labels, status: 'running' })).toBe(1);
      expect(
        scrape.value('kafka_connect_connector_connector_type', { connector, connector_type: type }),
      ).toBe(1);
      expect(scrape.value('kafka_connect_connector_connector_class', { connector })).toBe(1);
      expect(scrape.value('kafka_connect_connector_connector_version', { connector })).toBe(1);
      expect(scrape.value('kafka_connect_task_error_total_record_failures', labels)).toBe(0);
      expect(scrape.value('kafka_connect_connector_task_running_ratio', labels)).toBeGreaterThan(0);
      expect(
        scrape.value('kafka_connect_connector_task_offset_commit_success_percentage', labels),
      ).toBeGreaterThan(0);
      const counted = ['running', 'failed', 'paused', 'unassigned', 'destroyed', 'restarting', 'total'].map(
        (state) => scrape.value(`kafka_connect_worker_connector_${state}_task_count`, { connector }),
      );
      expect(counted).toEqual([1, 0, 0, 0, 0, 0, 1]);
    }
    expect(scrape.value('kafka_connect_source_task_source_record_poll_total', fromSource)).toBe(LINES);
    expect(scrape.value('kafka_connect_source_task_source_record_active_count', fromSource)).toBe(0);
    expect(scrape.value('kafka_connect_sink_task_sink_record_read_total', fromSink)).toBe(LINES);
    expect(scrape.value('kafka_connect_sink_task_partition_count', fromSink)).toBe(1);
    expect(scrape.value('kafka_connect_worker_task_count')).toBeGreaterThanOrEqual(2);
    expect(scrape.value('kafka_connect_worker_connector_count')).toBeGreaterThanOrEqual(2);
    const families = scrape.lines.flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
    expect(new Set(families).size).toBe(families.length);
    expect(scrape.lines.join('\n')).not.toMatch(/NaN|undefined|null/);
  });

  it('shows in the worker how its group goes, and what its tasks are made of', async () => {
    const scrape = await settled(worker);
    expect(scrape.value('kafka_connect_worker_rebalance_completed_rebalances_total')).toBeGreaterThan(0);
    expect(scrape.value('kafka_connect_worker_rebalance_rebalancing')).toBe(0);
    expect(
      scrape.value('kafka_connect_worker_rebalance_leader_name', { leader_name: `${worker.url}/` }),
    ).toBe(1);
    expect(scrape.value('kafka_connect_worker_rebalance_connect_protocol')).toBe(1);
    expect(scrape.value('kafka_connect_coordinator_assigned_tasks')).toBeGreaterThanOrEqual(2);
    expect(scrape.value('kafka_connect_coordinator_heartbeat_total')).toBeGreaterThan(0);
    expect(scrape.value('kafka_connect_worker_task_startup_success_total')).toBeGreaterThanOrEqual(2);
    expect(
      scrape.value('kafka_connect_connector_task_value_converter_class', {
        ...fromSource,
        value_converter_class: 'org.apache.kafka.connect.storage.StringConverter',
      }),
    ).toBe(1);
    expect(
      scrape.value('kafka_connect_connector_transform_transform_class', {
        ...fromSource,
        transform: 'same',
        transform_class: 'org.apache.kafka.connect.transforms.RegexRouter',
      }),
    ).toBe(1);
  });

  it('finds no lag where a topic ends with the control record of a transaction, which nobody is given', async () => {
    const topic = uniqueName('transacted');
    await writeInTransaction(kafka.bootstrapServers, topic, 'a line');
    const transacted = { connector: uniqueName('transacted'), task: '0' };
    await gateway.rest.create(transacted.connector, {
      ...fileSink(join(cluster.dir, 'transacted.txt'), topic),
      'task.progress.timeout.ms': '4000',
    });
    const seen = async () => {
      const scrape = await Scrape.of(worker);
      return {
        sent: scrape.value('kafka_connect_sink_task_sink_record_send_total', transacted),
        lag: scrape.value('kafka_connect_sink_task_sink_record_lag_max', transacted),
      };
    };
    await waitFor('the line to be written, and nothing to be left', async () => {
      const { sent, lag } = await seen();
      return sent === 1 && lag === 0;
    });
  }, 60_000);

  it('flags a source whose poll does not return, in the worker and in the aggregator, until it does', async () => {
    const file = join(cluster.dir, 'block');
    writeFileSync(file, '');
    const config = { 'connector.class': 'com.acme.Hanging', file, 'task.progress.timeout.ms': '1500' };
    await gateway.rest.create(hung, config);
    await gateway.rest.running(hung);
    const stalled = async (app: AppProcess): Promise<boolean> => {
      const labels = { connector: hung, task: '0', reason: 'poll' };
      return (await Scrape.of(app)).value('kafka_connect_connector_task_stalled', labels) === 1;
    };
    const shown = async () => (await status.rest.get(`/connectors/${hung}`)).body;
    const inHistory = async (): Promise<readonly string[]> => {
      const { body } = await status.rest.get(`/history?connector=${hung}&kind=stall&order=asc`);
      return (body as { items: readonly { state: string }[] }).items.map(({ state }) => state);
    };
    await waitFor('the worker to flag it', () => stalled(worker));
    await waitFor('the aggregator to flag it', () => stalled(status));
    expect(await shown()).toMatchObject({
      state: 'RUNNING',
      health: 'DEGRADED',
      stalls: [{ task: 0, stalled: 'poll' }],
      taskStatuses: [{ state: 'RUNNING', stalled: 'poll' }],
    });
    await waitFor('it to be in the history', async () => (await inHistory()).join() === 'STALLED');
    const begun = 'RUNNING, but stalled: its poll() does not return';
    await waitFor('it to be logged', () => stalledLines().join() === begun, { seen: stalledLines });

    rmSync(file);
    await waitFor('the worker to take that back', async () => !(await stalled(worker)));
    await waitFor('the aggregator to take that back', async () => !(await stalled(status)));
    expect(await shown()).toMatchObject({ health: 'HEALTHY', stalls: [], taskStatuses: [{ stalled: null }] });
    await waitFor('its end in the history', async () => (await inHistory()).join() === 'STALLED,ENDED');
    await waitFor('its end to be logged', () => stalledLines().join() === `${begun},Stalled no more`, {
      seen: stalledLines,
    });
    expect((await gateway.rest.status(hung)).tasks[0]?.state).toBe('RUNNING');
  }, 60_000);

  /** What the worker's log says of stalls. */
  function stalledLines(): readonly string[] {
    return worker.process.output.split('\n').flatMap((line) => {
      const entry = /^\{.*\}$/.test(line) ? (JSON.parse(line) as { msg?: string; connector?: string }) : {};
      return entry.connector === hung && /stalled/i.test(entry.msg ?? '') ? [entry.msg ?? ''] : [];
    });
  }

  it('is measured in a node of worker and gateway too, where that is asked for', async () => {
    const port = await freePort();
    const node = await cluster.start('connect-distributed', {
      'metrics.listeners': `http://127.0.0.1:${port}`,
    });
    await node.ready();
    const { body } = await new RestClient(`http://127.0.0.1:${port}`).get('/metrics');
    expect(new Scrape(body as string).value('kafka_connect_worker_connector_count')).toBeDefined();
    expect((await node.rest.get('/metrics')).status).toBe(404);
  }, 60_000);
});
