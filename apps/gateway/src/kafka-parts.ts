import { clientProps, type WorkerConfig } from '@millrace/config';
import { createAdmin, createKafkaClient, type KafkaAdmin, type KafkaClient } from '@millrace/kafka';
import {
  createConfigBackingStore,
  createOffsetBackingStore,
  createStatusBackingStore,
  type ConfigBackingStore,
  type StatusBackingStore,
} from '@millrace/topic-stores';
import type { LogLevels } from './loggers/log-levels.ts';
import { KafkaSourceOffsetStores } from './offsets/kafka-source-offset-stores.ts';
import type { SourceOffsetStores } from './offsets/source-offset-stores.ts';
import type { StartStep } from './stores/startup.ts';

/** Calls of the REST API are answered, or refused, before their clients give up. */
const ADMIN_LIMIT = { 'default.api.timeout.ms': '30000' } as const;

/** The gateway's connections, and the stores over them. */
export interface KafkaParts {
  readonly client: KafkaClient;
  /** For what is not of the internal topics: groups of sinks, topics of connectors. */
  readonly adminClient: KafkaClient;
  readonly admin: KafkaAdmin;
  readonly configStore: ConfigBackingStore;
  readonly statusStore: StatusBackingStore;
  readonly sourceOffsets: SourceOffsetStores;
  readonly steps: readonly StartStep[];
  stop(): Promise<void>;
}

/** Makes them; nothing is connected yet. */
export function kafkaParts(config: WorkerConfig, levels: LogLevels): KafkaParts {
  const kafkaLogger = levels.logger('millrace.kafka');
  const logger = levels.logger('millrace.stores');
  const client = createKafkaClient(clientProps(config, 'internal'), {
    logger: kafkaLogger,
    clientId: `${config.clientId}-gateway`,
  });
  const adminClient = createKafkaClient(
    { ...ADMIN_LIMIT, ...clientProps(config, 'admin') },
    { logger: kafkaLogger, clientId: `${config.clientId}-gateway-admin` },
  );
  const admin = createAdmin(client);
  const common = { client, admin, logger };
  const configStore = createConfigBackingStore({
    ...common,
    settings: config.configTopic,
    groupId: config.groupId,
  });
  const statusStore = createStatusBackingStore({ ...common, settings: config.statusTopic });
  const offsetStore = createOffsetBackingStore({ ...common, settings: config.offsetTopic });
  const stores = [configStore, statusStore, offsetStore];
  const topics = [config.configTopic, config.statusTopic, config.offsetTopic].map(({ topic }) => topic);
  const starts = stores.map((store) => once(() => store.start()));
  return {
    client,
    adminClient,
    admin: createAdmin(adminClient),
    configStore,
    statusStore,
    sourceOffsets: new KafkaSourceOffsetStores({ config, worker: offsetStore, logger }),
    steps: [
      {
        stage: `Connecting to Kafka at ${config.bootstrapServers.join(',')}`,
        run: () => client.connect(),
      },
      {
        stage: `Reading the topics ${topics.join(', ')}`,
        run: async () => {
          await Promise.all(starts.map((start) => start()));
        },
      },
    ],
    stop: async () => {
      await Promise.allSettled(stores.map((store) => store.stop()));
      await Promise.allSettled([client.close(), adminClient.close()]);
    },
  };
}

/** What has succeeded is not done again, what failed is. */
function once(run: () => Promise<void>): () => Promise<void> {
  let done = false;
  return async () => {
    if (!done) {
      await run();
      done = true;
    }
  };
}
