import type { ConnectValue } from '@millrace/connect-api';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsArray, IsOptional, registerDecorator, ValidateNested } from 'class-validator';
import { parseExactJson } from '../body/json-text.ts';
import { MalformedBodyError } from '../errors/rest-error.ts';

/** An object of a request with exact numbers: text keys, integers `bigint`. */
export type ExactObject = ReadonlyMap<string, ConnectValue>;

const ANY_OBJECT = { type: 'object', additionalProperties: true } as const;

function IsExactObject(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isExactObject',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) => value instanceof Map,
        defaultMessage: () => `"${String(property)}" must be a JSON object or null`,
      },
    });
  };
}

/** A source or sink offset: of a source, what its connector defines; of a sink, topic and partition. */
export class ConnectorOffset {
  @ApiProperty({ ...ANY_OBJECT, nullable: true, description: 'Sinks: kafka_topic and kafka_partition' })
  @IsOptional()
  @IsExactObject()
  partition!: ExactObject | null;

  @ApiProperty({ ...ANY_OBJECT, nullable: true, description: 'Sinks: kafka_offset; null removes the offset' })
  @IsOptional()
  @IsExactObject()
  offset!: ExactObject | null;
}

/** Offsets of a connector, in requests and answers. */
export class ConnectorOffsets {
  static readonly describedAs = 'a JSON object with "offsets"';

  @ApiPropertyOptional({ type: [ConnectorOffset] })
  @IsOptional()
  @IsArray({ message: '"offsets" must be a list' })
  @ValidateNested({
    each: true,
    message: 'each of "offsets" must be an object with "partition" and "offset"',
  })
  offsets?: readonly ConnectorOffset[] | null;

  static parse(text: string): ConnectorOffsets {
    const json = parseExactJson(text);
    if (!(json instanceof Map)) {
      throw new MalformedBodyError(`The request body is not ${ConnectorOffsets.describedAs}`);
    }
    const fields = Object.fromEntries(json as ReadonlyMap<string, ConnectValue>);
    const { offsets } = fields;
    return Object.assign(new ConnectorOffsets(), fields, {
      offsets: Array.isArray(offsets)
        ? (offsets as readonly ConnectValue[]).map(offsetOf)
        : (offsets ?? null),
    });
  }
}

function offsetOf(value: ConnectValue): unknown {
  return value instanceof Map
    ? Object.assign(
        new ConnectorOffset(),
        { partition: null, offset: null },
        Object.fromEntries(value as ReadonlyMap<string, ConnectValue>),
      )
    : value;
}
