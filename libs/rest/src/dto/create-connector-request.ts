import type { Props } from '@millrace/connect-api';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { parseJsonText, type JsonValue } from '../body/json-text.ts';
import { isJsonObject, IsStringMap, stringMapOf, textOf } from '../body/string-map.ts';
import { MalformedBodyError } from '../errors/rest-error.ts';
import { CONFIG_MAP } from '../openapi/config-map.ts';
import { INITIAL_STATES, type InitialState } from './enums.ts';

/** The body of `POST /connectors`. */
export class CreateConnectorRequest {
  static readonly describedAs = 'a JSON object with "name" and "config"';

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Spaces around it are removed' })
  @IsOptional()
  @IsString({ message: '"name" must be text' })
  name?: string | null;

  @ApiProperty(CONFIG_MAP)
  @IsStringMap()
  config!: Props;

  @ApiPropertyOptional({
    enum: INITIAL_STATES,
    enumName: 'InitialState',
    nullable: true,
    description: 'In any case; RUNNING when left out',
  })
  @IsOptional()
  @IsIn(INITIAL_STATES, { message: `"initial_state" must be one of ${INITIAL_STATES.join(', ')}` })
  initial_state?: InitialState | null;

  static parse(text: string): CreateConnectorRequest {
    const json = parseJsonText(text);
    if (!isJsonObject(json)) {
      throw new MalformedBodyError(`The request body is not ${CreateConnectorRequest.describedAs}`);
    }
    const fields = Object.fromEntries(Object.entries(json).map(([key, value]) => [key, field(key, value)]));
    return Object.assign(new CreateConnectorRequest(), fields);
  }
}

function field(key: string, value: JsonValue): unknown {
  switch (key) {
    case 'name':
      return textOf(value);
    case 'config':
      return stringMapOf(value);
    case 'initial_state':
      return typeof value === 'string' ? value.toUpperCase() : value;
    default:
      return value;
  }
}
