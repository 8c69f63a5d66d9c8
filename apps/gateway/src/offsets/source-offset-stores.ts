import type { OffsetBackingStore, Props } from '@millrace/topic-stores';

/** Where the offsets of a source connector are: in the worker's topic, or in one of its own (`offsets.storage.topic`). */
export interface SourceOffsetStores {
  /** Does `work` with the store of a connector of that configuration. Throws OperationFailedError when it cannot be reached. */
  use<T>(config: Props, work: (store: OffsetBackingStore) => Promise<T>): Promise<T>;
}
