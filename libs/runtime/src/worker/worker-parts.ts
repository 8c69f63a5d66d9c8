import { clientProps, type WorkerConfig } from '@millrace/config';
import { createAdmin, createKafkaClient, type KafkaAdmin, type KafkaClient } from '@millrace/kafka';
import type { SensorSettings } from '@millrace/metrics';
import { WorkerCoordinator } from '@millrace/rebalance';
import {
  createConfigBackingStore,
  createStatusBackingStore,
  Responder,
  setUpTopic,
  type ConfigBackingStore,
  type StatusBackingStore,
} from '@millrace/topic-stores';
import { Herder } from '../herder/herder.ts';
import { RebalanceMeasures } from '../metrics/rebalance-measures.ts';
import { drainedWorkers } from './drained-workers.ts';
import { LeftoverSweep } from './leftover-sweep.ts';
import { MetricsPublisher } from './metrics-publisher.ts';
import { pluginsDigest } from './plugins-digest.ts';
import { Presence } from './presence.ts';
import { WorkerRequests } from './worker-requests.ts';
import type { WorkerOptions } from './worker-options.ts';

/** What a worker is made of once its broker was reached; nothing of it is in the group yet. */
export interface WorkerParts {
  readonly client: KafkaClient;
  readonly configStore: ConfigBackingStore;
  readonly statusStore: StatusBackingStore;
  readonly presence: Presence;
  readonly herder: Herder;
  readonly coordinator: WorkerCoordinator;
  readonly responder: Responder;
  readonly metrics: MetricsPublisher;
  readonly rebalances: RebalanceMeasures;
  readonly leftovers: LeftoverSweep;
}

/** What the worker itself wants to be told. */
export interface WorkerHooks {
  readonly onAssigned: () => void;
  /** The place in the group is safe until this moment of `performance.now()`. */
  readonly onLease: (deadline: number) => void;
}

type Stores = Pick<WorkerParts, 'configStore' | 'statusStore'>;

/**
 * Reaches the broker, checks or makes the topics, reads them, and puts the parts together. Throws KafkaError or StoreTimeoutError when it
 * may be tried again, TopicCheckError and ConfigError when not; no connection is left open then.
 */
export async function buildWorkerParts(options: WorkerOptions, hooks: WorkerHooks): Promise<WorkerParts> {
  const { config, registry, version, logger } = options;
  const client = createKafkaClient(clientProps(config, 'internal'), { clientId: config.clientId, logger });
  try {
    await client.connect();
    const admin = createAdmin(client);
    await setUpTopic(admin, config.offsetTopic, logger);
    const stores = await startStores(options, client, admin);
    const presence = new Presence({
      store: stores.statusStore,
      workerId: config.workerId,
      version,
      plugins: pluginsDigest(registry.list()),
    });
    const herder = newHerder(options, stores, presence);
    const rebalances = new RebalanceMeasures(sensorSettings(config));
    const parts = { client, ...stores, presence, herder, rebalances };
    const coordinator = newCoordinator(config, parts, { ...hooks, logger });
    return {
      ...parts,
      coordinator,
      responder: newResponder(options, stores, { herder, coordinator }),
      metrics: new MetricsPublisher({
        store: stores.statusStore,
        workerId: config.workerId,
        intervalMs: config.metricsPublishIntervalMs,
        tasks: () => herder.taskMetrics(),
      }),
      leftovers: new LeftoverSweep({
        store: stores.statusStore,
        members: async () => {
          const { members } = await admin.describeGroup(config.groupId);
          return new Set(members.map(({ groupInstanceId, memberId }) => groupInstanceId ?? memberId));
        },
        isLeader: () => coordinator.state().isLeader,
        logger,
      }),
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function startStores(options: WorkerOptions, client: KafkaClient, admin: KafkaAdmin): Promise<Stores> {
  const { config, logger, setLogLevel } = options;
  const { configTopic, statusTopic, groupId } = config;
  const configStore = createConfigBackingStore({ client, admin, settings: configTopic, groupId, logger });
  const statusStore = createStatusBackingStore({ client, admin, settings: statusTopic, logger });
  const started = await Promise.allSettled([configStore.start(), statusStore.start()]);
  const failed = started.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await Promise.allSettled([configStore.stop(), statusStore.stop()]);
    throw failed.reason;
  }
  configStore.addListener({
    onLoggerLevelUpdate: (namespace, level) => {
      setLogLevel(namespace, level);
    },
  });
  return { configStore, statusStore };
}

function newHerder(options: WorkerOptions, stores: Stores, presence: Presence): Herder {
  const { config, hostFactory, logger } = options;
  return new Herder({
    ...stores,
    workerId: config.workerId,
    hostFactory,
    hostInit: { type: 'init', config },
    hostPoolSize: config.taskHost === 'inline' ? 1 : config.taskHostCount,
    hostUnresponsiveMs: config.taskHostUnresponsiveMs,
    gracefulTimeoutMs: config.taskShutdownGracefulTimeoutMs,
    topicTracking: config.topicTrackingEnable,
    measuring: sensorSettings(config),
    autoRestart: config.autoRestart,
    onApplied: (offset) => {
      presence.applied(offset);
    },
    logger,
  });
}

function newCoordinator(
  config: WorkerConfig,
  parts: Pick<WorkerParts, 'client' | 'configStore' | 'statusStore' | 'presence' | 'herder' | 'rebalances'>,
  { logger, onAssigned, onLease }: WorkerHooks & Pick<WorkerOptions, 'logger'>,
): WorkerCoordinator {
  const { client, configStore, statusStore, presence, herder, rebalances } = parts;
  const coordinator = new WorkerCoordinator({
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
        rebalances.joins();
        await presence.announce();
        await herder.onJoinPrepare();
      },
      onRevoked: (revoked) => herder.onRevoked(revoked),
      onAssigned: (all, round) => {
        onAssigned();
        herder.onAssigned(all, round);
        rebalances.assigned();
      },
      onLost: (reason) => {
        rebalances.lost();
        return herder.onLost(reason);
      },
      onLease: (deadline) => {
        rebalances.renewed(deadline);
        onLease(deadline);
        herder.onLease(deadline);
      },
    },
    logger,
  });
  statusStore.addListener({
    onOwn: (kind, _id, _value, { replayed }) => {
      if (kind === 'drain' && !replayed) {
        coordinator.requestRejoin('a worker is drained, or not any more');
      }
    },
  });
  return coordinator;
}

function newResponder(
  options: WorkerOptions,
  { configStore, statusStore }: Stores,
  { herder, coordinator }: Pick<WorkerParts, 'herder' | 'coordinator'>,
): Responder {
  const { config, registry, validation, setLogLevel, logger } = options;
  const requests = new WorkerRequests({
    workerId: config.workerId,
    owns: (connector, task) => herder.owns(connector, task),
    restartTask: (id) => herder.restartTask(id),
    hasPlugin: (className) => registry.list().some((plugin) => plugin.class === className),
    first: () => coordinator.state().isLeader,
    setLogLevel,
    validate: (props) => validation.validate(props),
    connectorConfig: (connector) => configStore.snapshot().connectorConfig(connector),
    alterOffsets: (connectorConfig, change) =>
      herder.alterOffsets(connectorConfig, change, config.configValidationTimeoutMs),
    preview: (job) => herder.preview(job, config.configValidationTimeoutMs),
  });
  return new Responder({
    store: statusStore,
    configStore,
    workerId: config.workerId,
    isFor: (to) => requests.isFor(to),
    perform: (op, args) => requests.perform(op, args),
    logger,
  });
}

function sensorSettings(config: WorkerConfig): SensorSettings {
  return {
    samples: config.metricsNumSamples,
    windowMs: config.metricsSampleWindowMs,
    now: () => performance.now(),
  };
}
