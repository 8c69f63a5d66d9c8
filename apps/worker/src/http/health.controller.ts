import { Controller, Get, Inject, Res } from '@nestjs/common';
import { Worker, type WorkerHealth } from '@millrace/runtime';
import type { Response } from 'express';
import { WORKER } from './tokens.ts';

const CODES: Readonly<Record<WorkerHealth['status'], number>> = {
  starting: 503,
  healthy: 200,
  unhealthy: 500,
};

/** `GET /health`: 200 when the worker has a place in its group, 503 before it had one, 500 when it lost it (spec/rest.md section 2). */
@Controller('health')
export class HealthController {
  readonly #worker: Worker;

  constructor(@Inject(WORKER) worker: Worker) {
    this.#worker = worker;
  }

  @Get()
  health(@Res() response: Response): void {
    const health = this.#worker.health();
    response.status(CODES[health.status]).json(health);
  }
}
