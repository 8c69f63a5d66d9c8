import { ConfigTransformer, createConfigProviders, clientProps } from '@millrace/config';
import { createAdmin } from '@millrace/kafka';
import { PluginRegistry, type PluginDefinition } from '@millrace/plugins';
import { createOffsetBackingStore } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { ClientPool } from './client-pool.ts';
import type { Lease } from './lease.ts';
import type { HostInit } from './messages.ts';
import { OffsetsOnDemand } from './offsets-on-demand.ts';
import { RunnerFactory } from './runner-factory.ts';
import type { HostWork } from './task-host.ts';

export interface HostWorkOptions {
  /** Plugins that come with the program: converters, transforms, predicates. */
  readonly builtins: readonly PluginDefinition[];
  /** Folders of plugins that come with the program, besides `plugin.path`. */
  readonly shippedPlugins: readonly string[];
  readonly createLogger: (level: string) => Logger;
}

/** Makes what a host works with out of what its worker told it. Throws ConfigError for settings it cannot work with. */
export function hostWork(options: HostWorkOptions): (init: HostInit, lease: Lease) => Promise<HostWork> {
  return async (init, lease) => {
    const { config } = init;
    const logger = options.createLogger(config.logLevel);
    const registry = PluginRegistry.scan({
      pluginPath: [...config.pluginPath, ...options.shippedPlugins],
      builtins: options.builtins,
      logger,
    });
    const providers = await createConfigProviders(config.originals, {
      baseDir: config.baseDir,
      create: (className) => registry.configProvider(className),
    });
    const clients = new ClientPool(`${config.workerId}-host`, logger);
    const internal = clientProps(config, 'internal');
    const offsets = new OffsetsOnDemand(() => {
      const client = clients.shared(internal);
      return createOffsetBackingStore({
        client,
        admin: createAdmin(client),
        settings: config.offsetTopic,
        gate: lease.check,
        logger,
      });
    });
    return {
      factory: new RunnerFactory({
        config,
        registry,
        resolver: new ConfigTransformer(providers),
        lease,
        clients,
        offsets,
        logger,
      }),
      logger,
      gracefulTimeoutMs: config.taskShutdownGracefulTimeoutMs,
      metricsIntervalMs: Math.min(config.metricsPublishIntervalMs, 5_000),
    };
  };
}
