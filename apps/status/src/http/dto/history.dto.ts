import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { EVENT_KINDS, type EventKind } from '../../history/history-event.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** Milliseconds since the epoch from a number of them or an ISO 8601 time; what is neither stays text, and is refused. */
function toTime({ value }: { readonly value: unknown }): unknown {
  if (typeof value !== 'string') {
    return value;
  }
  const time = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isNaN(time) ? value : time;
}

function toNumber({ value }: { readonly value: unknown }): unknown {
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
}

const TIME = { message: '$property must be an ISO 8601 time or milliseconds since the epoch' };

/** Query of the history: all that is given must hold. */
export class HistoryQueryDto {
  @ApiPropertyOptional({ type: String })
  @IsOptional()
  @IsString()
  connector?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 0 })
  @IsOptional()
  @Transform(toNumber)
  @IsInt()
  @Min(0)
  task?: number;

  @ApiPropertyOptional({ type: String, description: 'Worker that wrote it, or that it is about' })
  @IsOptional()
  @IsString()
  worker?: string;

  @ApiPropertyOptional({ enum: EVENT_KINDS, enumName: 'EventKind' })
  @IsOptional()
  @IsIn(EVENT_KINDS)
  kind?: EventKind;

  @ApiPropertyOptional({ type: String, example: 'FAILED' })
  @IsOptional()
  @IsString()
  state?: string;

  @ApiPropertyOptional({
    type: String,
    description: 'Not before this ISO 8601 time, or milliseconds since the epoch',
  })
  @IsOptional()
  @Transform(toTime)
  @IsInt(TIME)
  since?: number;

  @ApiPropertyOptional({
    type: String,
    description: 'Before this ISO 8601 time, or milliseconds since the epoch',
  })
  @IsOptional()
  @Transform(toTime)
  @IsInt(TIME)
  until?: number;

  @ApiPropertyOptional({
    enum: ['asc', 'desc'],
    default: 'desc',
    description: 'Newest first (desc) or oldest first',
  })
  @IsOptional()
  @IsIn(['asc', 'desc'])
  order: 'asc' | 'desc' = 'desc';

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })
  @IsOptional()
  @Transform(toNumber)
  @IsInt()
  @Min(1)
  @Max(MAX_LIMIT)
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({ type: String, description: '`next` of the page before' })
  @IsOptional()
  @Matches(/^\d{1,15}-\d{1,15}$/, { message: '$property must be the `next` of the page before' })
  cursor?: string;
}

/** The record that an event was read from. */
export class RecordPlaceDto {
  @ApiProperty({ type: String })
  topic!: string;

  @ApiProperty({ type: 'integer' })
  partition!: number;

  @ApiProperty({ type: 'integer' })
  offset!: number;
}

export class HistoryEventDto {
  @ApiProperty({ type: 'integer' })
  id!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  at!: string;

  @ApiProperty({ enum: EVENT_KINDS, enumName: 'EventKind', description: 'What changed' })
  kind!: EventKind;

  @ApiProperty({ type: String, nullable: true })
  connector!: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  task!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Worker that wrote it, or that it is about' })
  worker!: string | null;

  @ApiProperty({
    type: String,
    description: 'The new state, e.g. RUNNING, DESTROYED, UPDATED, a number of tasks',
  })
  state!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The state before, where one was known' })
  previous!: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  generation!: number | null;

  @ApiProperty({ type: String, nullable: true })
  version!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed' })
  trace!: string | null;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: 'More, by kind; of a configuration the names that were added, changed and removed',
  })
  detail!: Readonly<Record<string, unknown>> | null;

  @ApiProperty({ type: RecordPlaceDto })
  record!: RecordPlaceDto;
}

export class HistoryPageDto {
  @ApiProperty({ type: [HistoryEventDto] })
  items!: readonly HistoryEventDto[];

  @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page; null at the end' })
  next!: string | null;
}
