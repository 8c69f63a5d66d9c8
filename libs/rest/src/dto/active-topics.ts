import { ApiProperty } from '@nestjs/swagger';

/** Topics that a connector's tasks were seen to use. */
export class ActiveTopics {
  @ApiProperty({ type: [String] })
  topics!: readonly string[];
}
