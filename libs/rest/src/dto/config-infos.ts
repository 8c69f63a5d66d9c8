import { ApiProperty } from '@nestjs/swagger';
import type { Fields } from './fields.ts';
import { CONFIG_IMPORTANCES, CONFIG_KEY_TYPES, CONFIG_WIDTHS } from './enums.ts';

export class ConfigKeyInfo {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ enum: CONFIG_KEY_TYPES, enumName: 'ConfigKeyType' })
  type!: string;

  @ApiProperty({ type: Boolean })
  required!: boolean;

  @ApiProperty({ type: String, nullable: true })
  default_value!: string | null;

  @ApiProperty({ enum: CONFIG_IMPORTANCES, enumName: 'ConfigImportance' })
  importance!: string;

  @ApiProperty({ type: String })
  documentation!: string;

  @ApiProperty({ type: String, nullable: true })
  group!: string | null;

  @ApiProperty({ type: 'integer', format: 'int32' })
  order_in_group!: number;

  @ApiProperty({ enum: CONFIG_WIDTHS, enumName: 'ConfigWidth' })
  width!: string;

  @ApiProperty({ type: String })
  display_name!: string;

  @ApiProperty({ type: [String] })
  dependents!: readonly string[];
}

export class ConfigValueInfo {
  @ApiProperty({ type: String })
  name!: string;

  @ApiProperty({ type: String, nullable: true, description: 'null when it is absent or could not be parsed' })
  value!: string | null;

  @ApiProperty({ type: 'array', items: { type: 'string', nullable: true } })
  recommended_values!: readonly (string | null)[];

  @ApiProperty({ type: [String] })
  errors!: readonly string[];

  @ApiProperty({ type: Boolean })
  visible!: boolean;
}

export class ConfigInfo {
  @ApiProperty({ type: ConfigKeyInfo })
  definition!: Fields<ConfigKeyInfo>;

  @ApiProperty({ type: ConfigValueInfo })
  value!: ConfigValueInfo;
}

/** The check of a configuration (spec/rest.md section 3). */
export class ConfigInfos {
  @ApiProperty({ type: String, description: 'The connector class as given' })
  name!: string;

  @ApiProperty({ type: 'integer', format: 'int32' })
  error_count!: number;

  @ApiProperty({ type: [String] })
  groups!: readonly string[];

  @ApiProperty({ type: [ConfigInfo] })
  configs!: readonly ConfigInfo[];
}
