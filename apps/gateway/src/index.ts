import 'reflect-metadata';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerConfig } from '@millrace/config';
import { setLogLevel, shippedSwaggerUi } from '@millrace/launcher';
import { PluginRegistry, ValidationHost } from '@millrace/plugins';
import { Requester } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { kafkaParts } from './kafka-parts.ts';
import { RestServers } from './listeners/rest-servers.ts';
import { tlsSettings } from './listeners/tls-settings.ts';
import { LogLevels } from './loggers/log-levels.ts';
import { FallbackOffsetHook } from './offsets/fallback-offset-hook.ts';
import { KafkaPartitionOffsets } from './offsets/kafka-partition-offsets.ts';
import { ProcessOffsetHook } from './offsets/process-offset-hook.ts';
import { BUILT_IN_PLUGINS, pluginFolders } from './plugins/built-in-plugins.ts';
import { IsolatedValidator } from './plugins/isolated-validator.ts';
import { publishedPlugins } from './plugins/published-plugins.ts';
import { RegistryCatalog } from './plugins/registry-catalog.ts';
import { createRestApplication } from './rest-application.ts';
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
  const levels = new LogLevels(logger, { setRoot: (level) => setLogLevel(logger, level) });
  const kafka = kafkaParts(config, levels);
  const pluginPath = pluginFolders(config.pluginPath);
  const registry = PluginRegistry.scan({ pluginPath, builtins: BUILT_IN_PLUGINS, logger });
  const { originals: workerProps, baseDir, configValidationTimeoutMs: timeoutMs } = config;
  const host = new ValidationHost({
    entry: entry('validation-host'),
    pluginPath,
    workerProps,
    baseDir,
    timeoutMs,
    logger: levels.logger('millrace.plugins'),
  });
  const own = new ProcessOffsetHook({
    entry: entry('offset-hook-host'),
    pluginPath,
    workerProps,
    baseDir,
    timeoutMs,
  });
  const describe = (name: string, version: string | null) => host.pluginConfig(name, version);
  const catalog = new RegistryCatalog({
    registry,
    describe,
    published: () => publishedPlugins(kafka.statusStore),
  });
  const ownCatalog = new RegistryCatalog({ registry, describe, published: () => [] });
  const workers = new RequesterAsker(new Requester({ store: kafka.statusStore }));
  const startup = new Startup(kafka.steps, logger);
  const application = await createRestApplication({
    parts: {
      ...kafka,
      startup,
      partitionOffsets: new KafkaPartitionOffsets(kafka.adminClient),
      clusterId: () => kafka.client.clusterId(),
      catalog,
      validator: new IsolatedValidator(host),
      hook: new FallbackOffsetHook({ own, ownTypeOf: ownCatalog.typeOf, workers }),
      workers,
      levels,
      bootstrapServers: config.bootstrapServers,
      groupId: config.groupId,
      topicTracking: { enabled: config.topicTrackingEnable, resetAllowed: config.topicTrackingAllowReset },
    },
    cors: { origins: config.accessControlAllowOrigin, methods: config.accessControlAllowMethods },
    responseHeaders: config.responseHeaders,
    swaggerUi: swaggerUiFolder(),
    logger,
  });
  const servers = await RestServers.start({
    handler: application.express,
    listeners: config.listeners,
    adminListeners: config.adminListeners,
    tls: () => tlsSettings(workerProps, baseDir),
  });
  startup.start();
  return {
    ready: `Gateway of group ${config.groupId} on ${servers.urls.join(', ')}`,
    urls: servers.urls,
    finished: startup.failed,
    stop: async () => {
      await servers.stop();
      await startup.stop();
      await application.close();
      host.close();
      await kafka.stop();
    },
  };
}

/** The script of a process of ours; it stands beside this module, in the bundle as in the sources. */
function entry(name: string): string {
  return fileURLToPath(
    new URL(`./${name}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
  );
}

function swaggerUiFolder(): string {
  const shipped = shippedSwaggerUi();
  return shipped === null
    ? dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
    : fileURLToPath(shipped);
}
