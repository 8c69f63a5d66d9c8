import { ApiProperty } from '@nestjs/swagger';
import { ConnectorTaskId } from './connector-task-id.ts';

/** A worker of the group, as it has made itself known. */
export class WorkerInfo {
  @ApiProperty({ type: String, description: 'host:port, or `worker.id`' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Names this run of the process' })
  incarnation!: string | null;

  @ApiProperty({ type: String, nullable: true })
  version!: string | null;

  @ApiProperty({ type: String, nullable: true })
  host!: string | null;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    nullable: true,
    description: 'Start, milliseconds since the epoch',
  })
  since!: number | null;

  @ApiProperty({ type: Boolean, description: 'Whether it is a member of the group now' })
  member!: boolean;

  @ApiProperty({ type: Boolean, description: 'Whether it assigns the work' })
  leader!: boolean;

  @ApiProperty({ type: Boolean, description: 'Whether it is to give up its work and take none' })
  drained!: boolean;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    nullable: true,
    description: 'The config offset it has acted upon',
  })
  config_offset!: number | null;

  @ApiProperty({ type: [String], description: 'Connectors that run there' })
  connectors!: readonly string[];

  @ApiProperty({ type: [ConnectorTaskId], description: 'Tasks that run there' })
  tasks!: readonly ConnectorTaskId[];
}
