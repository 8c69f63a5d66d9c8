import { ApiProperty } from '@nestjs/swagger';
import { ConfigInfos } from './config-infos.ts';

export class ConfigChange {
  @ApiProperty({ type: String })
  key!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The value now; null when there is none' })
  before!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The value then; null when there is none' })
  after!: string | null;
}

/** What a create or change would do (`?dryRun=true`). Passwords given in clear are hidden. */
export class DryRun {
  @ApiProperty({ type: Boolean, description: 'Whether the connector would be created' })
  creates!: boolean;

  @ApiProperty({ type: Boolean, description: 'Whether the configuration would be accepted' })
  valid!: boolean;

  @ApiProperty({ type: [ConfigChange], description: 'Keys whose value would change, sorted' })
  changes!: readonly ConfigChange[];

  @ApiProperty({ type: ConfigInfos, description: 'The check of the configuration' })
  validation!: ConfigInfos;
}
