import type { StatusBackingStore } from '@millrace/topic-stores';
import { noteStale } from '../http/staleness.ts';
import { isUnreachable, unavailable } from './config-access.ts';
import type { Startup } from './startup.ts';

const READ_LIMIT_MS = 5_000;
const UNREACHABLE_READ_LIMIT_MS = 250;
const FLUSH_LIMIT_MS = 30_000;

/** The status topic as calls see it. */
export class StatusAccess {
  readonly store: StatusBackingStore;
  readonly #startup: Startup;
  readonly #bootstrapServers: string;

  constructor(store: StatusBackingStore, startup: Startup, bootstrapServers: readonly string[]) {
    this.store = store;
    this.#startup = startup;
    this.#bootstrapServers = bootstrapServers.join(',');
  }

  /** Makes the store hold all that was written before; while the brokers cannot be reached, marks the answer as stale. */
  async read(): Promise<void> {
    this.#startup.requireReady();
    const limitMs = this.store.staleMs() > 0 ? UNREACHABLE_READ_LIMIT_MS : READ_LIMIT_MS;
    try {
      await this.store.read(limitMs);
    } catch (error) {
      if (!isUnreachable(error)) {
        throw error;
      }
      noteStale(Math.max(this.store.staleMs(), limitMs));
    }
  }

  /** As {@link read}, but throws UnavailableError. */
  async readForWrite(): Promise<void> {
    this.#startup.requireReady();
    await this.#reaching(() => this.store.read(READ_LIMIT_MS));
  }

  /** Resolves when all that was put is acknowledged; throws UnavailableError. */
  async flush(): Promise<void> {
    await this.#reaching(() => this.store.flush(FLUSH_LIMIT_MS));
  }

  async #reaching(call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      throw isUnreachable(error) ? unavailable(this.#bootstrapServers, error) : error;
    }
  }
}
