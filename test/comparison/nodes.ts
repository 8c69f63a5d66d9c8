import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster, startKafka, tempDir, uniqueName, waitFor, type Kafka } from '@millrace/testing';
import { nodeProperties } from '../../infra/processes/connect-node.ts';
import { jvmNode } from '../../infra/processes/jvm-node.ts';
import { portOr } from '../../infra/processes/ports.ts';
import { ProcessGroup } from '../../infra/processes/process-group.ts';
import { RawTopics } from '../processes/raw-topics.ts';
import { Side } from './side.ts';

const START_LIMIT_MS = 120_000;

/**
 * Settings of both nodes. Neither is waited for long, and a busy machine costs neither its membership: what is done again after that is
 * repeated, as it may be.
 */
const SETTINGS = {
  'session.timeout.ms': '30000',
  'heartbeat.interval.ms': '1000',
  'offset.flush.interval.ms': '1000',
  'scheduled.rebalance.max.delay.ms': '0',
};

/** Starts nodes of both kinds over one broker, and ends them all. */
export class Nodes {
  readonly raw: RawTopics;
  readonly #kafka: Kafka;
  readonly #folder = tempDir('comparison-');
  readonly #run = uniqueName('cmp');
  readonly #processes = new ProcessGroup();
  readonly #cluster: Cluster;
  #started = 0;

  private constructor(kafka: Kafka) {
    this.#kafka = kafka;
    this.raw = new RawTopics(kafka.bootstrapServers);
    this.#cluster = new Cluster({
      bootstrapServers: kafka.bootstrapServers,
      settings: { ...SETTINGS, 'log.level': 'warn' },
    });
  }

  static async create(): Promise<Nodes> {
    // Java prints dates in the zone of the machine.
    process.env['TZ'] = 'UTC';
    return new Nodes(await startKafka());
  }

  /** A node of ours, in a group of that name. */
  async millrace(groupId = `${this.#run}-ours`): Promise<Side> {
    const props = nodeProperties(this.#place(groupId), 0);
    const names = Object.entries(props).filter(
      ([key]) => key === 'group.id' || key.endsWith('.storage.topic'),
    );
    const node = await this.#cluster.start('connect-distributed', Object.fromEntries(names));
    await node.ready(START_LIMIT_MS);
    const stop = async (): Promise<void> => {
      await node.process.stop();
    };
    return new Side(this.#names('Millrace', 'm'), node.url, {
      offsetsTopic: props['offset.storage.topic'] ?? '',
      output: () => node.process.output.slice(-4_000),
      stop,
    });
  }

  /** A node of the JVM's, in a group of that name. Throws NoJarsError where its jars cannot be had. */
  async jvm(groupId = `${this.#run}-jvm`): Promise<Side> {
    const port = await portOr(0);
    const place = this.#place(groupId);
    mkdirSync(place.folder, { recursive: true });
    const started = jvmNode(this.#processes, place.folder).start(place, port);
    const side = new Side(this.#names('JVM', 'j'), `http://127.0.0.1:${port}`, {
      offsetsTopic: nodeProperties(place, port)['offset.storage.topic'] ?? '',
      output: () => started.lastWords(),
      stop: () => started.stop(),
    });
    await waitFor(
      'the JVM to answer',
      async () => !started.running || (await side.rest.get('/connectors')).status === 200,
      { timeoutMs: START_LIMIT_MS, intervalMs: 200, seen: side.output },
    );
    started.requireRunning();
    return side;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#cluster.stop(), this.#processes.stop(), this.raw.close()]);
    await this.#kafka.stop();
  }

  #place(groupId: string): Parameters<typeof nodeProperties>[0] {
    this.#started += 1;
    const folder = join(this.#folder, `node-${this.#started}`);
    return { bootstrapServers: this.#kafka.bootstrapServers, folder, groupId, settings: SETTINGS };
  }

  #names(name: string, letter: string): ConstructorParameters<typeof Side>[0] {
    return { name, prefix: `${this.#run}-${letter}`, folder: join(this.#folder, letter) };
  }
}
