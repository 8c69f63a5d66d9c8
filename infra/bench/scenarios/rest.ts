import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createAdmin } from '@millrace/kafka';
import { until } from '../../processes/until.ts';
import type { Contender } from '../contender.ts';
import type { HttpPool } from '../http-pool.ts';
import { openLoop, percentile } from '../open-loop.ts';
import { processCpu } from '../process-cpu.ts';
import { RestCluster, type RestEndpoint } from '../rest-cluster.ts';
import { median, type Metric } from '../results.ts';
import { turns, type Turn } from '../rounds.ts';
import type { Bench, Scenario } from '../scenario.ts';

const CONNECTORS = 100;
const TASKS_EACH = 4;
const LIST = '/connectors?expand=info&expand=status';
const LOAD = { perSecond: 100, seconds: 20 };
const WARM_UP = { perSecond: 100, seconds: 10 };
const CREATES = 20;
const LOOK_EVERY_MS = 10;
const REST_MS = 500;
const RETRY_MS = 20;
const ENDPOINTS = 3;
const LIMIT_MS = 180_000;

const MIDDLE: Metric = { name: 'all with info and status: p50', unit: 'ms', better: 'less', digits: 1 };
const SLOWEST: Metric = { name: 'all with info and status: p99', unit: 'ms', better: 'less', digits: 1 };
const CREATE: Metric = { name: 'create to RUNNING', unit: 'ms', better: 'less', digits: 0 };
const REFUSED: Metric = {
  name: `${CONNECTORS} created at once: refused`,
  unit: 'calls',
  better: 'less',
  digits: 0,
};
const RUNNING: Metric = {
  name: `${CONNECTORS} created at once: all RUNNING`,
  unit: 's',
  better: 'less',
  digits: 1,
};

type Config = Readonly<Record<string, string>>;

/**
 * The REST API: a full listing under load, the way from a create to RUNNING, and many creates at once. Ours is a gateway, then three,
 * beside one worker; the JVM's is a node, then three.
 */
export const rest: Scenario = {
  name: 'rest',
  about:
    `GET ${LIST} with ${CONNECTORS} connectors and ${CONNECTORS * TASKS_EACH} tasks, ${LOAD.perSecond} a second, sent when due; ` +
    `${CREATES} creates; ${CONNECTORS} creates at once through ${ENDPOINTS} endpoints`,
  metrics: [MIDDLE, SLOWEST, CREATE, REFUSED, RUNNING],
  run: async (bench) => {
    for (const turn of turns('rest', bench)) {
      await new Round(bench, turn).run();
    }
  },
};

class Round {
  readonly #bench: Bench;
  readonly #contender: Contender;
  readonly #name: string;
  readonly #input: string;

  constructor(bench: Bench, { contender, name }: Turn) {
    this.#bench = bench;
    this.#contender = contender;
    this.#name = name;
    this.#input = join(bench.folder, `${this.#name}.in`);
  }

  async run(): Promise<void> {
    writeFileSync(this.#input, 'a line\n');
    await this.#on(this.#name, 1, async (cluster) => {
      await this.#measureCreates(cluster.first);
      await this.#measureLists(cluster);
    });
    await this.#on(`${this.#name}-burst`, ENDPOINTS, (cluster) => this.#measureBurst(cluster));
  }

  async #on(
    name: string,
    endpoints: number,
    measure: (cluster: RestCluster) => Promise<void>,
  ): Promise<void> {
    const cluster = await RestCluster.start(this.#bench, this.#contender, { name, endpoints });
    try {
      await measure(cluster);
    } finally {
      await cluster.stop();
    }
  }

  /** From the first try of a create until connector and task are RUNNING, one after the other. */
  async #measureCreates({ rest: api, pool }: RestEndpoint): Promise<void> {
    const times: number[] = [];
    for (let index = 0; index < CREATES; index += 1) {
      const name = `${this.#name}-one-${index}`;
      await pause(REST_MS);
      const begin = performance.now();
      await untilCreated(pool, name, this.#source());
      await until(`${name} to run`, () => isRunning(pool, name), {
        limitMs: LIMIT_MS,
        everyMs: LOOK_EVERY_MS,
      });
      times.push(performance.now() - begin);
      await api.delete(name);
    }
    this.#record(CREATE, median(times));
  }

  async #measureLists(cluster: RestCluster): Promise<void> {
    const { rest: api, pool, pid } = cluster.first;
    // Of each connector's tasks one has the partition; what the others cost is what a task costs that has nothing to do.
    await createAdmin(this.#bench.client).createTopic({
      topic: this.#name,
      partitions: 1,
      replicationFactor: 1,
      configs: {},
    });
    for (let index = 0; index < CONNECTORS; index += 1) {
      await api.create(`${this.#name}-${index}`, this.#sink(index));
    }
    await cluster.running(CONNECTORS * (TASKS_EACH + 1));
    const send = async (): Promise<boolean> => (await pool.call('GET', LIST)).status === 200;
    await openLoop(WARM_UP, send);
    const cpu = processCpu(pid);
    const { latencies, lateness, failed, cores } = await openLoop(LOAD, send);
    this.#record(MIDDLE, percentile(latencies, 0.5));
    this.#record(SLOWEST, percentile(latencies, 0.99));
    const cpuMs = ((processCpu(pid) - cpu) * 1_000) / latencies.length;
    const { length } = (await pool.call('GET', LIST)).body;
    this.#bench.say(
      `  ${latencies.length} answers of ${Math.round(length / 1_000)} kB, ${cpuMs.toFixed(1)} ms of the server's CPU each, ${failed} failed; sending took ${cores.toFixed(2)} of a core, ` +
        `and was late by ${percentile(lateness, 0.99).toFixed(1)} ms at p99`,
    );
  }

  /** Whatever is refused is counted, and tried again until it is taken. */
  async #measureBurst(cluster: RestCluster): Promise<void> {
    const begin = performance.now();
    const refusals = await Promise.all(
      Array.from({ length: CONNECTORS }, (_, index) => {
        const { pool } = cluster.endpoints[index % ENDPOINTS] ?? cluster.first;
        return untilCreated(pool, `${this.#name}-burst-${index}`, this.#source());
      }),
    );
    await cluster.running(CONNECTORS * 2);
    this.#record(RUNNING, (performance.now() - begin) / 1_000);
    this.#record(
      REFUSED,
      refusals.reduce((sum, count) => sum + count, 0),
    );
  }

  #source(): Config {
    return {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSourceConnector',
      file: this.#input,
      topic: `${this.#name}-lines`,
      'tasks.max': '1',
    };
  }

  #sink(index: number): Config {
    return {
      'connector.class': 'org.apache.kafka.connect.file.FileStreamSinkConnector',
      file: join(this.#bench.folder, `${this.#name}-${index}.out`),
      topics: this.#name,
      'tasks.max': String(TASKS_EACH),
    };
  }

  #record(metric: Metric, value: number): void {
    this.#bench.results.add(this.#contender.name, metric, value);
    this.#bench.say(`${this.#contender.name}: ${metric.name} ${value.toFixed(metric.digits)} ${metric.unit}`);
  }
}

/** Creates a connector; how often that was refused first. */
async function untilCreated(pool: HttpPool, name: string, config: Config): Promise<number> {
  const deadline = performance.now() + LIMIT_MS;
  for (let refused = 0; ; refused += 1) {
    const { status, body } = await pool.call('POST', '/connectors', { name, config });
    if (status === 201) {
      return refused;
    }
    if (performance.now() > deadline) {
      throw new Error(`${name} is not created; the last answer was ${status} ${body.toString('utf8')}`);
    }
    await pause(RETRY_MS);
  }
}

interface Status {
  readonly connector: { readonly state: string };
  readonly tasks: readonly { readonly state: string }[];
}

async function isRunning(pool: HttpPool, name: string): Promise<true | null> {
  const { status, body } = await pool.call('GET', `/connectors/${name}/status`);
  if (status !== 200) {
    return null;
  }
  const { connector, tasks } = JSON.parse(body.toString('utf8')) as Status;
  return connector.state === 'RUNNING' && tasks.length === 1 && tasks[0]?.state === 'RUNNING' ? true : null;
}
