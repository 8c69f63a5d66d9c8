import { ConnectError } from '@millrace/connect-api';
import type { CoordinatorState } from '@millrace/rebalance';
import type { StatusBackingStore } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import type { Herder } from '../herder/herder.ts';
import type { RebalanceMeasures } from '../metrics/rebalance-measures.ts';
import { Signal } from '../task/waiting.ts';
import { publishPlugins } from './plugin-publisher.ts';
import type { WorkerHealth } from './worker-health.ts';
import type { WorkerOptions } from './worker-options.ts';
import { buildWorkerParts, type WorkerParts } from './worker-parts.ts';

const CONNECTOR_TYPES = ['source', 'sink'] as const;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;
const FLUSH_LIMIT_MS = 5_000;

/** A worker: member of a group that shares connectors and tasks, and the stores, hosts and records that belong to it. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #logger: Logger;
  readonly #stopping = new Signal();
  readonly #ended = Promise.withResolvers<undefined>();
  #starting: Promise<void> | null = null;
  #parts: WorkerParts | null = null;
  #joined = false;
  #leaseUntil = Number.NEGATIVE_INFINITY;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#logger = options.logger;
    // Whoever is interested awaits it; nobody else must be troubled.
    this.#ended.promise.catch(() => undefined);
  }

  /** Resolves after `stop`; rejects with what ended the worker for good. */
  get finished(): Promise<void> {
    return this.#ended.promise;
  }

  /**
   * Reaches the broker, however long that takes, reads the topics, and begins to join the group. Throws ConfigError or
   * TopicCheckError for what will not mend itself.
   */
  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /** Stops what runs here, with its last commits, leaves the group, and removes what was written about this worker. */
  async stop(): Promise<void> {
    this.#stopping.raise();
    // What it throws is told to whoever started the worker.
    await this.#starting?.catch(() => undefined);
    if (this.#parts !== null) {
      this.#parts.responder.stop();
      await this.#parts.coordinator.leave();
      await this.#close(this.#parts);
    }
    this.#ended.resolve(undefined);
  }

  health(): WorkerHealth {
    if (!this.#joined) {
      const stage =
        this.#parts === null ? 'reaching the Kafka cluster and reading the topics' : 'joining the group';
      return { status: 'starting', message: `Worker is still starting up. It is ${stage}.` };
    }
    if (performance.now() > this.#leaseUntil) {
      return {
        status: 'unhealthy',
        message: 'The worker has lost its place in the group and tries to join again.',
      };
    }
    return { status: 'healthy', message: 'Worker has completed startup and is ready to handle requests.' };
  }

  /** null before the broker was reached. */
  group(): CoordinatorState | null {
    return this.#parts?.coordinator.state() ?? null;
  }

  /** null before the broker was reached. */
  herder(): Herder | null {
    return this.#parts?.herder ?? null;
  }

  /** null before the broker was reached. */
  statuses(): StatusBackingStore | null {
    return this.#parts?.statusStore ?? null;
  }

  /** How the membership in the group goes; null before the broker was reached. */
  rebalances(): RebalanceMeasures | null {
    return this.#parts?.rebalances ?? null;
  }

  /** Class and type of a connector, by its configuration; null where it has none, or the plugin is not here. */
  connectorPlugin(connector: string): { readonly class: string; readonly type: string } | null {
    const props = this.#parts?.configStore.snapshot().connectorConfig(connector);
    const named = props?.['connector.class'] ?? '';
    try {
      const version = props?.['connector.plugin.version'] ?? null;
      return named === '' ? null : this.#options.registry.find(named, CONNECTOR_TYPES, version);
    } catch {
      return null;
    }
  }

  async #start(): Promise<void> {
    const parts = await this.#build();
    if (parts === null) {
      return;
    }
    if (this.#stopping.isRaised) {
      await parts.coordinator.leave();
      await this.#close(parts);
      return;
    }
    this.#parts = parts;
    parts.coordinator.finished.catch((error: unknown) => {
      void this.#close(parts).finally(() => {
        this.#ended.reject(error);
      });
    });
    parts.coordinator.start();
    parts.responder.start();
    parts.metrics.start();
    parts.leftovers.start();
    void this.#publishPlugins(parts.statusStore);
  }

  /** null when the worker was stopped before. */
  async #build(): Promise<WorkerParts | null> {
    const servers = this.#options.config.bootstrapServers;
    for (
      let retryMs = FIRST_RETRY_MS;
      !this.#stopping.isRaised;
      retryMs = Math.min(2 * retryMs, MAX_RETRY_MS)
    ) {
      try {
        return await buildWorkerParts(this.#options, {
          onAssigned: () => {
            this.#joined = true;
          },
          onLease: (deadline) => {
            this.#leaseUntil = deadline;
          },
        });
      } catch (error) {
        if (!(error instanceof ConnectError) || !error.retriable) {
          throw error;
        }
        this.#logger.warn(
          { servers, retryMs, err: error },
          'The Kafka cluster cannot be reached; trying again',
        );
      }
      await this.#stopping.or(new Promise((resolve) => setTimeout(resolve, retryMs)));
    }
    return null;
  }

  async #publishPlugins(store: StatusBackingStore): Promise<void> {
    const { registry, validation } = this.#options;
    try {
      await publishPlugins({
        store,
        plugins: registry.list(),
        describe: (className, version) => validation.pluginConfig(className, version),
        logger: this.#logger,
      });
    } catch (error) {
      this.#logger.warn({ err: error }, 'The plugins of this worker could not be made known');
    }
  }

  /** After the group has been left: hosts, records, stores, connections. */
  async #close(parts: WorkerParts): Promise<void> {
    const { herder, presence, metrics, leftovers, responder, statusStore, configStore, client } = parts;
    responder.stop();
    leftovers.stop();
    this.#options.validation.close();
    await herder.stop();
    metrics.stop();
    presence.remove();
    try {
      await statusStore.flush(FLUSH_LIMIT_MS);
    } catch (error) {
      this.#logger.warn({ err: error }, 'The last statuses could not be written in time');
    }
    await configStore.stop();
    await statusStore.stop();
    await client.close();
  }
}
