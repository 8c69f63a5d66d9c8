import { RestOperation, WorkerInfo } from '@millrace/rest';
import { Controller, Delete, Get, Inject, Param, Put } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Workers } from './workers.ts';

const WorkerParam = (): MethodDecorator =>
  ApiParam({
    name: 'worker',
    description: 'Id of the worker, as statuses name it',
    schema: { type: 'string' },
  });

/** `/workers` */
@ApiTags('workers')
@Controller('workers')
export class WorkersController {
  readonly #workers: Workers;

  constructor(@Inject(Workers) workers: Workers) {
    this.#workers = workers;
  }

  @Get()
  @RestOperation({
    id: 'listWorkers',
    summary: 'The workers of the cluster and what they run',
    answers: [{ status: 200, description: 'Workers sorted by id', type: [WorkerInfo] }],
  })
  list(): Promise<readonly WorkerInfo[]> {
    return this.#workers.list();
  }

  @Put(':worker/drain')
  @WorkerParam()
  @RestOperation({
    id: 'drainWorker',
    summary: 'Makes a worker give up its work and take none',
    answers: [{ status: 202, description: 'It will' }],
    errors: { 404: 'There is no such worker' },
  })
  drain(@Param('worker') worker: string): Promise<void> {
    return this.#workers.setDrained(worker, true);
  }

  @Delete(':worker/drain')
  @WorkerParam()
  @RestOperation({
    id: 'undrainWorker',
    summary: 'Lets a worker take work again',
    answers: [{ status: 204, description: 'It may' }],
    errors: { 404: 'There is no such worker' },
  })
  undrain(@Param('worker') worker: string): Promise<void> {
    return this.#workers.setDrained(worker, false);
  }
}
