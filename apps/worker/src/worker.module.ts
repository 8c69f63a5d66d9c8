import { Module, type DynamicModule } from '@nestjs/common';
import type { Worker } from '@millrace/runtime';
import { HealthController } from './http/health.controller.ts';
import { MetricsController } from './http/metrics.controller.ts';
import { WORKER } from './http/tokens.ts';

/** A worker with what it shows of itself. */
@Module({ controllers: [HealthController, MetricsController] })
export class WorkerModule {
  static over(worker: Worker): DynamicModule {
    return { module: WorkerModule, providers: [{ provide: WORKER, useFactory: () => worker }] };
  }
}
