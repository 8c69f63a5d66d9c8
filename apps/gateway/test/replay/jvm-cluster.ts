import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ConfigTransformer, createConfigProviders } from '@millrace/config';
import { PluginRegistry, pluginConfig, validateConnector } from '@millrace/plugins';
import type { Props } from '@millrace/topic-stores';
import type { SinkConnector, SourceConnector, SourcePartition } from '@millrace/connect-api';
import { OperationFailedError } from '@millrace/rest';
import { BUILT_IN_PLUGINS } from '../../src/plugins/built-in-plugins.ts';
import { IsolatedValidator } from '../../src/plugins/isolated-validator.ts';
import { RegistryCatalog } from '../../src/plugins/registry-catalog.ts';
import type { OffsetChange } from '../../src/offsets/offset-hook.ts';
import { FakeWorker } from '../fake-worker.ts';
import { MemoryAdmin } from '../memory-admin.ts';
import { MemoryCluster } from '../memory-cluster.ts';
import { logger, testGateway, type TestGateway } from '../test-gateway.ts';

const FILE = 'org.apache.kafka.connect.file.FileStream';
const CONNECTORS = join(import.meta.dirname, '../../../../libs/connectors');
/** What the capture's files and topics held. */
const LINES_BYTES = 18n;
const RECORDS = 3;

export interface RunOptions {
  readonly workerId: string;
  readonly workerProps: Readonly<Record<string, string>>;
  /** Where references to files start. */
  readonly baseDir: string;
  readonly cors: string;
}

/** One run of the capture: a gateway where a JVM worker's REST API was, and something that does what its tasks did. */
export class Run {
  readonly gateway: TestGateway;
  readonly worker: FakeWorker;
  readonly #server: Server;

  private constructor(gateway: TestGateway, worker: FakeWorker, server: Server) {
    this.gateway = gateway;
    this.worker = worker;
    this.#server = server;
  }

  static async start(cluster: JvmCluster, options: RunOptions): Promise<Run> {
    const { memory, admin, registry } = cluster;
    const { workerProps, baseDir } = options;
    const transformer = new ConfigTransformer(await createConfigProviders(workerProps, { baseDir }));
    const catalog = new RegistryCatalog({
      registry,
      describe: (name, version) => pluginConfig(registry, name, version),
      published: () => [],
    });
    const gateway = await testGateway({
      cluster: memory,
      admin,
      parts: {
        catalog,
        validator: new IsolatedValidator({
          validate: (props) => validateConnector({ registry, props, workerProps, transformer }),
        }),
        hook: { alter: (_connector, config, change) => alter(registry, config, change) },
        groupId: workerProps['group.id'] ?? '',
      },
      settings: { cors: { origins: options.cors, methods: '' } },
    });
    const worker = await FakeWorker.start(memory, {
      workerId: options.workerId,
      taskConfigs,
      taskTrace,
      startTrace: (config) => (config['transforms.a.predicate'] === 'zz' ? 'an unknown predicate' : null),
      topicsOf: (config) => (config['topics'] ?? config['topic'] ?? '').split(','),
      onTask: (connector, config) => cluster.move(connector, config),
    });
    admin.members.set(workerProps['group.id'] ?? '', [options.workerId]);
    await cluster.moved();
    const server = createServer(gateway.application.express as never);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Run(gateway, worker, server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.worker.stop();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.gateway.application.close();
  }
}

/** What outlives the runs: the topics, the groups of sinks, the plugins. */
export class JvmCluster {
  readonly memory = new MemoryCluster();
  readonly admin = new MemoryAdmin();
  readonly registry = PluginRegistry.scan({
    pluginPath: [CONNECTORS],
    builtins: BUILT_IN_PLUGINS,
    logger,
  });
  #moving: Promise<unknown> = Promise.resolve();

  /** A task has read its file, or its topics, to the end. */
  move(connector: string, config: Props): void {
    const { file = null, topics = null } = config;
    if (topics !== null) {
      const offsets = topics.split(',').map((topic) => ({ topic, partition: 0, offset: RECORDS }));
      this.admin.commit(`connect-${connector}`, ...offsets);
    } else if (file !== null) {
      const offset = { partition: { filename: file }, offset: { position: LINES_BYTES } };
      this.#moving = this.#moving
        .then(() => this.memory.started())
        .then(({ offset: store }) => store.set(connector, [offset]));
    }
  }

  async moved(): Promise<void> {
    await this.#moving;
  }
}

/** What the JVM's file connectors and its worker make of a configuration; null: the connector does not start. */
function taskConfigs(config: Props): readonly Props[] | null {
  if (
    config['topic.creation.groups'] !== undefined &&
    config['topic.creation.default.partitions'] === undefined
  ) {
    return null;
  }
  const kind = config['topics'] === undefined ? 'Source' : 'Sink';
  return [{ ...config, 'task.class': `${FILE}${kind}Task` }];
}

function taskTrace(config: Props): string | null {
  if (config['topic']?.includes(' ') === true) {
    return 'a topic that cannot be';
  }
  return config['topics'] !== undefined && config['value.converter']?.endsWith('.JsonConverter') === true
    ? 'a record that is no JSON'
    : null;
}

async function alter(registry: PluginRegistry, config: Props, change: OffsetChange): Promise<boolean> {
  const connector = (await registry.connector(config['connector.class'] ?? '')).create();
  try {
    return await (change.type === 'sink'
      ? (connector as SinkConnector).alterOffsets(config, change.offsets)
      : (connector as SourceConnector).alterOffsets(
          config,
          new Map(change.offsets.map(({ partition, offset }) => [partition as SourcePartition, offset])),
        ));
  } catch (error) {
    throw new OperationFailedError((error as Error).message);
  }
}
