import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far a partition has been written into the history. */
@Entity('log_position')
export class LogPositionRow {
  @PrimaryColumn('text')
  topic!: string;

  @PrimaryColumn('integer')
  partition!: number;

  /** The Kafka cluster's id: another cluster's topic of the same name is another log. */
  @Column('text')
  cluster!: string;

  /** Counts the topics that had this name: one that was deleted and made again begins at offset 0 again. */
  @Column('integer')
  incarnation!: number;

  /** The offset of the first record that is not in the history yet. */
  @Column('integer', { name: 'next_offset' })
  nextOffset!: number;
}
