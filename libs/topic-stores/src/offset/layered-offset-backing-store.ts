import { stringifyJson, toError, type SourceOffset, type SourcePartition } from '@millrace/connect-api';
import type { Logger } from 'pino';
import { canonicalPartition } from './offset-records.ts';
import type { OffsetBackingStore, PartitionOffset } from './offset-backing-store.ts';

export interface LayeredOffsetBackingStoreOptions {
  /** Of the connector's own topic; started and stopped with this one. */
  readonly own: OffsetBackingStore;
  /** The worker's, for connectors that had no topic of their own before; somebody else's to start and stop. */
  readonly worker: OffsetBackingStore;
  readonly logger: Logger;
}

/**
 * Offsets of a connector with a topic of its own, `offsets.storage.topic` (KIP-618, the JVM's ConnectorOffsetBackingStore). They are
 * written to both topics, so that the setting can be taken back; what counts is the connector's own, and the worker's where that has none.
 */
export class LayeredOffsetBackingStore implements OffsetBackingStore {
  readonly #own: OffsetBackingStore;
  readonly #worker: OffsetBackingStore;
  readonly #logger: Logger;

  constructor({ own, worker, logger }: LayeredOffsetBackingStoreOptions) {
    this.#own = own;
    this.#worker = worker;
    this.#logger = logger;
  }

  start(): Promise<void> {
    return this.#own.start();
  }

  stop(): Promise<void> {
    return this.#own.stop();
  }

  async get(connector: string, partitions: readonly SourcePartition[]): Promise<(SourceOffset | null)[]> {
    const [own, worker] = await Promise.all([
      this.#own.get(connector, partitions),
      this.#worker.get(connector, partitions),
    ]);
    return own.map((offset, index) => offset ?? worker[index] ?? null);
  }

  async all(connector: string): Promise<readonly PartitionOffset[]> {
    const [own, worker] = await Promise.all([this.#own.all(connector), this.#worker.all(connector)]);
    const merged = new Map<string, PartitionOffset>();
    for (const entry of [...worker, ...own]) {
      merged.set(canonicalPartition(connector, entry.partition), entry);
    }
    return [...merged.values()];
  }

  /** Removals go to the worker's topic first: else what is removed from the connector's own would show through from there. */
  async set(connector: string, offsets: readonly PartitionOffset[]): Promise<void> {
    const removed = offsets.filter(({ offset }) => offset === null);
    const written = offsets.filter(({ offset }) => offset !== null);
    if (removed.length > 0) {
      await this.#worker.set(connector, removed);
    }
    await this.#own.set(connector, offsets);
    if (written.length > 0) {
      this.#copy(connector, written);
    }
  }

  #copy(connector: string, offsets: readonly PartitionOffset[]): void {
    this.#worker.set(connector, offsets).catch((error: unknown) => {
      const partitions = offsets.map(({ partition }) => stringifyJson(new Map(Object.entries(partition))));
      this.#logger.warn(
        { err: toError(error), connector, partitions },
        "Offsets are in the connector's own topic, but could not be copied to the worker's",
      );
    });
  }
}
