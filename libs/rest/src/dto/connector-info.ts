import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CONFIG_MAP } from '../openapi/config-map.ts';
import { ConnectorTaskId } from './connector-task-id.ts';
import { DryRun } from './dry-run.ts';
import { CONNECTOR_TYPES, type ConnectorType } from './enums.ts';

export class ConnectorInfo {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ ...CONFIG_MAP, description: 'The configuration as written, references unresolved' })
  config!: Readonly<Record<string, string | null>>;

  @ApiProperty({ type: [ConnectorTaskId], description: 'Tasks in the order of their numbers' })
  tasks!: readonly ConnectorTaskId[];

  @ApiProperty({ enum: CONNECTOR_TYPES, enumName: 'ConnectorType' })
  type!: ConnectorType;

  @ApiPropertyOptional({ type: DryRun, description: 'With `dryRun` only: what would be done; nothing was' })
  dry_run?: DryRun;
}

export class TaskInfo {
  @ApiProperty({ type: ConnectorTaskId })
  id!: ConnectorTaskId;

  @ApiProperty({ ...CONFIG_MAP, description: 'The configuration of the task, references unresolved' })
  config!: Readonly<Record<string, string | null>>;
}
