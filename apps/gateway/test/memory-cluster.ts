import {
  memoryConfigBackingStore,
  memoryOffsetBackingStore,
  memoryStatusBackingStore,
  MemoryTopic,
  type ConfigBackingStore,
  type OffsetBackingStore,
  type StatusBackingStore,
} from '@millrace/topic-stores';

export interface MemoryStores {
  readonly config: ConfigBackingStore;
  readonly status: StatusBackingStore;
  readonly offset: OffsetBackingStore;
}

/** The three internal topics in memory; whoever opens stores on them sees the others as on a broker. */
export class MemoryCluster {
  readonly configTopic = new MemoryTopic('configs');
  readonly statusTopic = new MemoryTopic('status', 5);
  readonly offsetTopic = new MemoryTopic('offsets', 25);
  readonly #open: MemoryStores[] = [];

  /** Stores that are not started yet. */
  stores(): MemoryStores {
    const stores = {
      config: memoryConfigBackingStore(this.configTopic),
      status: memoryStatusBackingStore(this.statusTopic),
      offset: memoryOffsetBackingStore(this.offsetTopic),
    };
    this.#open.push(stores);
    return stores;
  }

  async started(): Promise<MemoryStores> {
    const stores = this.stores();
    await Promise.all([stores.config.start(), stores.status.start(), stores.offset.start()]);
    return stores;
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#open
        .splice(0)
        .flatMap(({ config, status, offset }) => [config.stop(), status.stop(), offset.stop()]),
    );
  }
}
