import 'reflect-metadata';
import type { Server } from 'node:http';
import { hostAndPort, type Listener, type WorkerConfig } from '@millrace/config';
import { closeServers, listen, PROCESS_FLAGS, sdkUrl } from '@millrace/launcher';
import { PluginRegistry, shareSdk, ValidationHost } from '@millrace/plugins';
import { Worker } from '@millrace/runtime';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { hostFactory } from './host-factory.ts';
import { logLevelSetter } from './log-levels.ts';
import { BUILT_IN_PLUGINS, pluginFolders } from './plugins.ts';
import { script } from './script.ts';
import { VERSION } from './version.ts';
import { WorkerModule } from './worker.module.ts';

/** A worker that has reached its cluster. */
export interface StartedWorker {
  readonly ready: string;
  /** Gives its work up, leaves the group, ends its task hosts. */
  stop(): Promise<void>;
  /** Rejects with what ended the worker for good. */
  readonly finished: Promise<void>;
}

/**
 * Starts a worker; resolves once its topics are read and it joins the group, however long the broker keeps it waiting. Throws ConfigError,
 * TopicCheckError, or Node's error for a port that cannot be had.
 */
export async function startWorker(options: {
  readonly config: WorkerConfig;
  readonly logger: Logger;
  /** Where health and metrics are served; the configuration's listeners when left out, none when empty. */
  readonly listeners?: readonly Listener[];
}): Promise<StartedWorker> {
  const { config, logger, listeners = config.listeners } = options;
  shareSdk(sdkUrl());
  const pluginPath = pluginFolders(config.pluginPath);
  const worker = new Worker({
    config,
    registry: PluginRegistry.scan({ pluginPath, builtins: BUILT_IN_PLUGINS, logger }),
    hostFactory: hostFactory(config, logger),
    validation: new ValidationHost({
      entry: script('validation-host'),
      execArgv: PROCESS_FLAGS,
      pluginPath,
      workerProps: config.originals,
      baseDir: config.baseDir,
      timeoutMs: config.configValidationTimeoutMs,
      maxProcesses: 1,
      idleMs: 1_000,
      logger,
    }),
    version: VERSION,
    setLogLevel: logLevelSetter(logger),
    logger,
  });
  const { nest, servers } = await serve(worker, listeners);
  const close = async (): Promise<void> => {
    await closeServers(servers);
    await nest.close();
  };
  try {
    await worker.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ready: readyLine(config, listeners),
    finished: worker.finished,
    stop: async () => {
      await worker.stop();
      await close();
    },
  };
}

async function serve(
  worker: Worker,
  listeners: readonly Listener[],
): Promise<{ nest: INestApplicationContext; servers: readonly Server[] }> {
  const module = WorkerModule.over(worker);
  const settings = { logger: false, abortOnError: false } as const;
  if (listeners.length === 0) {
    return { nest: await NestFactory.createApplicationContext(module, settings), servers: [] };
  }
  const nest = await NestFactory.create<NestExpressApplication>(module, { ...settings, bodyParser: false });
  nest.disable('x-powered-by');
  await nest.init();
  const handler = nest.getHttpAdapter().getInstance() as Parameters<typeof listen>[0];
  try {
    return { nest, servers: await listen(handler, listeners) };
  } catch (error) {
    await nest.close();
    throw error;
  }
}

function readyLine(config: WorkerConfig, listeners: readonly Listener[]): string {
  const where = listeners
    .map(({ scheme, host, port }) => `${scheme}://${hostAndPort(host, port)}`)
    .join(', ');
  const shown = where === '' ? '' : `; health and metrics on ${where}`;
  return `Worker ${config.workerId} of group ${config.groupId}${shown}`;
}
