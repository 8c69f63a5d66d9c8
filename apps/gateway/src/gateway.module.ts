import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { ConfigChanges } from './connectors/config-changes.ts';
import { ConnectorConfigController } from './connectors/connector-config.controller.ts';
import { ConnectorStateController } from './connectors/connector-state.controller.ts';
import { ConnectorsController } from './connectors/connectors.controller.ts';
import { Connectors } from './connectors/connectors.ts';
import { TasksController } from './connectors/tasks.controller.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { LoggersController } from './loggers/loggers.controller.ts';
import { Loggers } from './loggers/loggers.ts';
import { Lag } from './offsets/lag.ts';
import { OffsetsController } from './offsets/offsets.controller.ts';
import { Offsets } from './offsets/offsets.ts';
import { SinkGroups } from './offsets/sink-group.ts';
import { SinkPartitions } from './offsets/sink-partitions.ts';
import { SinkReset } from './offsets/sink-reset.ts';
import { StoppedConnector } from './offsets/stopped-connector.ts';
import { PluginsController } from './plugins/plugins.controller.ts';
import { Plugins } from './plugins/plugins.ts';
import { Restarts } from './restart/restarts.ts';
import { Health } from './server/health.ts';
import { ServerController } from './server/server.controller.ts';
import { Statuses } from './status/statuses.ts';
import { ConfigAccess } from './stores/config-access.ts';
import { StatusAccess } from './stores/status-access.ts';
import { TopicsController } from './topics/topics.controller.ts';
import { Topics } from './topics/topics.ts';
import { Preview } from './transforms/preview.ts';
import { TransformsController } from './transforms/transforms.controller.ts';
import { WorkerGroup } from './workers/worker-group.ts';
import { WorkersController } from './workers/workers.controller.ts';
import { Workers } from './workers/workers.ts';

const PARTS = Symbol('GatewayParts');

/** What this build says it was made of. */
const COMMIT = 'millrace-0.1.0';

type Make<T> = (parts: GatewayParts, ...others: never[]) => T;

/** A service made by `make` from the parts and other services. */
function service<T>(
  token: abstract new (...args: never[]) => T,
  others: readonly unknown[],
  make: Make<T>,
): FactoryProvider<T> {
  return {
    provide: token,
    inject: [PARTS, ...others] as never[],
    useFactory: make as FactoryProvider<T>['useFactory'],
  };
}

type SinkResetServices = [ConfigAccess, Connectors, Offsets, StoppedConnector, SinkPartitions];

const SERVICES: readonly FactoryProvider[] = [
  service(ConfigAccess, [], ({ configStore, startup, bootstrapServers }) => {
    return new ConfigAccess(configStore, startup, bootstrapServers);
  }),
  service(StatusAccess, [], ({ statusStore, startup, bootstrapServers }) => {
    return new StatusAccess(statusStore, startup, bootstrapServers);
  }),
  service(WorkerGroup, [], ({ admin, groupId }) => new WorkerGroup(admin, groupId)),
  service(Health, [ConfigAccess], ({ startup, clusterId }, config: ConfigAccess) => {
    return new Health({ startup, config, clusterId, commit: COMMIT });
  }),
  service(Statuses, [ConfigAccess], ({ statusStore, catalog }, config: ConfigAccess) => {
    return new Statuses(config, statusStore, catalog.typeOf);
  }),
  service(
    Connectors,
    [ConfigAccess, Statuses],
    ({ catalog, mask }, config: ConfigAccess, statuses: Statuses) => {
      return new Connectors({ config, statuses, typeOf: catalog.typeOf, mask });
    },
  ),
  service(ConfigChanges, [ConfigAccess], ({ validator, catalog, mask }, config: ConfigAccess) => {
    return new ConfigChanges({ config, validator, typeOf: catalog.typeOf, mask });
  }),
  service(Restarts, [ConfigAccess, Statuses], ({ workers }, config: ConfigAccess, statuses: Statuses) => {
    return new Restarts(config, statuses, workers);
  }),
  service(
    Topics,
    [ConfigAccess, StatusAccess],
    ({ topicTracking }, config: ConfigAccess, status: StatusAccess) => {
      return new Topics(config, status, topicTracking);
    },
  ),
  service(SinkGroups, [], ({ admin }) => new SinkGroups(admin)),
  service(SinkPartitions, [], ({ admin, partitionOffsets: offsets, topicNames }) => {
    return new SinkPartitions({ admin, offsets, topicNames });
  }),
  service(
    StoppedConnector,
    [ConfigAccess, StatusAccess, WorkerGroup],
    (_parts, config: ConfigAccess, status: StatusAccess, group: WorkerGroup) =>
      new StoppedConnector(config, status, group),
  ),
  service(
    Offsets,
    [ConfigAccess, SinkGroups, StoppedConnector],
    (
      { sourceOffsets: sources, hook, catalog },
      config: ConfigAccess,
      sinks: SinkGroups,
      stopped: StoppedConnector,
    ) => new Offsets({ config, sources, sinks, stopped, hook, typeOf: catalog.typeOf }),
  ),
  service(
    Lag,
    [ConfigAccess, SinkGroups, SinkPartitions],
    ({ catalog }, config: ConfigAccess, sinks: SinkGroups, partitions: SinkPartitions) =>
      new Lag({ config, sinks, partitions, typeOf: catalog.typeOf }),
  ),
  {
    provide: SinkReset,
    inject: [PARTS, ConfigAccess, Connectors, Offsets, StoppedConnector, SinkPartitions],
    useFactory: (
      { catalog }: GatewayParts,
      ...[config, connectors, offsets, stopped, partitions]: SinkResetServices
    ) => new SinkReset({ config, connectors, offsets, stopped, partitions, typeOf: catalog.typeOf }),
  },
  service(Plugins, [], ({ catalog, validator }) => new Plugins(catalog, validator)),
  service(
    Preview,
    [ConfigAccess, WorkerGroup],
    (
      { catalog, passwords, workers, preview: own, pluginTimeoutMs: timeoutMs },
      config: ConfigAccess,
      group: WorkerGroup,
    ) =>
      new Preview({
        ...{ config, catalog, passwords, workers, own, timeoutMs },
        anyWorker: async () => (await group.view()).workers.size > 0,
      }),
  ),
  service(
    Loggers,
    [ConfigAccess, Workers],
    ({ levels, workers: asker }, config: ConfigAccess, workers: Workers) =>
      new Loggers(levels, config, workers, asker),
  ),
  service(
    Workers,
    [ConfigAccess, StatusAccess, WorkerGroup],
    (_parts, config: ConfigAccess, status: StatusAccess, group: WorkerGroup) =>
      new Workers(config, status, () => group.view()),
  ),
];

/** The REST API over its parts: one service per concern, one controller per resource. */
@Module({})
export class GatewayModule {
  static over(parts: () => GatewayParts): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [
        ServerController,
        ConnectorsController,
        ConnectorConfigController,
        ConnectorStateController,
        TasksController,
        TopicsController,
        OffsetsController,
        PluginsController,
        TransformsController,
        WorkersController,
        LoggersController,
      ],
      providers: [{ provide: PARTS, useFactory: parts }, ...SERVICES],
    };
  }
}
