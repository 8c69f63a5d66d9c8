import { ApiProperty } from '@nestjs/swagger';

export class ConnectorTaskId {
  @ApiProperty({ type: String, description: 'Name of the connector' })
  connector!: string;

  @ApiProperty({ type: 'integer', format: 'int32', description: 'Number of the task, from 0' })
  task!: number;
}
