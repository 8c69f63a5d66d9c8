import type { PluginLogger, Props, SinkConnector, SourceConnector } from '@millrace/connect-api';
import { clientProps, type ConfigTransformer, type WorkerConfig } from '@millrace/config';
import { createAdmin, createGroupConsumer, createProducer } from '@millrace/kafka';
import {
  clientsOf,
  overridePolicy,
  requireAllowedOverrides,
  type LoadedConnector,
  type PluginRegistry,
} from '@millrace/plugins';
import type { Logger } from 'pino';
import { ConnectorRunner } from '../connector/connector-runner.ts';
import { ErrantRecords } from '../errors/errant-records.ts';
import type { ErrorPolicy } from '../errors/error-policy.ts';
import { SinkLag } from '../metrics/sink-lag.ts';
import { SinkMeasures } from '../metrics/sink-measures.ts';
import { SourceMeasures } from '../metrics/source-measures.ts';
import { SinkCommitter } from '../task/sink-committer.ts';
import { SinkContext } from '../task/sink-context.ts';
import { SinkOffsets } from '../task/sink-offsets.ts';
import { SinkPipeline } from '../task/sink-pipeline.ts';
import { SinkTaskRunner } from '../task/sink-task-runner.ts';
import { SourceOffsetCommitter } from '../task/source-offset-committer.ts';
import { SourcePipeline } from '../task/source-pipeline.ts';
import { SourceSender } from '../task/source-sender.ts';
import { SourceTaskRunner } from '../task/source-task-runner.ts';
import { TaskGate } from '../task/task-gate.ts';
import type { Report, UnitRunner } from '../task/task-runner.ts';
import { TopicSightings } from '../task/topic-sightings.ts';
import { TopicCreator } from '../topics/topic-creator.ts';
import type { ClientPool } from './client-pool.ts';
import { connectorOffsets, type ConnectorOffsets } from './connector-offsets.ts';
import { connectorSettings, type ConnectorSettings } from './connector-settings.ts';
import { errorHandling } from './error-handling.ts';
import type { Lease } from './lease.ts';
import { lagMaxAgeMs, measuring } from './measuring.ts';
import { unitName, type UnitStart } from './messages.ts';
import { askAboutOffsets, type OffsetChange } from './offset-change.ts';
import { offsetReader } from './offset-reader.ts';
import type { OffsetsOnDemand } from './offsets-on-demand.ts';
import { pluginLogger } from './plugin-logger.ts';
import { PluginSet } from './plugin-set.ts';
import { previewTransforms, type PreviewJob } from './preview.ts';
import { describeTask } from './task-description.ts';
import type { UnitFactory } from './task-host.ts';

export interface RunnerFactoryOptions {
  readonly config: WorkerConfig;
  readonly registry: PluginRegistry;
  readonly resolver: ConfigTransformer;
  readonly lease: Lease;
  readonly clients: ClientPool;
  /** Of the worker's topic. */
  readonly offsets: OffsetsOnDemand;
  readonly logger: Logger;
}

/** What a task is made of. */
interface TaskParts {
  readonly start: UnitStart;
  readonly report: Report;
  readonly settings: ConnectorSettings;
  readonly connectorProps: Props;
  readonly taskProps: Props;
  readonly loaded: LoadedConnector;
  readonly plugins: PluginSet;
  readonly policy: ErrorPolicy;
  readonly gate: TaskGate;
  readonly logger: PluginLogger;
  readonly log: Logger;
}

/** Of a stop's time limit: for the records under way, the rest for the poll at work, the last commit and closing. */
const DRAIN_SHARE = 0.5;
/** What dead letters under way may take when a task has ended. */
const LAST_LETTERS_MS = 1_000;

/** Makes connectors and tasks out of their configurations, with the clients, converters and stores they need. */
export class RunnerFactory implements UnitFactory {
  readonly #options: RunnerFactoryOptions;

  constructor(options: RunnerFactoryOptions) {
    this.#options = options;
  }

  async connector(start: UnitStart, report: Report): Promise<UnitRunner> {
    const { registry, resolver, logger, config, lease } = this.#options;
    const { props, ttlMs } = await resolver.resolveWithTtl(start.connectorConfig);
    const settings = connectorSettings(props);
    if (ttlMs !== null && settings.reload) {
      report({ kind: 'values-expire', afterMs: ttlMs });
    }
    const loaded = await registry.connector(settings.connectorClass, settings.pluginVersion);
    if (loaded.type === 'source' && config.topicCreationEnable) {
      // Its tasks would fail of it one by one.
      settings.topicCreation();
    }
    const unitLogger = pluginLogger(logger, start);
    const offsets = this.#offsets(settings, props, lease.check);
    return new ConnectorRunner({
      name: start.connector,
      connector: loaded.create(),
      props,
      rules: {
        tasksMax: settings.tasksMax,
        enforce: settings.tasksMaxEnforce,
        topics: loaded.type === 'sink' ? settings.sinkTopicProps : undefined,
        logger: unitLogger,
      },
      targetState: start.targetState,
      offsetStorageReader: offsetReader(start.connector, () => offsets.get()),
      releaseOffsets: () => offsets.close(),
      report,
      logger: unitLogger,
    });
  }

  async task(start: UnitStart, report: Report): Promise<UnitRunner> {
    const { registry, resolver, config, clients, lease, logger } = this.#options;
    const connectorProps = await resolver.resolve(start.connectorConfig);
    const taskProps = await resolver.resolve(start.taskConfig ?? {});
    const settings = connectorSettings(connectorProps);
    const loaded = await registry.connector(settings.connectorClass, settings.pluginVersion);
    requireAllowedOverrides(
      clientsOf(loaded.type, connectorProps, false),
      connectorProps,
      overridePolicy(config.originals),
    );
    const log = logger.child({ connector: start.connector, task: start.task });
    const gate = new TaskGate(lease.check);
    const plugins = await PluginSet.create(registry, config.originals, connectorProps);
    let policy: ErrorPolicy | null = null;
    try {
      policy = await errorHandling({
        config,
        clients,
        start,
        settings,
        connectorProps,
        gate: gate.check,
        logger: log,
      });
      const parts: TaskParts = {
        start,
        report,
        settings,
        connectorProps,
        taskProps,
        loaded,
        plugins,
        policy,
        gate,
        logger: pluginLogger(logger, start),
        log,
      };
      return loaded.type === 'source' ? await this.#sourceTask(parts) : this.#sinkTask(parts);
    } catch (error) {
      plugins.close();
      await policy?.close(0);
      throw error;
    }
  }

  async alterOffsets(connectorConfig: Props, change: OffsetChange): Promise<boolean> {
    const { registry, resolver } = this.#options;
    const props = await resolver.resolve(connectorConfig);
    const settings = connectorSettings(props);
    const loaded = await registry.connector(settings.connectorClass, settings.pluginVersion);
    return askAboutOffsets(loaded, props, change);
  }

  preview(job: PreviewJob): Promise<string> {
    return previewTransforms(job, this.#options);
  }

  async close(): Promise<void> {
    await this.#options.offsets.close();
    await this.#options.clients.close();
  }

  async #sourceTask(parts: TaskParts): Promise<UnitRunner> {
    const { config, clients } = this.#options;
    const { start, report, settings, connectorProps, taskProps, plugins, policy, gate, log } = parts;
    const task = (parts.loaded.create() as SourceConnector).createTask();
    const measures = new SourceMeasures(measuring(config, connectorProps));
    const topics = this.#topicCreator(parts);
    const offsets = this.#offsets(settings, connectorProps, gate.check);
    const store = await offsets.get();
    const producerProps = clientProps(config, 'producer', connectorProps);
    const producer = createProducer(
      clients.shared(producerProps),
      { 'client.id': `connector-producer-${unitName(start)}`, ...producerProps },
      { gate: gate.check, logger: log },
    );
    const committer = new SourceOffsetCommitter({
      connector: start.connector,
      task,
      offsets: store,
      gate,
      flushTimeoutMs: config.offsetFlushTimeoutMs,
      measures: measures.task.commits,
      logger: log,
    });
    const sender = new SourceSender({
      task,
      pipeline: new SourcePipeline(plugins.chain, plugins.converters, policy),
      producer,
      tracker: committer.tracker,
      sightings: new TopicSightings(report),
      topics,
      policy,
      logger: log,
    });
    return new SourceTaskRunner({
      task,
      props: taskProps,
      context: {
        logger: parts.logger,
        offsetStorageReader: offsetReader(start.connector, () => offsets.get()),
        transactionContext: undefined,
        configs: () => taskProps,
      },
      paused: start.targetState !== 'STARTED',
      sender,
      committer,
      policy,
      measures,
      description: describeTask({ ...parts, task, registry: this.#options.registry }),
      producer,
      gate,
      offsetFlushIntervalMs: config.offsetFlushIntervalMs,
      drainTimeoutMs: this.#drainTimeoutMs(),
      report,
      logger: log,
      dispose: async () => {
        topics?.close();
        plugins.close();
        await policy.close(LAST_LETTERS_MS);
        await offsets.close();
      },
    });
  }

  #sinkTask(parts: TaskParts): UnitRunner {
    const { config, clients } = this.#options;
    const { start, report, settings, taskProps, plugins, policy, gate, log } = parts;
    const task = (parts.loaded.create() as SinkConnector).createTask();
    const measured = measuring(config, parts.connectorProps);
    const measures = new SinkMeasures(measured);
    const name = unitName(start);
    const consumerProps = clientProps(config, 'consumer', parts.connectorProps);
    const clientId = consumerProps['client.id'] ?? `connector-consumer-${name}`;
    const client = clients.own(consumerProps, clientId);
    const consumer = createGroupConsumer(client, consumerProps, {
      groupId: settings.consumerGroupId ?? `connect-${start.connector}`,
      // Whoever takes the task over takes its seat at once (design section 7). The worker group is in it, or sinks of one name in
      // two clusters of workers, which may share a consumer group, would throw each other out for ever.
      groupInstanceId: `${config.groupId}-${name}`,
      clientId,
      gate: gate.check,
      logger: log,
    });
    const offsets = new SinkOffsets();
    const errant = policy.reports ? new ErrantRecords(policy, plugins.converters) : null;
    return new SinkTaskRunner({
      task,
      props: taskProps,
      topics: settings.subscription(),
      context: new SinkContext(parts.logger, taskProps, offsets, errant ?? undefined),
      offsets,
      paused: start.targetState !== 'STARTED',
      pipeline: new SinkPipeline(plugins.chain, plugins.converters, policy, errant),
      policy,
      errant,
      consumer,
      committer: new SinkCommitter({
        task,
        offsets,
        consumer,
        gate,
        policy,
        flushTimeoutMs: config.offsetFlushTimeoutMs,
        closeTimeoutMs: this.#drainTimeoutMs(),
        measures,
        logger: log,
      }),
      measures,
      lag: new SinkLag({
        consumer,
        offsets,
        maxAgeMs: lagMaxAgeMs(measured.progressTimeoutMs),
        now: measured.now,
        logger: log,
      }),
      description: describeTask({ ...parts, task, registry: this.#options.registry }),
      sightings: new TopicSightings(report),
      gate,
      offsetFlushIntervalMs: config.offsetFlushIntervalMs,
      report,
      logger: log,
      dispose: async () => {
        plugins.close();
        await policy.close(LAST_LETTERS_MS);
        await client.close();
      },
    });
  }

  #offsets(settings: ConnectorSettings, connectorProps: Props, gate: () => void): ConnectorOffsets {
    const { config, clients, offsets, logger } = this.#options;
    return connectorOffsets(
      { config, clients, worker: offsets, gate, logger },
      settings.offsetsTopic,
      connectorProps,
    );
  }

  #topicCreator({ settings, connectorProps, gate, log }: TaskParts): TopicCreator | null {
    const { config, clients } = this.#options;
    const creation = config.topicCreationEnable ? settings.topicCreation() : null;
    return creation === null
      ? null
      : new TopicCreator({
          creation,
          admin: createAdmin(clients.shared(clientProps(config, 'admin', connectorProps))),
          check: gate.check,
          logger: log,
        });
  }

  #drainTimeoutMs(): number {
    const { taskShutdownGracefulTimeoutMs, offsetFlushTimeoutMs } = this.#options.config;
    return Math.min(offsetFlushTimeoutMs, taskShutdownGracefulTimeoutMs * DRAIN_SHARE);
  }
}
