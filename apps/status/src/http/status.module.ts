import { Module, type DynamicModule } from '@nestjs/common';
import type { Aggregator } from '../aggregator.ts';
import { ConnectorsController } from './connectors.controller.ts';
import { HistoryController } from './history.controller.ts';
import { ServerController } from './server.controller.ts';
import { AGGREGATOR } from './tokens.ts';
import { WorkersController } from './workers.controller.ts';

/** The aggregator's HTTP interface. */
@Module({
  controllers: [ServerController, ConnectorsController, WorkersController, HistoryController],
})
export class StatusModule {
  /** Over an aggregator; `useFactory` so that a preview application, which runs nothing, needs none. */
  static over(aggregator: () => Aggregator): DynamicModule {
    return { module: StatusModule, providers: [{ provide: AGGREGATOR, useFactory: aggregator }] };
  }
}
