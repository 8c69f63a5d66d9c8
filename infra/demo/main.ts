/**
 * A Kafka, two workers, two gateways and an aggregator, and real files through them. Usage: npm run demo -- [--exit] [FILE]
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAdmin, createKafkaClient, type KafkaClient } from '@millrace/kafka';
import { pino } from 'pino';
import { ProcessGroup } from '../processes/process-group.ts';
import { answers, startBroker } from '../processes/start-broker.ts';
import { demoArguments, UsageError, type DemoArguments } from './arguments.ts';
import { DemoCluster } from './demo-cluster.ts';
import { linesIn } from './lines.ts';
import { grouped, Screen } from './screen.ts';
import { Story } from './story.ts';

const LOCK_FILE = fileURLToPath(new URL('../../pnpm-lock.yaml', import.meta.url));
const RUN_FOLDER = fileURLToPath(new URL('../.run', import.meta.url));
const PORTS = { kafka: 9092, gateways: [8083, 8084], workers: [8085, 8086], status: 8090 };
const FEWEST_LINES = 10_000;

/** Someone wants it to end. */
class Interrupted extends Error {}

class Demo {
  readonly #arguments: DemoArguments;
  readonly #screen = new Screen();
  readonly #group = new ProcessGroup();
  readonly #folder: string;
  readonly #interrupted: Promise<never>;
  #clean: (() => Promise<void>) | null = null;

  constructor(args: DemoArguments) {
    this.#arguments = args;
    mkdirSync(RUN_FOLDER, { recursive: true });
    this.#folder = mkdtempSync(join(RUN_FOLDER, 'demo-'));
    this.#interrupted = new Promise((_, reject) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.on(signal, () => {
          reject(new Interrupted(signal));
        });
      }
    });
    this.#interrupted.catch(() => undefined);
  }

  /** The exit code. */
  async run(): Promise<number> {
    let shown = false;
    try {
      await Promise.race([this.#tell(), this.#interrupted]);
      shown = true;
      if (!this.#arguments.exit) {
        await this.#interrupted;
      }
      return await this.#end(0);
    } catch (error) {
      if (error instanceof Interrupted) {
        return await this.#end(shown ? 0 : 130);
      }
      this.#screen.failure(error instanceof Error ? error.message : String(error));
      this.#screen.note(`Logs are in ${this.#folder}`);
      return await this.#end(1);
    }
  }

  async #tell(): Promise<void> {
    const screen = this.#screen;
    screen.heading('A cluster');
    const bootstrapServers = await this.#kafka();
    const client = createKafkaClient(
      { 'bootstrap.servers': bootstrapServers },
      { logger: pino({ level: 'silent' }) },
    );
    try {
      await this.#tellOn(bootstrapServers, client);
    } finally {
      await client.close();
    }
  }

  async #tellOn(bootstrapServers: string, client: KafkaClient): Promise<void> {
    const screen = this.#screen;
    const groupId = `millrace-demo-${Date.now().toString(36)}`;
    const cluster = new DemoCluster({ group: this.#group, folder: this.#folder, bootstrapServers, groupId });
    const topics = { lines: `${groupId}-lines`, folder: `${groupId}-inbox` };
    await this.#createTopics(bootstrapServers, client, [...Object.values(topics)], cluster.internalTopics);
    for (const role of ['worker', 'gateway'] as const) {
      for (const port of PORTS[`${role}s`]) {
        await cluster.start(role, port);
      }
    }
    const aggregator = await cluster.start('status', PORTS.status);
    await cluster.ready();
    screen.done('2 workers, 2 gateways and the status aggregator, each a process of its own');

    const lines = this.#lines();
    const story = new Story({ screen, cluster, folder: this.#folder, lines, topics });
    const counts = await story.tell();

    if (!this.#arguments.exit) {
      screen.heading('It stays up until Ctrl-C');
      const urls = cluster.nodes.filter(({ role }) => role === 'gateway').map(({ url }) => url);
      screen.table([
        ...urls.map((url, index) => [`gateway ${index + 1}`, url, `${url}/docs`]),
        ['aggregator', aggregator.url, `${aggregator.url}/docs`],
        ['Kafka', bootstrapServers, ''],
        ['files and logs', this.#folder, ''],
      ]);
    }
    console.log(`\ndemo: ${counts.in} lines in, ${counts.out} lines out, identical`);
  }

  /** The cluster that KAFKA_BOOTSTRAP_SERVERS names, or a broker of its own. */
  async #kafka(): Promise<string> {
    const given = process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '';
    if (given !== '') {
      await answers(given);
      this.#screen.done(`Kafka at ${given} (KAFKA_BOOTSTRAP_SERVERS)`);
      return given;
    }
    const address = await startBroker(this.#group, { folder: this.#folder, preferredPort: PORTS.kafka });
    this.#screen.done(`Kafka at ${address}`);
    return address;
  }

  /** One partition each, so that the order of a file is kept. A cluster that stays gets rid of all of them at the end. */
  async #createTopics(
    bootstrapServers: string,
    client: KafkaClient,
    topics: readonly string[],
    internal: readonly string[],
  ): Promise<void> {
    const admin = createAdmin(client);
    for (const topic of topics) {
      await admin.createTopic({ topic, partitions: 1, replicationFactor: -1, configs: {} });
    }
    if (bootstrapServers === process.env['KAFKA_BOOTSTRAP_SERVERS']) {
      this.#clean = async () => {
        const last = createKafkaClient(
          { 'bootstrap.servers': bootstrapServers },
          { logger: pino({ level: 'silent' }) },
        );
        await createAdmin(last).deleteTopics([...topics, ...internal]);
        await last.close();
      };
    }
  }

  /** The lines of the file named, or of the repository's lock file, as often as makes enough of them. */
  #lines(): readonly string[] {
    const { file } = this.#arguments;
    const once = linesIn(readFileSync(file ?? LOCK_FILE, 'utf8'));
    const times = file === null ? Math.ceil(FEWEST_LINES / once.length) : 1;
    const lines = Array.from({ length: times }, () => once).flat();
    const repeated = times === 1 ? '' : ` ${times} times`;
    this.#screen.note(
      `  input.txt: ${basename(file ?? LOCK_FILE)}${repeated}, ${grouped(lines.length)} lines`,
    );
    return lines;
  }

  async #end(code: number): Promise<number> {
    await this.#group.stop();
    await this.#clean?.();
    if (code !== 1) {
      rmSync(this.#folder, { recursive: true, force: true });
    }
    return code;
  }
}

try {
  const args = demoArguments(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
  process.exit(await new Demo(args).run());
} catch (error) {
  if (!(error instanceof UsageError)) {
    throw error;
  }
  console.error(error.message);
  process.exit(1);
}
