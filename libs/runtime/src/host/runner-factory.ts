import type { Props } from '@millrace/connect-api';
import type { ConfigTransformer } from '@millrace/config';
import { clientsOf, overridePolicy, requireAllowedOverrides } from '@millrace/plugins';
import type { Logger } from 'pino';
import { ConnectorRunner } from '../connector/connector-runner.ts';
import type { ErrorPolicy } from '../errors/error-policy.ts';
import { TaskGate } from '../task/task-gate.ts';
import type { Report, UnitRunner } from '../task/task-runner.ts';
import { connectorOffsets } from './connector-offsets.ts';
import { connectorSettings } from './connector-settings.ts';
import { errorHandling } from './error-handling.ts';
import type { Lease } from './lease.ts';
import type { UnitStart } from './messages.ts';
import { askAboutOffsets, type OffsetChange } from './offset-change.ts';
import { offsetReader } from './offset-reader.ts';
import { pluginLogger } from './plugin-logger.ts';
import { PluginSet } from './plugin-set.ts';
import { previewTransforms, type PreviewJob } from './preview.ts';
import { sinkTask } from './sink-task.ts';
import { sourceTask } from './source-task.ts';
import type { UnitFactory } from './task-host.ts';
import type { SharedParts, TaskParts } from './task-parts.ts';

export interface RunnerFactoryOptions extends SharedParts {
  readonly resolver: ConfigTransformer;
  readonly lease: Lease;
  readonly logger: Logger;
}

/** Makes connectors and tasks out of their configurations, with the clients, converters and stores they need. */
export class RunnerFactory implements UnitFactory {
  readonly #options: RunnerFactoryOptions;

  constructor(options: RunnerFactoryOptions) {
    this.#options = options;
  }

  async connector(start: UnitStart, report: Report): Promise<UnitRunner> {
    const { registry, resolver, logger, config, clients, lease } = this.#options;
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
    const offsets = connectorOffsets(
      { config, clients, worker: this.#options.offsets, gate: lease.check, logger },
      settings.offsetsTopic,
      props,
    );
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
      return loaded.type === 'source'
        ? await sourceTask(parts, this.#options)
        : sinkTask(parts, this.#options);
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
}
