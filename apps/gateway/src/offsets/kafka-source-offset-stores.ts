import { clientProps, hasReference, type WorkerConfig } from '@millrace/config';
import { createAdmin, createKafkaClient } from '@millrace/kafka';
import { OperationFailedError } from '@millrace/rest';
import { createOwnOffsetStore, type OffsetBackingStore, type Props } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import type { SourceOffsetStores } from './source-offset-stores.ts';

/** Calls of the REST API are answered, or refused, before their clients give up. */
const LIMIT = { 'default.api.timeout.ms': '30000' } as const;

export interface KafkaSourceOffsetStoresOptions {
  readonly config: WorkerConfig;
  /** The worker's store, started and stopped by others. */
  readonly worker: OffsetBackingStore;
  readonly logger: Logger;
}

/** Opens the offset topic of a connector for as long as it is needed, over connections of the connector's own settings. */
export class KafkaSourceOffsetStores implements SourceOffsetStores {
  readonly #options: KafkaSourceOffsetStoresOptions;

  constructor(options: KafkaSourceOffsetStoresOptions) {
    this.#options = options;
  }

  async use<T>(props: Props, work: (store: OffsetBackingStore) => Promise<T>): Promise<T> {
    const { config, worker, logger } = this.#options;
    const topic = props['offsets.storage.topic']?.trim() ?? '';
    if (topic === '') {
      return work(worker);
    }
    const client = createKafkaClient(
      { ...LIMIT, ...reachable(topic, clientProps(config, 'producer', props)) },
      { clientId: `${config.clientId}-gateway-offsets`, logger },
    );
    try {
      const store = await createOwnOffsetStore({
        topic,
        client,
        admin: createAdmin(client),
        settings: config.offsetTopic,
        worker,
        logger,
      });
      try {
        await store.start();
        return await work(store);
      } finally {
        await store.stop();
      }
    } finally {
      await client.close();
    }
  }
}

/** Secrets are resolved on workers only (design invariant 6): a topic that can be reached only with one is out of reach here. */
function reachable(topic: string, props: Record<string, string>): Record<string, string> {
  const [key] = Object.entries(props).find(([, value]) => hasReference(value)) ?? [];
  if (key !== undefined) {
    throw new OperationFailedError(
      `The offset topic ${topic} of this connector is reached with producer.override.${key}, which refers to a config provider; ` +
        'only workers resolve such references. Give the worker the setting as producer.' +
        `${key}, or read the topic with Kafka's own tools`,
    );
  }
  return props;
}
