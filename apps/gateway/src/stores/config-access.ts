import { KafkaError } from '@millrace/kafka';
import { UnavailableError } from '@millrace/rest';
import {
  StoreTimeoutError,
  type ClusterConfigState,
  type ConfigBackingStore,
  type ConfigWrite,
  type ConfigWriteResult,
} from '@millrace/topic-stores';
import { noteStale } from '../http/staleness.ts';
import type { Startup } from './startup.ts';

const READ_LIMIT_MS = 5_000;
const WRITE_LIMIT_MS = 30_000;
/** When the topic could not be followed lately, nobody is kept waiting to find out that it still cannot. */
const UNREACHABLE_READ_LIMIT_MS = 250;
const UNREACHABLE_WRITE_LIMIT_MS = 3_000;

/** The config topic as calls see it (design invariant 3). */
export class ConfigAccess {
  readonly #store: ConfigBackingStore;
  readonly #startup: Startup;
  readonly #bootstrapServers: string;

  constructor(store: ConfigBackingStore, startup: Startup, bootstrapServers: readonly string[]) {
    this.#store = store;
    this.#startup = startup;
    this.#bootstrapServers = bootstrapServers.join(',');
  }

  /** Whether the brokers could not be reached lately. */
  get unreachable(): boolean {
    return this.#store.staleMs() > 0;
  }

  /** Everything acknowledged before the call; while the brokers cannot be reached, what there is, marked as stale. */
  async read(): Promise<ClusterConfigState> {
    this.#startup.requireReady();
    const limitMs = this.unreachable ? UNREACHABLE_READ_LIMIT_MS : READ_LIMIT_MS;
    try {
      return await this.#store.read(limitMs);
    } catch (error) {
      if (!isUnreachable(error)) {
        throw error;
      }
      noteStale(Math.max(this.#store.staleMs(), limitMs));
      return this.#store.snapshot();
    }
  }

  /** Everything acknowledged before the call, or UnavailableError: what a change is decided on is never stale. */
  async readForWrite(): Promise<ClusterConfigState> {
    this.#startup.requireReady();
    return this.#reaching(() =>
      this.#store.read(this.unreachable ? UNREACHABLE_WRITE_LIMIT_MS : WRITE_LIMIT_MS),
    );
  }

  /** Throws the store's precondition errors, UnavailableError while it cannot be written. */
  async write(write: ConfigWrite): Promise<ConfigWriteResult> {
    this.#startup.requireReady();
    return this.#reaching(() =>
      this.#store.write(write, this.unreachable ? UNREACHABLE_WRITE_LIMIT_MS : WRITE_LIMIT_MS),
    );
  }

  /** Throws unless the topic can be read within `limitMs`. */
  async check(limitMs: number): Promise<void> {
    await this.#reaching(() => this.#store.read(this.unreachable ? Math.min(limitMs, 1_000) : limitMs));
  }

  async #reaching<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw isUnreachable(error) ? unavailable(this.#bootstrapServers, error) : error;
    }
  }
}

/** Whether the brokers are to blame, and it may work later. */
export function isUnreachable(error: unknown): error is Error {
  return error instanceof StoreTimeoutError || (error instanceof KafkaError && error.retriable);
}

/** 503 with the reason, naming the address. */
export function unavailable(bootstrapServers: string, cause: Error): UnavailableError {
  return new UnavailableError(`Kafka at ${bootstrapServers} cannot be reached: ${cause.message}`, { cause });
}
