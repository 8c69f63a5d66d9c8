import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster, RestClient, startKafka, tempDir, uniqueName, waitFor, type Kafka } from '@millrace/testing';
import { jvmNode } from '../../infra/processes/jvm-node.ts';
import { portOr } from '../../infra/processes/ports.ts';
import { ProcessGroup, type StartedProcess } from '../../infra/processes/process-group.ts';
import { RawTopics } from '../processes/raw-topics.ts';

const START_LIMIT_MS = 120_000;
const REST_LIMIT_MS = 60_000;

/** Settings of both nodes, so that neither is waited for long. */
const SETTINGS = {
  'offset.flush.interval.ms': '1000',
  'scheduled.rebalance.max.delay.ms': '0',
};

/** One of the two nodes that are compared, and where its topics, connectors and files are. */
export class Side {
  readonly name: string;
  /** What its topics and connectors begin with; of one length on both sides. */
  readonly prefix: string;
  /** Its files; of one length on both sides. */
  readonly folder: string;
  readonly rest: RestClient;
  /** The newest output of the node. */
  readonly output: () => string;

  constructor(
    names: { readonly name: string; readonly prefix: string; readonly folder: string },
    url: string,
    output: () => string,
  ) {
    this.name = names.name;
    this.prefix = names.prefix;
    this.folder = names.folder;
    this.rest = new RestClient(url);
    this.output = output;
    mkdirSync(this.folder, { recursive: true });
  }

  /** Creates a connector, however often a rebalance is in the way. Throws with the answer when it is refused. */
  async create(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    await this.#call('POST', '/connectors', [201], { name, config });
  }

  async delete(name: string): Promise<void> {
    await this.#call('DELETE', `/connectors/${encodeURIComponent(name)}`, [204, 404]);
  }

  /** Stops a connector and waits until it and its tasks have. */
  async stopConnector(name: string): Promise<void> {
    await this.#call('PUT', `/connectors/${encodeURIComponent(name)}/stop`, [204]);
    await waitFor(`${name} to be STOPPED on ${this.name}`, async () => {
      const { connector, tasks } = await this.rest.status(name);
      return connector.state === 'STOPPED' && tasks.length === 0;
    });
  }

  async #call(method: string, path: string, codes: readonly number[], body?: unknown): Promise<void> {
    let last: unknown;
    const answer = await waitFor(
      `${this.name} to take ${method} ${path}`,
      async () => {
        const response = await this.rest.call(method, path, body);
        last = `${response.status} ${JSON.stringify(response.body)}`;
        // 409: a rebalance is under way. The JVM answers 500 when it timed out in one.
        return [409, 500].includes(response.status) ? null : response;
      },
      { timeoutMs: REST_LIMIT_MS, intervalMs: 100, seen: () => last },
    );
    if (!codes.includes(answer.status)) {
      throw new Error(`${this.name} answered ${method} ${path} with ${String(last)}`);
    }
  }
}

/** A node of the JVM's and one of ours, over one broker. */
export interface Sides {
  readonly jvm: Side;
  readonly millrace: Side;
  readonly raw: RawTopics;
  stop(): Promise<void>;
}

/** Starts both and waits until both can take connectors. Throws NoJarsError where the JVM's cannot be had. */
export async function startSides(): Promise<Sides> {
  // Java prints dates in the zone of the machine.
  process.env['TZ'] = 'UTC';
  const kafka = await startKafka();
  const folder = tempDir('comparison-');
  const run = uniqueName('cmp');
  const group = new ProcessGroup();
  const cluster = new Cluster({
    bootstrapServers: kafka.bootstrapServers,
    settings: { ...SETTINGS, 'log.level': 'warn' },
  });
  const raw = new RawTopics(kafka.bootstrapServers);
  const stop = async (): Promise<void> => {
    await Promise.all([cluster.stop(), group.stop(), raw.close()]);
    await kafka.stop();
  };
  try {
    const [jvm, millrace] = await Promise.all([
      startJvm(group, kafka, { folder, run }),
      startMillrace(cluster, { folder, run }),
    ]);
    return { jvm, millrace, raw, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startMillrace(
  cluster: Cluster,
  { folder, run }: { readonly folder: string; readonly run: string },
): Promise<Side> {
  const node = await (await cluster.start('connect-distributed')).ready(START_LIMIT_MS);
  const names = { name: 'Millrace', prefix: `${run}-m`, folder: join(folder, 'm') };
  return new Side(names, node.url, () => node.process.output.slice(-4_000));
}

async function startJvm(
  group: ProcessGroup,
  kafka: Kafka,
  { folder, run }: { readonly folder: string; readonly run: string },
): Promise<Side> {
  const port = await portOr(0);
  const nodeFolder = join(folder, 'jvm-node');
  mkdirSync(nodeFolder, { recursive: true });
  const process = jvmNode(group, nodeFolder).start(
    {
      bootstrapServers: kafka.bootstrapServers,
      folder: nodeFolder,
      groupId: `${run}-jvm`,
      settings: SETTINGS,
    },
    port,
  );
  const names = { name: 'JVM', prefix: `${run}-j`, folder: join(folder, 'j') };
  const side = new Side(names, `http://127.0.0.1:${port}`, () => process.lastWords());
  await jvmAnswers(side, process);
  return side;
}

async function jvmAnswers(side: Side, process: StartedProcess): Promise<void> {
  await waitFor(
    'the JVM to answer',
    async () => {
      if (!process.running) {
        return true;
      }
      const { status } = await side.rest.get('/connectors');
      return status === 200;
    },
    { timeoutMs: START_LIMIT_MS, intervalMs: 200, seen: () => process.lastWords() },
  );
  process.requireRunning();
}
