import { clientProps, type WorkerConfig } from '@millrace/config';
import type { Props } from '@millrace/connect-api';
import { createAdmin, type KafkaClient, type SendGate } from '@millrace/kafka';
import { createOwnOffsetStore, type OffsetBackingStore } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import type { ClientPool } from './client-pool.ts';
import { OffsetsOnDemand } from './offsets-on-demand.ts';

export interface ConnectorOffsetsOptions {
  readonly config: WorkerConfig;
  readonly clients: ClientPool;
  /** The store of the worker's topic, which all connectors of a host share. */
  readonly worker: OffsetsOnDemand;
  readonly gate: SendGate;
  readonly logger: Logger;
}

/** The offsets of one connector; `close` ends only what is its own. */
export interface ConnectorOffsets {
  get(): Promise<OffsetBackingStore>;
  close(): Promise<void>;
}

/**
 * Where a connector's offsets are: in the worker's topic, or in that of `offsets.storage.topic`, which is created like the worker's
 * where it is missing, on the cluster that the connector writes to.
 */
export function connectorOffsets(
  options: ConnectorOffsetsOptions,
  topic: string | null,
  connectorProps: Props,
): ConnectorOffsets {
  const { config, clients, worker } = options;
  const shared: ConnectorOffsets = { get: () => worker.get(), close: () => Promise.resolve() };
  if (topic === null) {
    return shared;
  }
  const client = clients.shared(clientProps(config, 'producer', connectorProps));
  if (topic === config.offsetTopic.topic && client === clients.shared(clientProps(config, 'internal'))) {
    return shared;
  }
  return new OffsetsOnDemand(() => ownStore(options, topic, client));
}

async function ownStore(
  { config, worker, gate, logger }: ConnectorOffsetsOptions,
  topic: string,
  client: KafkaClient,
): Promise<OffsetBackingStore> {
  return createOwnOffsetStore({
    topic,
    client,
    admin: createAdmin(client),
    settings: config.offsetTopic,
    worker: await worker.get(),
    gate,
    logger,
  });
}
