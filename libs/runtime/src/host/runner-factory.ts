import { ConfigError, type PluginLogger, type SinkConnector, type SourceConnector } from '@millrace/connect-api';
import { clientProps, type WorkerConfig } from '@millrace/config';
import { createGroupConsumer, createProducer, type KafkaClient } from '@millrace/kafka';
import type { LoadedConnector, PluginRegistry } from '@millrace/plugins';
import type { OffsetBackingStore } from '@millrace/topic-stores';
import type { Logger } from 'pino';
import { ConnectorRunner } from '../connector/connector-runner.ts';
import { ErrorPolicy } from '../task/error-policy.ts';
import { SinkContext } from '../task/sink-context.ts';
import { SinkOffsets } from '../task/sink-offsets.ts';
import { SinkPipeline } from '../task/sink-pipeline.ts';
import { SinkTaskRunner } from '../task/sink-task-runner.ts';
import { SourcePipeline } from '../task/source-pipeline.ts';
import { SourceTaskRunner } from '../task/source-task-runner.ts';
import { TaskGate, type Report, type UnitRunner } from '../task/task-runner.ts';
import type { ConfigResolver } from './config-resolver.ts';
import type { Lease } from './lease.ts';
import { unitName, type UnitStart } from './messages.ts';
import { offsetReader } from './offset-reader.ts';
import { pluginLogger } from './plugin-logger.ts';
import type { UnitFactory } from './task-host.ts';
import { connectorSettings, type ConnectorSettings } from './connector-settings.ts';
import { PluginSet } from './plugin-set.ts';

export interface RunnerFactoryOptions {
  readonly config: WorkerConfig;
  readonly registry: PluginRegistry;
  readonly resolver: ConfigResolver;
  readonly lease: Lease;
  /** Connections that all units of the host share; group members take their own. */
  readonly client: KafkaClient;
  /** Started when the first connector or source task needs it. */
  readonly offsets: () => Promise<OffsetBackingStore>;
  readonly logger: Logger;
}

/** Makes connectors and tasks out of their configurations, with the clients, converters and stores they need. */
export class RunnerFactory implements UnitFactory {
  readonly #options: RunnerFactoryOptions;

  constructor(options: RunnerFactoryOptions) {
    this.#options = options;
  }

  async connector(start: UnitStart, report: Report): Promise<ConnectorRunner> {
    const { registry, resolver, logger, offsets } = this.#options;
    const props = await resolver.resolve(start.connectorConfig);
    const settings = connectorSettings(props);
    const loaded = await registry.connector(settings.connectorClass);
    const unitLogger = pluginLogger(logger, start);
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
      offsetStorageReader: offsetReader(start.connector, offsets),
      report,
      logger: unitLogger,
    });
  }

  async task(start: UnitStart, report: Report): Promise<UnitRunner> {
    const { registry, resolver } = this.#options;
    const connectorProps = await resolver.resolve(start.connectorConfig);
    const taskProps = await resolver.resolve(start.taskConfig ?? {});
    const settings = connectorSettings(connectorProps);
    const loaded = await registry.connector(settings.connectorClass);
    const context: TaskParts = {
      start,
      report,
      settings,
      connectorProps,
      taskProps,
      loaded,
      logger: pluginLogger(this.#options.logger, start),
      log: this.#options.logger.child({ connector: start.connector, task: start.task }),
      gate: new TaskGate(this.#options.lease.check),
      plugins: await PluginSet.create(registry, this.#options.config.originals, connectorProps),
    };
    return loaded.type === 'source' ? this.#sourceTask(context) : this.#sinkTask(context);
  }

  async close(): Promise<void> {
    await this.#options.client.close();
  }

  async #sourceTask(parts: TaskParts): Promise<UnitRunner> {
    const { config, client, offsets } = this.#options;
    const { start, settings, connectorProps, taskProps, plugins, logger, log, gate } = parts;
    const producerProps = clientProps(config, 'producer', connectorProps);
    const producer = createProducer(
      client,
      {
        // What the JVM's framework sets before the user's own settings (spec/runtime.md section 3).
        'delivery.timeout.ms': '2147483647',
        'max.block.ms': String(Number.MAX_SAFE_INTEGER),
        ...producerProps,
      },
      { gate: gate.check, logger: log },
    );
    return new SourceTaskRunner({
      connector: start.connector,
      task: (parts.loaded.create() as SourceConnector).createTask(),
      props: taskProps,
      context: {
        logger,
        offsetStorageReader: offsetReader(start.connector, offsets),
        transactionContext: undefined,
        configs: () => taskProps,
      },
      paused: start.targetState !== 'STARTED',
      pipeline: new SourcePipeline(plugins.sourceChain(), plugins.converters, this.#policy(settings, log)),
      producer,
      offsets: await offsets(),
      gate,
      offsetFlushIntervalMs: config.offsetFlushIntervalMs,
      offsetFlushTimeoutMs: config.offsetFlushTimeoutMs,
      report: parts.report,
      logger: log,
      dispose: () => {
        plugins.close();
        return Promise.resolve();
      },
    });
  }

  #sinkTask(parts: TaskParts): UnitRunner {
    const { config, client } = this.#options;
    const { start, settings, connectorProps, taskProps, plugins, logger, log, gate } = parts;
    const name = unitName(start);
    const consumerClient = client.separate(`connector-consumer-${name}`);
    const consumer = createGroupConsumer(
      consumerClient,
      { 'auto.offset.reset': 'earliest', ...clientProps(config, 'consumer', connectorProps) },
      {
        groupId: settings.consumerGroupId ?? `connect-${start.connector}`,
        // Whoever takes the task over takes its seat at once (design section 7).
        groupInstanceId: name,
        clientId: `connector-consumer-${name}`,
        gate: gate.check,
        logger: log,
      },
    );
    const offsets = new SinkOffsets();
    return new SinkTaskRunner({
      task: (parts.loaded.create() as SinkConnector).createTask(),
      props: taskProps,
      topics: settings.subscription(),
      context: new SinkContext(logger, taskProps, offsets),
      offsets,
      paused: start.targetState !== 'STARTED',
      pipeline: new SinkPipeline(plugins.sinkChain(), plugins.converters, this.#policy(settings, log)),
      consumer,
      gate,
      offsetFlushIntervalMs: config.offsetFlushIntervalMs,
      report: parts.report,
      logger: log,
      dispose: async () => {
        plugins.close();
        await consumerClient.close();
      },
    });
  }

  #policy(settings: ConnectorSettings, log: Logger): ErrorPolicy {
    if (settings.deadLetterTopic !== '') {
      throw ConfigError.invalidValue(
        'errors.deadletterqueue.topic.name',
        settings.deadLetterTopic,
        'dead letter queues are not available yet; leave it empty',
      );
    }
    return new ErrorPolicy({
      settings: settings.errors,
      report: (failure) => {
        if (settings.errors.tolerance === 'all') {
          log.error(
            { stage: failure.stage, class: failure.executor, err: failure.error },
            'A record could not be processed and is skipped',
          );
        }
      },
      now: () => performance.now(),
      random: Math.random,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  }
}

interface TaskParts {
  readonly start: UnitStart;
  readonly report: Report;
  readonly settings: ConnectorSettings;
  readonly connectorProps: Readonly<Record<string, string | null>>;
  readonly taskProps: Readonly<Record<string, string | null>>;
  readonly loaded: LoadedConnector;
  readonly logger: PluginLogger;
  readonly log: Logger;
  readonly gate: TaskGate;
  readonly plugins: PluginSet;
}
