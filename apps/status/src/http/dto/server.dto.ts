import { ApiProperty } from '@nestjs/swagger';

export class ServerInfoDto {
  @ApiProperty({ type: String, description: "The aggregator's version" })
  version!: string;

  @ApiProperty({ type: String, description: 'group.id of the workers' })
  groupId!: string;

  @ApiProperty({ type: String })
  configTopic!: string;

  @ApiProperty({ type: String })
  statusTopic!: string;
}

export class HealthDto {
  @ApiProperty({ enum: ['starting', 'healthy', 'stale'] })
  status!: string;

  @ApiProperty({ type: String })
  message!: string;

  @ApiProperty({ type: 'integer', description: 'How old what is shown may be, in milliseconds' })
  staleMs!: number;
}

export class ErrorDto {
  @ApiProperty({ type: 'integer' })
  error_code!: number;

  @ApiProperty({ type: String })
  message!: string;
}
