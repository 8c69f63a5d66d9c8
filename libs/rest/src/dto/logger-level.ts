import { ApiProperty } from '@nestjs/swagger';

export class LoggerLevel {
  @ApiProperty({ type: String, description: 'TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF' })
  level!: string;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    nullable: true,
    description: 'Milliseconds since the epoch; null when it was not changed since the start',
  })
  last_modified!: number | null;
}

export class SetLevelRequest {
  @ApiProperty({ type: String, description: 'TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF, in any case' })
  level!: string;
}
