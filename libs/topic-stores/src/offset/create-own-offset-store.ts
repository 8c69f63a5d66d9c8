import { setUpTopic } from '../log/topic-setup.ts';
import { createOffsetBackingStore, type OffsetBackingStoreOptions } from './create-offset-backing-store.ts';
import { LayeredOffsetBackingStore } from './layered-offset-backing-store.ts';
import type { OffsetBackingStore } from './offset-backing-store.ts';

export interface OwnOffsetStoreOptions extends OffsetBackingStoreOptions {
  /** `offsets.storage.topic` of the connector. `settings` are those of the worker's topic, after which it is created where it is missing. */
  readonly topic: string;
  /** Of the worker's topic, started. */
  readonly worker: OffsetBackingStore;
}

/** The store of a connector with an offset topic of its own, not started yet. Throws TopicCheckError, KafkaError. */
export async function createOwnOffsetStore({
  topic,
  worker,
  ...options
}: OwnOffsetStoreOptions): Promise<OffsetBackingStore> {
  const settings = { ...options.settings, topic, property: 'offsets.storage.topic' };
  await setUpTopic(options.admin, settings, options.logger);
  const own = createOffsetBackingStore({ ...options, settings });
  return new LayeredOffsetBackingStore({ own, worker, logger: options.logger });
}
