import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Fields } from './fields.ts';
import { CONNECTOR_STATES, CONNECTOR_TYPES, type ConnectorStateName, type ConnectorType } from './enums.ts';

const STATE = { enum: CONNECTOR_STATES, enumName: 'State' } as const;
const WORKER_ID = {
  type: String,
  description: 'host:port of the worker that wrote the state; empty while none has',
} as const;
const VERSION = { type: String, nullable: true, description: 'Version of the plugin, where known' } as const;
const TRACE = { type: String, description: 'Why it failed; there when the state is FAILED' } as const;

export class ConnectorState {
  @ApiProperty(STATE)
  state!: ConnectorStateName;

  @ApiProperty(WORKER_ID)
  worker_id!: string;

  @ApiProperty(VERSION)
  version!: string | null;

  @ApiPropertyOptional(TRACE)
  trace?: string;
}

/** A connector's state as a plain object. */
export type ConnectorStateFields = Fields<ConnectorState>;

export class TaskState {
  @ApiProperty({ type: 'integer', format: 'int32' })
  id!: number;

  @ApiProperty(STATE)
  state!: ConnectorStateName;

  @ApiProperty(WORKER_ID)
  worker_id!: string;

  @ApiProperty(VERSION)
  version!: string | null;

  @ApiPropertyOptional(TRACE)
  trace?: string;
}

/** A task's state as a plain object. */
export type TaskStateFields = Fields<TaskState>;

export class ConnectorStateInfo {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: ConnectorState })
  connector!: ConnectorStateFields;

  @ApiProperty({ type: [TaskState], description: 'Sorted by task number' })
  tasks!: readonly TaskStateFields[];

  @ApiProperty({ enum: CONNECTOR_TYPES, enumName: 'ConnectorType' })
  type!: ConnectorType;
}
