import { createConnection } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, tempDir } from './names.ts';
import { TestProcess } from './process.ts';

export interface KafkaOptions {
  /** Broker settings on top of those of infra/kafka/run-broker.sh. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A further listener that clients see under this port of loopback: that of a fault proxy. */
  readonly proxyPort?: number;
  /** Options of the JVM; the default starts fast, a benchmark wants others. */
  readonly jvmOptions?: string;
}

const RUN_BROKER = fileURLToPath(new URL('../../../infra/kafka/run-broker.sh', import.meta.url));
const START_LIMIT_MS = 90_000;
const ATTEMPTS = 4;

/** A real broker of its own, on loopback. */
export class KafkaBroker {
  readonly bootstrapServers: string;
  /** Where the proxied listener really listens; null without `proxyPort`. */
  readonly proxyTarget: number | null;
  readonly #start: () => Promise<{ process: TestProcess; pid: number }>;
  #running: { process: TestProcess; pid: number };

  constructor(
    addresses: { readonly bootstrapServers: string; readonly proxyTarget: number | null },
    running: { process: TestProcess; pid: number },
    start: () => Promise<{ process: TestProcess; pid: number }>,
  ) {
    this.bootstrapServers = addresses.bootstrapServers;
    this.proxyTarget = addresses.proxyTarget;
    this.#running = running;
    this.#start = start;
  }

  get output(): string {
    return this.#running.process.output;
  }

  async stop(): Promise<void> {
    process.kill(this.#running.pid, 'SIGKILL');
    await this.#running.process.exited();
  }

  /** Stops the broker with a signal and starts it again on the same ports and data. */
  async restart(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    process.kill(this.#running.pid, signal);
    await this.#running.process.exited();
    this.#running = await this.#start();
  }

  pause(): void {
    process.kill(this.#running.pid, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.#running.pid, 'SIGCONT');
  }
}

/** A cluster that is there already (`KAFKA_BOOTSTRAP_SERVERS`): it is used, and never stopped. */
export interface Kafka {
  readonly bootstrapServers: string;
  stop(): Promise<void>;
}

/** The cluster that KAFKA_BOOTSTRAP_SERVERS names, or a broker of one's own. */
export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const given = process.env['KAFKA_BOOTSTRAP_SERVERS'];
  if (given !== undefined && given !== '') {
    return { bootstrapServers: given, stop: () => Promise.resolve() };
  }
  return startBroker(options);
}

/** A broker of one's own in any case: for tests that restart or freeze it. */
export async function startBroker(options: KafkaOptions = {}): Promise<KafkaBroker> {
  const data = tempDir('millrace-kafka-');
  let failure: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const ports = { broker: await freePort(), controller: await freePort(), proxied: await freePort() };
    const start = (): Promise<{ process: TestProcess; pid: number }> =>
      launch(join(data, String(attempt)), ports, options);
    try {
      const running = await start();
      const addresses = {
        bootstrapServers: `127.0.0.1:${ports.broker}`,
        proxyTarget: options.proxyPort === undefined ? null : ports.proxied,
      };
      return new KafkaBroker(addresses, running, start);
    } catch (error) {
      // Another process may have taken a port in the meantime.
      failure = error;
    }
  }
  throw new Error('No Kafka broker could be started', { cause: failure });
}

async function launch(
  data: string,
  ports: { readonly broker: number; readonly controller: number; readonly proxied: number },
  options: KafkaOptions,
): Promise<{ process: TestProcess; pid: number }> {
  const settings = { ...proxyListener(ports, options.proxyPort), ...options.settings };
  const child = new TestProcess({
    command: 'bash',
    args: [
      RUN_BROKER,
      data,
      String(ports.broker),
      String(ports.controller),
      '--tied',
      ...Object.entries(settings).map(([key, value]) => `${key}=${value}`),
    ],
    env: options.jvmOptions === undefined ? {} : { KAFKA_JVM_OPTS: options.jvmOptions },
  });
  const match = await child.waitForOutput(/broker pid (\d+)/, START_LIMIT_MS);
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await answers(ports.broker))) {
    if (child.ended || Date.now() > deadline) {
      throw new Error(`The broker did not start. Its output:\n${child.output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { process: child, pid: Number(match[1]) };
}

function proxyListener(
  ports: { readonly broker: number; readonly controller: number; readonly proxied: number },
  proxyPort: number | undefined,
): Record<string, string> {
  if (proxyPort === undefined) {
    return {};
  }
  return {
    listeners: `PLAINTEXT://127.0.0.1:${ports.broker},PROXY://127.0.0.1:${ports.proxied},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.broker},PROXY://127.0.0.1:${proxyPort}`,
  };
}

/** An ApiVersions request (v0), the one that every broker answers as soon as it serves. */
const API_VERSIONS = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(2_000, () => {
      end(false);
    });
    socket.once('connect', () => socket.write(API_VERSIONS));
    socket.once('data', () => {
      end(true);
    });
    socket.once('error', () => {
      end(false);
    });
    socket.once('close', () => {
      end(false);
    });
  });
}
