import { ApiProperty } from '@nestjs/swagger';
import { HEALTH_STATES } from './enums.ts';

export class ServerInfo {
  @ApiProperty({ type: String, description: 'The version of Kafka Connect whose behaviour this is' })
  version!: string;

  @ApiProperty({ type: String })
  commit!: string;

  @ApiProperty({ type: String })
  kafka_cluster_id!: string;
}

export class WorkerStatus {
  @ApiProperty({ enum: HEALTH_STATES, enumName: 'HealthState' })
  status!: (typeof HEALTH_STATES)[number];

  @ApiProperty({ type: String })
  message!: string;
}
