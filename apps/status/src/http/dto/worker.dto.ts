import { ApiProperty } from '@nestjs/swagger';

export class TaskIdDto {
  @ApiProperty({ type: String })
  connector!: string;

  @ApiProperty({ type: 'integer' })
  task!: number;
}

export class WorkerDto {
  @ApiProperty({ type: String })
  workerId!: string;

  @ApiProperty({
    type: Boolean,
    description:
      'Whether it says that it is there. Workers of the JVM never do; one that was killed says so until it is replaced.',
  })
  present!: boolean;

  @ApiProperty({ type: String, nullable: true })
  version!: string | null;

  @ApiProperty({ type: String, nullable: true })
  host!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Told anew at each of its starts' })
  incarnation!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  startedAt!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Offset of the config topic that it has acted upon',
  })
  appliedConfigOffset!: number | null;

  @ApiProperty({ type: Boolean, description: 'Whether it is to give its work away' })
  draining!: boolean;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'Time of its last record in the status topic',
  })
  lastSeen!: string;

  @ApiProperty({ type: [String], description: 'Connectors that it runs' })
  connectors!: readonly string[];

  @ApiProperty({ type: [TaskIdDto], description: 'Tasks that it runs' })
  tasks!: readonly TaskIdDto[];
}
