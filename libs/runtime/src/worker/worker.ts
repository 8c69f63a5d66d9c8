import { ConnectError } from '@millrace/connect-api';
import { clientProps, type WorkerConfig } from '@millrace/config';
import { createAdmin, createKafkaClient, type KafkaAdmin, type KafkaClient } from '@millrace/kafka';
import type { PluginRegistry, ValidationHost } from '@millrace/plugins';
import { WorkerCoordinator, type CoordinatorState } from '@millrace/rebalance';
import {
  createConfigBackingStore,
  createStatusBackingStore,
  Responder,
  setUpTopic,
  type ConfigBackingStore,
  type StatusBackingStore,
} from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { Herder } from '../herder/herder.ts';
import type { HostFactory } from '../host/host-link.ts';
import { Signal } from '../task/waiting.ts';
import { drainedWorkers } from './drained-workers.ts';
import { MetricsPublisher } from './metrics-publisher.ts';
import { publishPlugins } from './plugin-publisher.ts';
import { pluginsDigest } from './plugins-digest.ts';
import { Presence } from './presence.ts';
import type { WorkerHealth } from './worker-health.ts';
import { WorkerRequests } from './worker-requests.ts';

export interface WorkerOptions {
  readonly config: WorkerConfig;
  readonly registry: PluginRegistry;
  readonly hostFactory: HostFactory;
  /** Where plugins are asked about configurations, in processes of their own; closed with the worker. */
  readonly validation: Pick<ValidationHost, 'validate' | 'pluginConfig' | 'close'>;
  /** Millrace's own version. */
  readonly version: string;
  /** Sets the level of loggers under a name, for this process; the names of those that changed. Throws ConnectError. */
  readonly setLogLevel: (namespace: string, level: string) => readonly string[];
  readonly logger: Logger;
}

/** What is there once the broker was reached. */
interface Parts {
  readonly client: KafkaClient;
  readonly configStore: ConfigBackingStore;
  readonly statusStore: StatusBackingStore;
  readonly presence: Presence;
  readonly herder: Herder;
  readonly coordinator: WorkerCoordinator;
  readonly responder: Responder;
  readonly metrics: MetricsPublisher;
}

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
  #parts: Parts | null = null;
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

  async #start(): Promise<void> {
    const parts = await this.#connect();
    if (parts === null) {
      return;
    }
    if (this.#stopping.isRaised) {
      await parts.coordinator.leave();
      await this.#close(parts);
      return;
    }
    this.#parts = parts;
    parts.coordinator.finished.then(
      () => undefined,
      (error: unknown) => {
        void this.#close(parts).finally(() => {
          this.#ended.reject(error);
        });
      },
    );
    parts.coordinator.start();
    parts.responder.start();
    parts.metrics.start();
    void this.#publishPlugins(parts.statusStore);
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

  statuses(): StatusBackingStore | null {
    return this.#parts?.statusStore ?? null;
  }

  /** null when the worker was stopped before. */
  async #connect(): Promise<Parts | null> {
    const { config } = this.#options;
    for (
      let retryMs = FIRST_RETRY_MS;
      !this.#stopping.isRaised;
      retryMs = Math.min(2 * retryMs, MAX_RETRY_MS)
    ) {
      const client = createKafkaClient(clientProps(config, 'internal'), {
        clientId: config.clientId,
        logger: this.#logger,
      });
      try {
        await client.connect();
        return await this.#build(client);
      } catch (error) {
        await client.close();
        if (!(error instanceof ConnectError) || !error.retriable) {
          throw error;
        }
        this.#logger.warn(
          { servers: config.bootstrapServers, retryMs, err: error },
          'The Kafka cluster cannot be reached; trying again',
        );
      }
      await this.#stopping.or(new Promise((resolve) => setTimeout(resolve, retryMs)));
    }
    return null;
  }

  async #build(client: KafkaClient): Promise<Parts> {
    const { config, registry, validation, version } = this.#options;
    const logger = this.#logger;
    const admin = createAdmin(client);
    await setUpTopic(admin, config.offsetTopic, logger);
    const { configStore, statusStore } = await this.#startStores(client, admin);
    const presence = new Presence({
      store: statusStore,
      workerId: config.workerId,
      version,
      plugins: pluginsDigest(registry.list()),
    });
    const herder = this.#herder(configStore, statusStore, presence);
    const coordinator = this.#coordinator({ client, configStore, statusStore, presence, herder });
    const requests = new WorkerRequests({
      workerId: config.workerId,
      owns: (connector, task) => herder.owns(connector, task),
      restartTask: (id) => herder.restartTask(id),
      hasPlugin: (className) => registry.list().some((plugin) => plugin.class === className),
      first: () => coordinator.state().isLeader,
      setLogLevel: this.#options.setLogLevel,
      validate: (props) => validation.validate(props),
      connectorConfig: (connector) => configStore.snapshot().connectorConfig(connector),
      alterOffsets: (connectorConfig, change) =>
        herder.alterOffsets(connectorConfig, change, config.configValidationTimeoutMs),
    });
    const responder = new Responder({
      store: statusStore,
      configStore,
      workerId: config.workerId,
      isFor: (to) => requests.isFor(to),
      perform: (op, args) => requests.perform(op, args),
      logger,
    });
    statusStore.addListener({
      onOwn: (kind, _id, _value, { replayed }) => {
        if (kind === 'drain' && !replayed) {
          coordinator.requestRejoin('a worker is drained, or not any more');
        }
      },
    });
    const metrics = new MetricsPublisher({
      store: statusStore,
      workerId: config.workerId,
      intervalMs: config.metricsPublishIntervalMs,
      tasks: () => herder.taskMetrics(),
    });
    return { client, configStore, statusStore, presence, herder, coordinator, responder, metrics };
  }

  async #startStores(
    client: KafkaClient,
    admin: KafkaAdmin,
  ): Promise<{ configStore: ConfigBackingStore; statusStore: StatusBackingStore }> {
    const { config } = this.#options;
    const logger = this.#logger;
    const configStore = createConfigBackingStore({
      client,
      admin,
      settings: config.configTopic,
      groupId: config.groupId,
      logger,
    });
    const statusStore = createStatusBackingStore({ client, admin, settings: config.statusTopic, logger });
    const started = await Promise.allSettled([configStore.start(), statusStore.start()]);
    const failed = started.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) {
      await Promise.allSettled([configStore.stop(), statusStore.stop()]);
      throw failed.reason;
    }
    configStore.addListener({
      onLoggerLevelUpdate: (namespace, level) => {
        this.#options.setLogLevel(namespace, level);
      },
    });
    return { configStore, statusStore };
  }

  #herder(configStore: ConfigBackingStore, statusStore: StatusBackingStore, presence: Presence): Herder {
    const { config, hostFactory } = this.#options;
    return new Herder({
      workerId: config.workerId,
      configStore,
      statusStore,
      hostFactory,
      hostInit: { type: 'init', config },
      hostPoolSize: config.taskHost === 'inline' ? 1 : config.taskHostCount,
      hostUnresponsiveMs: config.taskHostUnresponsiveMs,
      gracefulTimeoutMs: config.taskShutdownGracefulTimeoutMs,
      topicTracking: config.topicTrackingEnable,
      onApplied: (offset) => {
        presence.applied(offset);
      },
      logger: this.#logger,
    });
  }

  #coordinator(
    parts: Pick<Parts, 'client' | 'configStore' | 'statusStore' | 'presence' | 'herder'>,
  ): WorkerCoordinator {
    const { config } = this.#options;
    const { client, configStore, statusStore, presence, herder } = parts;
    return new WorkerCoordinator({
      ...config,
      client: client.separate(config.clientId),
      url: config.advertisedUrl,
      groupInstanceId: config.workerId,
      configStore,
      drained: () => drainedWorkers(statusStore),
      isReplaced: () => presence.replaced(),
      isPredecessorDead: async () => {
        if (!presence.predecessorDead()) {
          return false;
        }
        // If it lives after all, this is how it finds out.
        await presence.announce();
        return true;
      },
      listener: {
        onJoinPrepare: async () => {
          await presence.announce();
          await herder.onJoinPrepare();
        },
        onRevoked: (revoked) => herder.onRevoked(revoked),
        onAssigned: (all, round) => {
          this.#joined = true;
          herder.onAssigned(all, round);
        },
        onLost: (reason) => herder.onLost(reason),
        onLease: (deadline) => {
          this.#leaseUntil = deadline;
          herder.onLease(deadline);
        },
      },
      logger: this.#logger,
    });
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
  async #close(parts: Parts): Promise<void> {
    const { herder, presence, metrics, responder, statusStore, configStore, client } = parts;
    responder.stop();
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
