import type { OffsetBackingStore } from '@millrace/topic-stores';

/** The offset store of a host: one for all its units, read when the first of them needs it. */
export class HostOffsets {
  readonly #create: () => OffsetBackingStore;
  #store: Promise<OffsetBackingStore> | null = null;

  constructor(create: () => OffsetBackingStore) {
    this.#create = create;
  }

  /** The started store; a start that failed is tried again by the next caller. */
  get(): Promise<OffsetBackingStore> {
    this.#store ??= this.#start();
    return this.#store;
  }

  async close(): Promise<void> {
    await (await this.#store)?.stop();
  }

  async #start(): Promise<OffsetBackingStore> {
    const store = this.#create();
    try {
      await store.start();
      return store;
    } catch (error) {
      this.#store = null;
      throw error;
    }
  }
}
