import { ApiProperty } from '@nestjs/swagger';
import { CONNECTOR_HEALTH, type ConnectorHealth } from '../../cluster/connector-health.ts';

const CONNECTOR_STATES = ['UNASSIGNED', 'RUNNING', 'PAUSED', 'FAILED', 'RESTARTING', 'STOPPED', 'DESTROYED'];
const TARGET_STATES = ['STARTED', 'PAUSED', 'STOPPED'];

/** How many tasks are how. */
export class TaskCountsDto {
  @ApiProperty({ type: 'integer', description: 'Tasks that are to run' })
  total!: number;

  @ApiProperty({ type: 'integer' })
  running!: number;

  @ApiProperty({ type: 'integer' })
  failed!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Tasks that are RUNNING and do not move though there is work',
  })
  stalled!: number;
}

const STALLED = {
  type: String,
  example: 'poll',
  description:
    'Why the task does not move though it is RUNNING and there is work: poll, put, preCommit (the call does not return), ' +
    'acknowledgement (records of a source are not acknowledged), lag (there are records to read, and none is put)',
} as const;

/** A task that is RUNNING and does not move. */
export class StallDto {
  @ApiProperty({ type: 'integer' })
  task!: number;

  @ApiProperty(STALLED)
  stalled!: string;
}

export class ConnectorSummaryDto {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: String, nullable: true, description: 'connector.class' })
  class!: string | null;

  @ApiProperty({ enum: TARGET_STATES, enumName: 'TargetState', description: 'What it is to be' })
  targetState!: string;

  @ApiProperty({ enum: CONNECTOR_STATES, enumName: 'ConnectorState', description: 'What it is' })
  state!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Worker that runs the connector' })
  workerId!: string | null;

  @ApiProperty({ enum: CONNECTOR_HEALTH, enumName: 'ConnectorHealth' })
  health!: ConnectorHealth;

  @ApiProperty({ type: TaskCountsDto })
  tasks!: TaskCountsDto;

  @ApiProperty({ type: [StallDto], description: 'Tasks that stall' })
  stalls!: readonly StallDto[];

  @ApiProperty({ type: String, format: 'date-time', description: 'When its configuration was last written' })
  updatedAt!: string;
}

/** A connector's or task's status, as its worker wrote it. */
export class StatusDto {
  @ApiProperty({ enum: CONNECTOR_STATES, enumName: 'ConnectorState' })
  state!: string;

  @ApiProperty({ type: String })
  workerId!: string;

  @ApiProperty({ type: 'integer', description: 'Of the worker group, when it was written' })
  generation!: number;

  @ApiProperty({ type: String, nullable: true, description: "The plugin's version" })
  version!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed' })
  trace!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  since!: string;
}

export class TaskStatusDto extends StatusDto {
  @ApiProperty({ type: 'integer' })
  task!: number;

  @ApiProperty({ ...STALLED, nullable: true })
  stalled!: string | null;
}

export class ConnectorDto extends ConnectorSummaryDto {
  @ApiProperty({ type: 'integer', description: 'Offset of its configuration in the config topic' })
  revision!: number;

  @ApiProperty({ type: [String], description: 'Names of its settings; values are not kept here' })
  configKeys!: readonly string[];

  @ApiProperty({ type: StatusDto, nullable: true })
  status!: StatusDto | null;

  @ApiProperty({ type: [TaskStatusDto] })
  taskStatuses!: readonly TaskStatusDto[];

  @ApiProperty({ type: [String], description: 'Topics that its tasks were seen to use' })
  topics!: readonly string[];
}
