import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { Serial } from '../database/serial.ts';
import type { EventKind, HistoryEvent, StoredEvent } from './history-event.ts';
import { HistoryEventRow } from './history-event.entity.ts';
import { LogPositionRow } from './log-position.entity.ts';

/** How far a partition has been written into the history; `nextOffset` is that of the first record not in it. */
export interface LogPosition {
  readonly topic: string;
  readonly partition: number;
  readonly cluster: string;
  readonly incarnation: number;
  readonly nextOffset: number;
}

/** Which events to find; what is null does not matter. Times are milliseconds since the epoch. */
export interface HistoryQuery {
  readonly connector: string | null;
  readonly task: number | null;
  readonly worker: string | null;
  readonly kind: EventKind | null;
  readonly state: string | null;
  /** Not before. */
  readonly since: number | null;
  /** Before. */
  readonly until: number | null;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** The last event of the page before. */
  readonly after: HistoryPlace | null;
}

/** An event's place in the history: by time, then by the order of arrival. */
export interface HistoryPlace {
  readonly at: number;
  readonly id: number;
}

export interface HistoryPage {
  readonly events: readonly StoredEvent[];
  /** Where the next page begins; null at the end. */
  readonly next: HistoryPlace | null;
}

/** Rows of one INSERT; SQLite limits the values of a statement. */
const CHUNK = 500;

/** The history in the database: one row per record, however often it is given. */
export class HistoryStore {
  readonly #database: DataSource;
  readonly #serial = new Serial();

  constructor(database: DataSource) {
    this.#database = database;
  }

  async positions(): Promise<readonly LogPosition[]> {
    return this.#database.getRepository(LogPositionRow).find();
  }

  /** The state in the newest event of each record key of a topic. */
  async lastStates(topic: string, incarnation: number): Promise<Map<string, string>> {
    const rows = await this.#database
      .getRepository(HistoryEventRow)
      .createQueryBuilder('event')
      .select(['event.id', 'event.key', 'event.state'])
      .where((query) => {
        const newest = query
          .subQuery()
          .select('MAX(other.id)')
          .from(HistoryEventRow, 'other')
          .where('other.topic = :topic', { topic })
          .groupBy('other.key')
          .getQuery();
        return `event.id IN ${newest}`;
      })
      .andWhere('event.incarnation = :incarnation', { incarnation })
      .getMany();
    return new Map(rows.map(({ key, state }) => [key, state]));
  }

  /** Adds events, and keeps how far that is, in one transaction. An event whose record is there already is left out. */
  async append(events: readonly HistoryEvent[], positions: readonly LogPosition[]): Promise<void> {
    await this.#serial.run(() =>
      this.#database.transaction(async (manager) => {
        for (let start = 0; start < events.length; start += CHUNK) {
          await manager
            .createQueryBuilder()
            .insert()
            .into(HistoryEventRow)
            .values(events.slice(start, start + CHUNK).map(toRow))
            .orIgnore()
            .updateEntity(false)
            .execute();
        }
        await manager.upsert(LogPositionRow, [...positions], ['topic', 'partition']);
      }),
    );
  }

  async find(query: HistoryQuery): Promise<HistoryPage> {
    const direction = query.order === 'asc' ? 'ASC' : 'DESC';
    const rows = await filtered(
      this.#database.getRepository(HistoryEventRow).createQueryBuilder('event'),
      query,
    )
      .orderBy('event.at', direction)
      .addOrderBy('event.id', direction)
      .take(query.limit + 1)
      .getMany();
    const events = rows.slice(0, query.limit).map(toEvent);
    const last = events.at(-1);
    const more = rows.length > query.limit && last !== undefined;
    return { events, next: more ? { at: last.at, id: last.id } : null };
  }
}

function toRow(event: HistoryEvent): Omit<HistoryEventRow, 'id'> {
  return { ...event, detail: event.detail === null ? null : JSON.stringify(event.detail) };
}

function toEvent(row: HistoryEventRow): StoredEvent {
  const { detail, ...rest } = row;
  return {
    ...rest,
    detail: detail === null ? null : (JSON.parse(detail) as Readonly<Record<string, unknown>>),
  };
}

function filtered(
  builder: SelectQueryBuilder<HistoryEventRow>,
  query: HistoryQuery,
): SelectQueryBuilder<HistoryEventRow> {
  builder.where('TRUE');
  for (const column of ['connector', 'task', 'worker', 'kind', 'state'] as const) {
    if (query[column] !== null) {
      builder.andWhere(`event.${column} = :${column}`, { [column]: query[column] });
    }
  }
  if (query.since !== null) {
    builder.andWhere('event.at >= :since', { since: query.since });
  }
  if (query.until !== null) {
    builder.andWhere('event.at < :until', { until: query.until });
  }
  if (query.after !== null) {
    const beyond = query.order === 'asc' ? '>' : '<';
    builder.andWhere(`(event.at, event.id) ${beyond} (:afterAt, :afterId)`, {
      afterAt: query.after.at,
      afterId: query.after.id,
    });
  }
  return builder;
}
