import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Aggregator } from '../aggregator.ts';
import { workersNow, type WorkerLoad } from '../cluster/describe.ts';
import { ApiNotReady, Documented } from './documented.ts';
import { WorkerDto } from './dto/worker.dto.ts';
import { isoTime } from './iso-time.ts';
import { AGGREGATOR } from './tokens.ts';

/** Workers as the status topic shows them. */
@ApiTags('now')
@Controller('workers')
export class WorkersController {
  readonly #aggregator: Aggregator;

  constructor(@Inject(AGGREGATOR) aggregator: Aggregator) {
    this.#aggregator = aggregator;
  }

  @Get()
  @Documented({ id: 'listWorkers', summary: 'All workers and what they run', type: [WorkerDto] })
  @ApiNotReady()
  list(): readonly WorkerDto[] {
    return workersNow(this.#aggregator.view()).map(toDto);
  }
}

function toDto({ worker, presence, draining, lastSeen, connectors, tasks }: WorkerLoad): WorkerDto {
  const startedAt = presence?.startTime ?? null;
  return {
    workerId: worker,
    present: presence !== null,
    version: presence?.version ?? null,
    host: presence?.host ?? null,
    incarnation: presence?.incarnation ?? null,
    startedAt: startedAt === null ? null : isoTime(startedAt),
    appliedConfigOffset: presence?.applied ?? null,
    draining,
    lastSeen: isoTime(lastSeen),
    connectors,
    tasks,
  };
}
