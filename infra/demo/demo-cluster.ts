import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { portOr } from '../processes/ports.ts';
import type { ProcessGroup, StartedProcess } from '../processes/process-group.ts';
import { until } from '../processes/until.ts';

export type Role = 'worker' | 'gateway' | 'status';

/** A process of the cluster. */
export interface Node {
  readonly role: Role;
  /** `host:port`, by which statuses name a worker. */
  readonly id: string;
  readonly url: string;
  readonly process: StartedProcess;
}

const HOST = '127.0.0.1';
const START_LIMIT_MS = 60_000;

/** Worker, gateway and status processes that share a group, each with a properties file and a log in the folder. */
export class DemoCluster {
  readonly groupId: string;
  readonly #group: ProcessGroup;
  readonly #folder: string;
  readonly #bootstrapServers: string;
  readonly nodes: Node[] = [];

  constructor(options: {
    readonly group: ProcessGroup;
    readonly folder: string;
    readonly bootstrapServers: string;
    readonly groupId: string;
  }) {
    this.#group = options.group;
    this.#folder = options.folder;
    this.#bootstrapServers = options.bootstrapServers;
    this.groupId = options.groupId;
  }

  get internalTopics(): readonly string[] {
    return ['configs', 'offsets', 'status'].map((name) => `${this.groupId}-${name}`);
  }

  /** Starts a process on the port, or a free one where somebody has it. */
  async start(role: Role, preferredPort: number): Promise<Node> {
    const port = await portOr(preferredPort);
    const file = join(this.#folder, `${role}-${port}.properties`);
    writeFileSync(file, this.#properties(port));
    const script = fileURLToPath(new URL(`../bin/connect-${role}.sh`, import.meta.url));
    const process_ = this.#group.start({
      name: `${role} on port ${port}`,
      command: script,
      args: [file],
      log: join(this.#folder, `${role}-${port}.log`),
    });
    const node = { role, id: `${HOST}:${port}`, url: `http://localhost:${port}`, process: process_ };
    this.nodes.push(node);
    return node;
  }

  /** Waits until all are ready for their work. */
  async ready(): Promise<void> {
    await Promise.all(
      this.nodes.map(({ url, process: started }) =>
        until(
          `the ${started.name} to be ready`,
          async () => ((await fetch(`${url}/health`)).ok ? true : null),
          {
            limitMs: START_LIMIT_MS,
            check: () => {
              started.requireRunning();
            },
          },
        ),
      ),
    );
  }

  #properties(port: number): string {
    const [configs, offsets, status] = this.internalTopics;
    const string = 'org.apache.kafka.connect.storage.StringConverter';
    const props = {
      'bootstrap.servers': this.#bootstrapServers,
      'group.id': this.groupId,
      'config.storage.topic': configs,
      'offset.storage.topic': offsets,
      'status.storage.topic': status,
      'config.storage.replication.factor': '1',
      'offset.storage.replication.factor': '1',
      'status.storage.replication.factor': '1',
      'offset.storage.partitions': '5',
      'key.converter': string,
      'value.converter': string,
      'offset.flush.interval.ms': '1000',
      'status.database': 'history.db',
      listeners: `http://:${port}`,
      'rest.advertised.host.name': HOST,
    };
    return Object.entries(props)
      .map(([key, value = '']) => `${key}=${value}\n`)
      .join('');
  }
}
