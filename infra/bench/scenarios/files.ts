import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createAdmin, createAssignedConsumer, type AssignedConsumer } from '@millrace/kafka';
import { pino } from 'pino';
import { portOr } from '../../processes/ports.ts';
import type { StartedProcess } from '../../processes/process-group.ts';
import { ConnectRest } from '../connect-rest.ts';
import type { Contender } from '../contender.ts';
import { LINE_BYTES, writeLines } from '../lines-file.ts';
import { processTreeMemory } from '../process-tree-memory.ts';
import { rateTo } from '../rate.ts';
import type { Metric } from '../results.ts';
import { turns, type Turn } from '../rounds.ts';
import type { Bench, Scenario } from '../scenario.ts';

const LINES = Number(process.env['MILLRACE_BENCH_LINES'] ?? 1_000_000);
const REST_MS = 5_000;
const START_LIMIT_MS = 120_000;
const TRY_MS = 10;

const SOURCE: Metric = { name: 'file → topic', unit: 'records/s', better: 'more', digits: 0 };
const SINK: Metric = { name: 'topic → file', unit: 'records/s', better: 'more', digits: 0 };
const START: Metric = { name: 'start to first connector', unit: 's', better: 'less', digits: 2 };
const REST: Metric = { name: 'memory at rest', unit: 'MB', better: 'less', digits: 0 };
const LOADED: Metric = { name: 'memory after the load', unit: 'MB', better: 'less', digits: 0 };

const SOURCE_CLASS = 'org.apache.kafka.connect.file.FileStreamSourceConnector';
const SINK_CLASS = 'org.apache.kafka.connect.file.FileStreamSinkConnector';

/** A node that runs, and how to speak with it. */
interface Node {
  readonly process: StartedProcess;
  readonly rest: ConnectRest;
}

/** A file of lines of 100 bytes into a topic and out of it, the time a node needs to take its first connector, and its memory. */
export const files: Scenario = {
  name: 'files',
  about: `a file of ${LINES.toLocaleString('en-US')} lines of ${LINE_BYTES - 1} bytes into a topic and out of it; start-up; memory`,
  metrics: [SOURCE, SINK, START, REST, LOADED],
  run: async (bench) => {
    const input = join(bench.folder, 'lines.txt');
    await writeLines(input, LINES);
    for (const turn of turns('files', bench)) {
      await new Round(bench, turn).run(input);
    }
  },
};

class Round {
  readonly #bench: Bench;
  readonly #contender: Contender;
  readonly #name: string;

  constructor(bench: Bench, { contender, name }: Turn) {
    this.#bench = bench;
    this.#contender = contender;
    this.#name = name;
  }

  async run(input: string): Promise<void> {
    await this.#measureStart();
    const node = await this.#start();
    try {
      await waitUntilItAnswers(node);
      await pause(REST_MS);
      this.#record(REST, processTreeMemory(node.process.pid) / 1e6);
      await this.#measureRates(node, input);
      this.#record(LOADED, processTreeMemory(node.process.pid) / 1e6);
    } finally {
      await node.process.stop();
    }
  }

  /** From the start of the process to the first connector that it takes with 201. */
  async #measureStart(): Promise<void> {
    const connector = `${this.#name}-first`;
    const begin = performance.now();
    const node = await this.#start();
    try {
      // A file that is not there: the connector runs, and has nothing to do.
      const config = {
        'connector.class': SOURCE_CLASS,
        file: join(this.#bench.folder, 'none'),
        topic: 'none',
      };
      while ((await node.rest.tryCreate(connector, config)) !== 201) {
        node.process.requireRunning();
        await pause(TRY_MS);
      }
      this.#record(START, (performance.now() - begin) / 1_000);
      await node.rest.delete(connector);
    } finally {
      await node.process.stop();
    }
  }

  async #measureRates(node: Node, input: string): Promise<void> {
    const { client, folder } = this.#bench;
    const topic = this.#name;
    const admin = createAdmin(client);
    await admin.createTopic({ topic, partitions: 1, replicationFactor: 1, configs: {} });
    const consumer = createAssignedConsumer(client, {}, { logger: pino({ level: 'silent' }) });
    const check = (): void => {
      node.process.requireRunning();
    };
    try {
      const source = `${this.#name}-source`;
      await node.rest.create(source, {
        'connector.class': SOURCE_CLASS,
        file: input,
        topic,
        'tasks.max': '1',
      });
      this.#record(SOURCE, await rateTo(LINES, () => recordsIn(consumer, topic), check));
      await node.rest.delete(source);

      const sink = `${this.#name}-sink`;
      const output = join(folder, `${this.#name}.out`);
      await node.rest.create(sink, {
        'connector.class': SINK_CLASS,
        file: output,
        topics: topic,
        'tasks.max': '1',
      });
      const bytes = await rateTo(LINES * LINE_BYTES, () => Promise.resolve(sizeOf(output)), check);
      this.#record(SINK, bytes / LINE_BYTES);
      await node.rest.delete(sink);
    } finally {
      await consumer.close();
      await admin.deleteTopics([topic]);
    }
  }

  async #start(): Promise<Node> {
    const { bootstrapServers, folder } = this.#bench;
    const port = await portOr(0);
    const groupId = `bench-${this.#contender.name.toLowerCase()}`;
    const started = this.#contender.start({ bootstrapServers, folder, groupId }, port);
    return { process: started, rest: new ConnectRest(`http://127.0.0.1:${port}`) };
  }

  #record(metric: Metric, value: number): void {
    this.#bench.results.add(this.#contender.name, metric, value);
    this.#bench.say(`${this.#contender.name}: ${metric.name} ${value.toFixed(metric.digits)} ${metric.unit}`);
  }
}

async function waitUntilItAnswers({ process: started, rest }: Node): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (!(await rest.answers())) {
    started.requireRunning();
    if (performance.now() > deadline) {
      throw new Error(`${started.name} does not answer after ${START_LIMIT_MS / 1_000} s`);
    }
    await pause(TRY_MS);
  }
}

async function recordsIn(consumer: AssignedConsumer, topic: string): Promise<number> {
  const [end] = await consumer.endOffsets([{ topic, partition: 0 }]);
  return end?.offset ?? 0;
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}
