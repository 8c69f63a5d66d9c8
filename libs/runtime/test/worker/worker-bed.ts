import { workerConfig } from '@millrace/config';
import { converterPlugins } from '@millrace/converters';
import { createAdmin, createKafkaClient, type KafkaAdmin, type KafkaClient } from '@millrace/kafka';
import { PluginRegistry } from '@millrace/plugins';
import { uniqueName } from '@millrace/testing';
import {
  createConfigBackingStore,
  createOffsetBackingStore,
  createStatusBackingStore,
  type ConfigBackingStore,
  type OffsetBackingStore,
  type StatusBackingStore,
} from '@millrace/topic-stores';
import { pino } from 'pino';
import { hostWork } from '../../src/host/host-work.ts';
import { inlineHostFactory } from '../../src/host/inline-host.ts';
import { TaskHost } from '../../src/host/task-host.ts';
import { Worker } from '../../src/worker/worker.ts';
import { Pipes } from './plugins.ts';

const silent = pino({ level: 'silent' });

/** Workers of one group on the test broker, whose tasks run in this process; and a look at their topics from outside. */
export class WorkerBed {
  readonly groupId = uniqueName('runtime');
  readonly pipes = new Pipes();
  readonly workers: Worker[] = [];
  readonly client: KafkaClient;
  readonly admin: KafkaAdmin;
  readonly config: ConfigBackingStore;
  readonly statuses: StatusBackingStore;
  readonly offsets: OffsetBackingStore;

  private constructor(client: KafkaClient) {
    this.client = client;
    this.admin = createAdmin(client);
    const { configTopic, statusTopic, offsetTopic } = this.#configOf('outside');
    const common = { client, admin: this.admin, logger: silent };
    this.config = createConfigBackingStore({ ...common, settings: configTopic, groupId: this.groupId });
    this.statuses = createStatusBackingStore({ ...common, settings: statusTopic });
    this.offsets = createOffsetBackingStore({ ...common, settings: offsetTopic });
  }

  static async start(): Promise<WorkerBed> {
    const servers = process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '';
    const bed = new WorkerBed(createKafkaClient({ 'bootstrap.servers': servers }, { logger: silent }));
    await Promise.all([bed.config.start(), bed.statuses.start(), bed.offsets.start()]);
    return bed;
  }

  /** A worker that has joined the group or will soon; `settings` on top of fast ones. */
  async startWorker(workerId: string, settings: Readonly<Record<string, string>> = {}): Promise<Worker> {
    const worker = this.newWorker(workerId, settings);
    await worker.start();
    return worker;
  }

  newWorker(workerId: string, settings: Readonly<Record<string, string>> = {}): Worker {
    const config = this.#configOf(workerId, settings);
    const builtins = [...converterPlugins, ...this.pipes.plugins];
    const createWork = hostWork({ builtins, shippedPlugins: [], createLogger: () => silent });
    const worker = new Worker({
      config,
      registry: PluginRegistry.scan({ pluginPath: [], builtins, logger: silent }),
      hostFactory: inlineHostFactory((main, exit) => {
        new TaskHost({ main, createWork, exit });
      }),
      validation: {
        validate: () => Promise.reject(new Error('not asked here')),
        pluginConfig: () => Promise.resolve([]),
        close: () => undefined,
      },
      version: '0.0.1',
      setLogLevel: () => [],
      logger: silent,
    });
    this.workers.push(worker);
    return worker;
  }

  async create(connector: string, config: Readonly<Record<string, string>>): Promise<void> {
    await this.config.write({ kind: 'create-connector', connector, config: { name: connector, ...config } });
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
    await Promise.all([this.config.stop(), this.statuses.stop(), this.offsets.stop()]);
    await this.client.close();
  }

  #configOf(workerId: string, settings: Readonly<Record<string, string>> = {}) {
    const props = {
      'bootstrap.servers': process.env['KAFKA_BOOTSTRAP_SERVERS'] ?? '',
      'group.id': this.groupId,
      'config.storage.topic': `${this.groupId}-configs`,
      'offset.storage.topic': `${this.groupId}-offsets`,
      'status.storage.topic': `${this.groupId}-status`,
      'config.storage.replication.factor': '1',
      'offset.storage.replication.factor': '1',
      'status.storage.replication.factor': '1',
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'offset.flush.interval.ms': '200',
      'heartbeat.interval.ms': '300',
      'task.host': 'inline',
      'worker.id': workerId,
      ...settings,
    };
    return workerConfig(
      { path: 'worker.properties', props, lineOf: () => undefined },
      'worker',
      () => undefined,
    );
  }
}
