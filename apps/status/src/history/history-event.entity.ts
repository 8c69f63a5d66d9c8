import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { EventKind } from './history-event.ts';

/** A row of the history. Its indexes are made by the migration. */
@Entity('history_event')
@Unique('one_row_per_record', ['topic', 'incarnation', 'partition', 'offset'])
export class HistoryEventRow {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text')
  topic!: string;

  @Column('integer')
  incarnation!: number;

  @Column('integer')
  partition!: number;

  @Column('integer')
  offset!: number;

  @Column('text', { name: 'record_key' })
  key!: string;

  @Column('integer')
  at!: number;

  @Column('text')
  kind!: EventKind;

  @Column('text', { nullable: true })
  connector!: string | null;

  @Column('integer', { nullable: true })
  task!: number | null;

  @Column('text', { nullable: true })
  worker!: string | null;

  @Column('text')
  state!: string;

  @Column('text', { nullable: true })
  previous!: string | null;

  @Column('integer', { nullable: true })
  generation!: number | null;

  @Column('text', { nullable: true })
  version!: string | null;

  @Column('text', { nullable: true })
  trace!: string | null;

  /** JSON. */
  @Column('text', { nullable: true })
  detail!: string | null;
}
