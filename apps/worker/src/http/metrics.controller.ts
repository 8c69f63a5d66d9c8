import { Controller, Get, Header, Inject } from '@nestjs/common';
import { prometheusText } from '@millrace/metrics';
import { Worker } from '@millrace/runtime';

import { workerMetrics } from '../metrics/worker-metrics.ts';
import { WORKER } from './tokens.ts';

/** `GET /metrics` in Prometheus's text format. */
@Controller('metrics')
export class MetricsController {
  readonly #worker: Worker;

  constructor(@Inject(WORKER) worker: Worker) {
    this.#worker = worker;
  }

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): string {
    return prometheusText(workerMetrics(this.#worker));
  }
}
