import { ApiProperty } from '@nestjs/swagger';
import { CONFIG_MAP } from '../openapi/config-map.ts';
import { ConfigInfos } from './config-infos.ts';

export class ConfigChange {
  @ApiProperty({ type: String })
  key!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The value now; null when there is none' })
  before!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The value then; null when there is none' })
  after!: string | null;
}

/** What a create or change would do (`?dryRun=true`); nothing was written. Passwords given in clear are hidden. */
export class DryRunResult {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: Boolean, description: 'Whether the connector would be created' })
  creates!: boolean;

  @ApiProperty({ type: Boolean, description: 'Whether the configuration would be accepted' })
  valid!: boolean;

  @ApiProperty({ ...CONFIG_MAP, description: 'The whole configuration that would be written' })
  config!: Readonly<Record<string, string | null>>;

  @ApiProperty({ type: [ConfigChange], description: 'Keys whose value would change, sorted' })
  changes!: readonly ConfigChange[];

  @ApiProperty({ type: ConfigInfos })
  validation!: ConfigInfos;
}
