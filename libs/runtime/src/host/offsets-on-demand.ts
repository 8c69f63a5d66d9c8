import type { OffsetBackingStore } from '@millrace/topic-stores';

/** An offset store that is made and read when it is first needed. */
export class OffsetsOnDemand {
  readonly #create: () => OffsetBackingStore | Promise<OffsetBackingStore>;
  #store: Promise<OffsetBackingStore> | null = null;

  constructor(create: () => OffsetBackingStore | Promise<OffsetBackingStore>) {
    this.#create = create;
  }

  /** The started store; a start that failed is tried again by the next caller. */
  get(): Promise<OffsetBackingStore> {
    this.#store ??= this.#start();
    return this.#store;
  }

  /** Stops it; whoever asks again gets a new one. */
  async close(): Promise<void> {
    const store = this.#store;
    this.#store = null;
    await (await store)?.stop();
  }

  async #start(): Promise<OffsetBackingStore> {
    try {
      const store = await this.#create();
      await store.start();
      return store;
    } catch (error) {
      this.#store = null;
      throw error;
    }
  }
}
