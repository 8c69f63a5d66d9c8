import { ApiProperty } from '@nestjs/swagger';
import { PLUGIN_TYPES, type PluginTypeName } from './enums.ts';

export class PluginInfo {
  @ApiProperty({ type: String })
  class!: string;

  @ApiProperty({ enum: PLUGIN_TYPES, enumName: 'PluginType' })
  type!: PluginTypeName;

  @ApiProperty({ type: String, nullable: true })
  version!: string | null;
}
