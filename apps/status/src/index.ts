import 'reflect-metadata';
import type { Server } from 'node:http';
import { clientProps, type WorkerConfig } from '@millrace/config';
import { closeServers, listen, urlOf } from '@millrace/launcher';
import type { Logger } from 'pino';
import { Aggregator } from './aggregator.ts';
import { openDatabase } from './database/open-database.ts';
import { createHttp } from './http/create-http.ts';
import type { StatusSettings } from './settings.ts';
import { KafkaRecordSource } from './topics/kafka-record-source.ts';

/** A running aggregator. */
export interface StartedStatus {
  readonly ready: string;
  stop(): Promise<void>;
}

/**
 * Starts the status aggregator: opens its database, serves HTTP, and follows the topics for as long as it runs, also while no
 * broker answers. Throws DatabaseError, ConfigError, or what the listening failed with.
 */
export async function startStatus(options: {
  readonly config: WorkerConfig;
  readonly logger: Logger;
}): Promise<StartedStatus> {
  const { logger } = options;
  const settings = statusSettings(options.config);
  const database = await openDatabase(settings.database);
  const source = new KafkaRecordSource({
    client: settings.client,
    clientId: settings.clientId,
    topics: [settings.configTopic, settings.statusTopic],
    logger,
  });
  const aggregator = new Aggregator({ settings, database, source, logger });
  try {
    const app = await createHttp(aggregator, logger);
    const servers = await listen(app.getHttpAdapter().getInstance(), settings.listeners);
    aggregator.start();
    return {
      ready: readyLine(settings, servers),
      stop: async () => {
        await closeServers(servers);
        await app.close();
        await aggregator.stop();
      },
    };
  } catch (error) {
    await aggregator.stop();
    throw error;
  }
}

function statusSettings(config: WorkerConfig): StatusSettings {
  return {
    groupId: config.groupId,
    client: clientProps(config, 'internal'),
    clientId: config.clientId,
    configTopic: config.configTopic.topic,
    statusTopic: config.statusTopic.topic,
    database: config.statusDatabase,
    listeners: config.listeners,
  };
}

function readyLine({ configTopic, statusTopic }: StatusSettings, servers: readonly Server[]): string {
  const where = servers.length === 0 ? 'no port' : servers.map(urlOf).join(', ');
  return `Status aggregator on ${where}, following ${configTopic} and ${statusTopic}`;
}
