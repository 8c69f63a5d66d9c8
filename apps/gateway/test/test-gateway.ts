import { NotFoundError, type ConfigInfos, type ConnectorType } from '@millrace/rest';
import { Requester, type Props } from '@millrace/topic-stores';
import { pino } from 'pino';
import supertest, { type Agent } from 'supertest';
import { NO_MASK } from '../src/connectors/config-mask.ts';
import type { GatewayParts } from '../src/gateway-parts.ts';
import { LogLevels } from '../src/loggers/log-levels.ts';
import { createRestApplication, type RestApplication } from '../src/rest-application.ts';
import { Startup } from '../src/stores/startup.ts';
import { RequesterAsker } from '../src/workers/requester-asker.ts';
import { MemoryAdmin } from './memory-admin.ts';
import { MemoryCluster, type MemoryStores } from './memory-cluster.ts';

export const logger = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' });

export const SOURCE = 'test.Source';
export const SINK = 'test.Sink';

export interface TestGatewayOptions {
  readonly cluster?: MemoryCluster;
  readonly admin?: MemoryAdmin;
  readonly parts?: Partial<GatewayParts>;
  readonly settings?: Partial<Pick<Parameters<typeof createRestApplication>[0], 'cors' | 'responseHeaders'>>;
  /** False: the stores are never started. */
  readonly started?: boolean;
}

/** A gateway without brokers or listeners, its stores in memory. */
export interface TestGateway {
  readonly rest: Agent;
  readonly application: RestApplication;
  readonly cluster: MemoryCluster;
  readonly stores: MemoryStores;
  readonly admin: MemoryAdmin;
  stop(): Promise<void>;
}

export async function testGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const cluster = options.cluster ?? new MemoryCluster();
  const admin = options.admin ?? new MemoryAdmin();
  const stores = cluster.stores();
  const startup = new Startup(
    [
      { stage: 'Reading the config topic', run: () => stores.config.start() },
      { stage: 'Reading the status topic', run: () => stores.status.start() },
      { stage: 'Reading the offset topic', run: () => stores.offset.start() },
    ],
    logger,
  );
  const parts: GatewayParts = {
    configStore: stores.config,
    statusStore: stores.status,
    sourceOffsets: { use: (_config, work) => work(stores.offset) },
    startup,
    admin,
    partitionOffsets: admin,
    clusterId: () => Promise.resolve('test-cluster'),
    topicNames: () => Promise.resolve([...admin.topics.keys()]),
    catalog: { list: () => [], typeOf, fullName: (name) => name, configKeys: unknownPlugin },
    validator: { validate: (props) => Promise.resolve(checked(props)) },
    mask: NO_MASK,
    passwords: NO_MASK,
    hook: { alter: () => Promise.resolve(true) },
    preview: { has: () => false, run: () => Promise.resolve('[]') },
    pluginTimeoutMs: 1_000,
    workers: new RequesterAsker(new Requester({ store: stores.status })),
    levels: new LogLevels(pino({ level: 'error' }, { write: () => undefined })),
    bootstrapServers: ['broker:9092'],
    groupId: 'test-group',
    topicTracking: { enabled: true, resetAllowed: true },
    ...options.parts,
  };
  const application = await createRestApplication({
    parts,
    cors: { origins: '', methods: '' },
    responseHeaders: [],
    swaggerUi: import.meta.dirname,
    logger,
    ...options.settings,
  });
  if (options.started !== false) {
    startup.start();
    while (!startup.ready) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return {
    rest: supertest(application.express),
    application,
    cluster,
    stores,
    admin,
    stop: async () => {
      await startup.stop();
      await application.close();
      await cluster.stop();
    },
  };
}

function typeOf(connectorClass: string | null | undefined): ConnectorType {
  return connectorClass === SOURCE ? 'source' : connectorClass === SINK ? 'sink' : 'unknown';
}

function unknownPlugin(name: string): never {
  throw new NotFoundError(`Unknown plugin ${name}.`);
}

/** Every key is text that must not be empty; `password` is a password. */
function checked(props: Props): ConfigInfos {
  const configs = Object.entries(props).map(([name, value]) => ({
    definition: {
      name,
      type: name === 'password' ? 'PASSWORD' : 'STRING',
      required: false,
      default_value: null,
      importance: 'HIGH',
      documentation: '',
      group: null,
      order_in_group: -1,
      width: 'NONE',
      display_name: name,
      dependents: [],
    },
    value: {
      name,
      value: name === 'password' ? '[hidden]' : value,
      recommended_values: [],
      errors: value === '' ? [`Invalid value  for configuration ${name}: String must be non-empty`] : [],
      visible: true,
    },
  }));
  return {
    name: props['connector.class'] ?? '',
    error_count: configs.filter(({ value }) => value.errors.length > 0).length,
    groups: [],
    configs,
  };
}
