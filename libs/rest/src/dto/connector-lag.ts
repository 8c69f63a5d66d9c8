import { ApiProperty } from '@nestjs/swagger';

export class PartitionLag {
  @ApiProperty({ type: String })
  topic!: string;

  @ApiProperty({ type: 'integer', format: 'int32' })
  partition!: number;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    nullable: true,
    description: 'Committed offset; null for none',
  })
  committed_offset!: number | null;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    description: 'Where the next record of the partition goes',
  })
  end_offset!: number;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Offsets between the two' })
  lag!: number;
}

/** How far a sink connector is behind the topics it reads. */
export class ConnectorLag {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: String, description: 'The consumer group' })
  group_id!: string;

  @ApiProperty({ type: 'integer', format: 'int64' })
  total_lag!: number;

  @ApiProperty({ type: [PartitionLag] })
  partitions!: readonly PartitionLag[];
}
