import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiBadRequestResponse, ApiTags } from '@nestjs/swagger';
import type { Aggregator } from '../aggregator.ts';
import type { StoredEvent } from '../history/history-event.ts';
import type { HistoryPlace } from '../history/history-store.ts';
import { Documented } from './documented.ts';
import { HistoryPageDto, HistoryQueryDto, type HistoryEventDto } from './dto/history.dto.ts';
import { ErrorDto } from './dto/server.dto.ts';
import { isoTime } from './iso-time.ts';
import { QueryPipe } from './query.pipe.ts';
import { AGGREGATOR } from './tokens.ts';

/** How it came about. Answers also while no broker does: what has been read is in the database. */
@ApiTags('history')
@Controller('history')
export class HistoryController {
  readonly #aggregator: Aggregator;

  constructor(@Inject(AGGREGATOR) aggregator: Aggregator) {
    this.#aggregator = aggregator;
  }

  @Get()
  @Documented({ id: 'getHistory', summary: 'State transitions, newest first', type: HistoryPageDto })
  @ApiBadRequestResponse({ type: ErrorDto })
  async find(@Query(new QueryPipe(HistoryQueryDto)) query: HistoryQueryDto): Promise<HistoryPageDto> {
    const { connector, task, worker, kind, state, since, until, order, limit, cursor } = query;
    const { events, next } = await this.#aggregator.history.find({
      connector: connector ?? null,
      task: task ?? null,
      worker: worker ?? null,
      kind: kind ?? null,
      state: state ?? null,
      since: since ?? null,
      until: until ?? null,
      order,
      limit,
      after: cursor === undefined ? null : placeOf(cursor),
    });
    return { items: events.map(toDto), next: next === null ? null : cursorOf(next) };
  }
}

function toDto(event: StoredEvent): HistoryEventDto {
  const { id, at, kind, connector, task, worker, state, previous, generation, version, trace, detail } =
    event;
  const { topic, partition, offset } = event;
  return {
    id,
    at: isoTime(at),
    kind,
    connector,
    task,
    worker,
    state,
    previous,
    generation,
    version,
    trace,
    detail,
    record: { topic, partition, offset },
  };
}

function cursorOf({ at, id }: HistoryPlace): string {
  return `${at}-${id}`;
}

function placeOf(cursor: string): HistoryPlace {
  const [at, id] = cursor.split('-');
  return { at: Number(at), id: Number(id) };
}
