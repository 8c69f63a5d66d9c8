import 'reflect-metadata';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerConfig } from '@millrace/config';
import { setLogLevel, shippedSwaggerUi } from '@millrace/launcher';
import { Requester } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { kafkaParts, type KafkaParts } from './kafka-parts.ts';
import { RestServers } from './listeners/rest-servers.ts';
import { tlsSettings } from './listeners/tls-settings.ts';
import { LogLevels } from './loggers/log-levels.ts';
import { KafkaPartitionOffsets } from './offsets/kafka-partition-offsets.ts';
import { pluginParts } from './plugin-parts.ts';
import { createRestApplication, type RestApplication } from './rest-application.ts';
import { Startup } from './stores/startup.ts';
import { RequesterAsker } from './workers/requester-asker.ts';

export interface GatewayOptions {
  readonly config: WorkerConfig;
  readonly logger: Logger;
}

/** A gateway that listens. */
export interface StartedGateway {
  /** For the log: where it listens. */
  readonly ready: string;
  /** What is listened on, ports as they are. */
  readonly urls: readonly string[];
  /** Rejects with TopicCheckError or ConfigError when it can never do its work. */
  readonly finished: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a gateway: it listens at once, and reads the topics as soon as a broker answers. Throws ConfigError, and Node's error for an
 * address that cannot be had.
 */
export async function startGateway({ config, logger }: GatewayOptions): Promise<StartedGateway> {
  const levels = new LogLevels(logger, {
    setRoot: (level) => {
      setLogLevel(logger, level);
    },
  });
  const kafka = kafkaParts(config, levels);
  const workers = new RequesterAsker(new Requester({ store: kafka.statusStore }));
  const plugins = pluginParts({ config, kafka, workers, logger: levels.logger('millrace.plugins') });
  const startup = new Startup(kafka.steps, logger);
  const application = await createRestApplication({
    parts: {
      ...kafka,
      ...plugins,
      workers,
      levels,
      startup,
      partitionOffsets: new KafkaPartitionOffsets(kafka.adminClient),
      clusterId: () => kafka.client.clusterId(),
      topicNames: () => kafka.adminClient.listTopics(),
      bootstrapServers: config.bootstrapServers,
      groupId: config.groupId,
      topicTracking: { enabled: config.topicTrackingEnable, resetAllowed: config.topicTrackingAllowReset },
    },
    cors: { origins: config.accessControlAllowOrigin, methods: config.accessControlAllowMethods },
    responseHeaders: config.responseHeaders,
    swaggerUi: swaggerUiFolder(),
    logger,
  });
  const servers = await listen(application, config, kafka);
  startup.start();
  return {
    ready: `Gateway of group ${config.groupId} on ${servers.urls.join(', ')}`,
    urls: servers.urls,
    finished: startup.failed,
    stop: async () => {
      await servers.stop();
      await startup.stop();
      await application.close();
      plugins.stop();
      await kafka.stop();
    },
  };
}

/** An address that cannot be had leaves nothing open behind it. */
async function listen(
  { express }: RestApplication,
  config: WorkerConfig,
  kafka: KafkaParts,
): Promise<RestServers> {
  try {
    return await RestServers.start({
      handler: express,
      listeners: config.listeners,
      adminListeners: config.adminListeners,
      tls: () => tlsSettings(config.originals, config.baseDir),
      limits: config.restLimits,
    });
  } catch (error) {
    await kafka.stop();
    throw error;
  }
}

function swaggerUiFolder(): string {
  const shipped = shippedSwaggerUi();
  return shipped === null
    ? dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
    : fileURLToPath(shipped);
}
