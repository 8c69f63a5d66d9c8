import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, tempDir, uniqueName } from './names.ts';
import { TestProcess } from './process.ts';
import { RestClient } from './rest-client.ts';
import { waitFor } from './wait-for.ts';

export type AppRole = 'worker' | 'gateway' | 'status' | 'connect-distributed';

export interface StartOptions {
  /** The app's folder; the one in the workspace when left out. */
  readonly appDir?: string;
}

export interface ClusterOptions {
  readonly bootstrapServers: string;
  /** Settings of all processes, on top of fast time-outs for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

const NODE_FLAGS = ['--disable-warning=TimeoutNegativeWarning'];
const HOST = '127.0.0.1';

/** Time-outs that tests can wait for; everything else is what users get. */
const TEST_SETTINGS = {
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'config.storage.replication.factor': '1',
  'offset.storage.replication.factor': '1',
  'status.storage.replication.factor': '1',
  'offset.flush.interval.ms': '1000',
  'session.timeout.ms': '3000',
  'heartbeat.interval.ms': '500',
  'log.level': 'info',
};

/** One process of a cluster: the built app with a properties file of its own. It can be started again after it ended. */
export class AppProcess {
  readonly role: AppRole;
  readonly port: number;
  readonly #file: string;
  readonly #main: string;
  #process: TestProcess;

  constructor(
    role: AppRole,
    port: number,
    start: { readonly file: string; readonly appDir: string | undefined },
  ) {
    this.role = role;
    this.port = port;
    this.#file = start.file;
    this.#main = join(start.appDir ?? appInWorkspace(role), 'dist/main.js');
    this.#process = this.#spawn();
  }

  get url(): string {
    return `http://${HOST}:${this.port}`;
  }

  /** `host:port`, as statuses name a worker. */
  get workerId(): string {
    return `${HOST}:${this.port}`;
  }

  get process(): TestProcess {
    return this.#process;
  }

  get rest(): RestClient {
    return new RestClient(this.url);
  }

  /** Waits until it is ready to do its work. */
  async ready(timeoutMs = 60_000): Promise<this> {
    await waitFor(
      `${this.role} on port ${this.port} to be ready`,
      async () => {
        if (this.#process.ended) {
          return true;
        }
        const { status } = await this.rest.get('/health');
        return status === 200;
      },
      { timeoutMs, intervalMs: 50, seen: () => this.#process.output.slice(-4_000) },
    );
    if (this.#process.ended) {
      throw new Error(`${this.role} ended while starting. Its output:\n${this.#process.output}`);
    }
    return this;
  }

  /** Starts it again, with the same file and port. */
  restart(): void {
    this.#process = this.#spawn();
  }

  #spawn(): TestProcess {
    if (!existsSync(this.#main)) {
      throw new Error(`${this.role} is not built; run infra/bin/build.sh first`);
    }
    return new TestProcess({ command: process.execPath, args: [...NODE_FLAGS, this.#main, this.#file] });
  }
}

function appInWorkspace(role: AppRole): string {
  return fileURLToPath(new URL(`../../../apps/${role}/`, import.meta.url));
}

/** Real worker, gateway and status processes that share a group and three internal topics of their own. */
export class Cluster {
  readonly groupId = uniqueName('connect');
  readonly dir = tempDir('millrace-cluster-');
  readonly processes: AppProcess[] = [];
  readonly #options: ClusterOptions;

  constructor(options: ClusterOptions) {
    this.#options = options;
  }

  get internalTopics(): { readonly config: string; readonly offset: string; readonly status: string } {
    return {
      config: `${this.groupId}-configs`,
      offset: `${this.groupId}-offsets`,
      status: `${this.groupId}-status`,
    };
  }

  /** Starts one more process; `await process.ready()` before relying on it. */
  async start(
    role: AppRole,
    settings: Readonly<Record<string, string>> = {},
    options: StartOptions = {},
  ): Promise<AppProcess> {
    const port = await freePort();
    const topics = this.internalTopics;
    const folder = join(this.dir, `${role}-${port}`);
    mkdirSync(folder);
    const file = join(folder, `${role}.properties`);
    const props = {
      'bootstrap.servers': this.#options.bootstrapServers,
      'group.id': this.groupId,
      'config.storage.topic': topics.config,
      'offset.storage.topic': topics.offset,
      'status.storage.topic': topics.status,
      listeners: `http://${HOST}:${port}`,
      ...TEST_SETTINGS,
      ...this.#options.settings,
      ...settings,
    };
    writeFileSync(
      file,
      Object.entries(props)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
    const started = new AppProcess(role, port, { file, appDir: options.appDir });
    this.processes.push(started);
    return started;
  }

  /** Several of a kind, all ready. */
  async startMany(role: AppRole, count: number): Promise<readonly AppProcess[]> {
    const started: AppProcess[] = [];
    for (let index = 0; index < count; index += 1) {
      started.push(await this.start(role));
    }
    await Promise.all(started.map((process) => process.ready()));
    return started;
  }

  /** Stops all that still runs; a process that had to be killed shows in the result. */
  async stop(): Promise<readonly (number | null)[]> {
    return Promise.all(this.processes.map(({ process }) => process.stop()));
  }

  /** The newest output of every process, for the message of a failed wait. */
  outputs(): string {
    return this.processes
      .map(({ role, port, process }) => `--- ${role} ${port}\n${process.output.slice(-3_000)}`)
      .join('\n');
  }
}
