import {
  JsonNumber,
  JsonReader,
  JsonSyntaxError,
  nodeToJson,
  type JsonNode,
  type Props,
} from '@millrace/connect-api';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import { BadRequestError } from '../errors/rest-error.ts';
import { CONFIG_MAP } from '../openapi/config-map.ts';
import { ANY_VALUE } from '../openapi/any-value.ts';

const MAX_RECORDS = 100;
const FIELDS = ['connector', 'config', 'records'];
const SAMPLE_FIELDS = ['topic', 'partition', 'offset', 'timestamp', 'key', 'value', 'headers'];
const INTEGERS = ['partition', 'offset', 'timestamp'];

const DATA = 'Plain JSON, or `{"schema": …, "payload": …}` with a schema as Connect writes it in JSON';

/** A header of a sample. */
export class PreviewSampleHeader {
  @ApiProperty({ type: String })
  key!: string;

  @ApiProperty({ ...ANY_VALUE, required: false, description: DATA })
  value?: unknown;
}

/** A record that transforms are to be tried on. */
export class PreviewSample {
  @ApiProperty({ type: String })
  topic!: string;

  @ApiPropertyOptional({
    type: 'integer',
    format: 'int32',
    nullable: true,
    description: 'Sinks: 0 when left out',
  })
  partition?: number | null;

  @ApiPropertyOptional({
    type: 'integer',
    format: 'int64',
    nullable: true,
    description: 'Sinks only: 0 when left out',
  })
  offset?: number | null;

  @ApiPropertyOptional({
    type: 'integer',
    format: 'int64',
    nullable: true,
    description: 'Milliseconds since the epoch',
  })
  timestamp?: number | null;

  @ApiProperty({ ...ANY_VALUE, required: false, description: DATA })
  key?: unknown;

  @ApiProperty({ ...ANY_VALUE, required: false, description: DATA })
  value?: unknown;

  @ApiPropertyOptional({ type: [PreviewSampleHeader], nullable: true })
  headers?: readonly PreviewSampleHeader[] | null;
}

/** The body of `POST /transforms/preview`. */
export class PreviewRequest {
  static readonly describedAs = 'a JSON object with "connector" or "config", and "records"';
  /** The JVM has no such call, whose 500 for a wrong body would have to be kept. */
  static readonly malformedIs = BadRequestError;

  @Allow()
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'A connector whose transforms are tried',
  })
  connector!: string | null;

  @Allow()
  @ApiPropertyOptional({
    ...CONFIG_MAP,
    nullable: true,
    description:
      'A configuration to be tried before it is written; with `connector` it changes what that has, as PATCH does. Only its transforms ' +
      'and predicates, and `connector.class`, count',
  })
  config!: Props | null;

  /** Each of them {@link PreviewSample}, checked; numbers are what the text says. */
  @Allow()
  @ApiProperty({ type: [PreviewSample], minItems: 1, maxItems: MAX_RECORDS })
  records!: readonly JsonNode[];

  /** Throws BadRequestError. */
  static parse(text: string): PreviewRequest {
    const body = fieldsOf(read(text), 'The request body', FIELDS);
    const records = body.get('records');
    if (!isList(records) || records.length === 0 || records.length > MAX_RECORDS) {
      throw new BadRequestError(`"records" must be a list of 1 to ${MAX_RECORDS} records`);
    }
    records.forEach(checkSample);
    return Object.assign(new PreviewRequest(), {
      connector: connectorOf(body.get('connector') ?? null),
      config: configOf(body.get('config') ?? null),
      records,
    });
  }
}

function read(text: string): JsonNode {
  try {
    return new JsonReader(text).node();
  } catch (error) {
    throw error instanceof JsonSyntaxError ? new BadRequestError(error.message, { cause: error }) : error;
  }
}

function connectorOf(node: JsonNode): string | null {
  if (node !== null && typeof node !== 'string') {
    throw new BadRequestError('"connector" must be the name of a connector');
  }
  return node;
}

function configOf(node: JsonNode): Props | null {
  if (node === null) {
    return null;
  }
  const entries = [...fieldsOf(node, '"config"')].map(
    ([key, value]) => [key, settingOf(key, value)] as const,
  );
  return Object.fromEntries(entries);
}

/** Numbers and booleans become text, as in every configuration. */
function settingOf(key: string, value: JsonNode): string | null {
  if (value === null || typeof value === 'string') {
    return value;
  }
  if (typeof value === 'boolean' || value instanceof JsonNumber) {
    return nodeToJson(value);
  }
  throw new BadRequestError(
    `"config" must hold text, numbers, true, false or null, but ${key} is none of them`,
  );
}

function checkSample(sample: JsonNode, index: number): void {
  const where = `records[${index}]`;
  const fields = fieldsOf(sample, where, SAMPLE_FIELDS);
  if (typeof fields.get('topic') !== 'string') {
    throw new BadRequestError(`${where}.topic must be text`);
  }
  for (const field of INTEGERS) {
    const value = fields.get(field) ?? null;
    if (value !== null && !isInteger(value)) {
      throw new BadRequestError(`${where}.${field} must be an integer`);
    }
  }
  const headers = fields.get('headers') ?? [];
  if (!isList(headers)) {
    throw new BadRequestError(`${where}.headers must be a list`);
  }
  headers.forEach((header, at) => {
    const name = `${where}.headers[${at}]`;
    if (typeof fieldsOf(header, name, ['key', 'value']).get('key') !== 'string') {
      throw new BadRequestError(`${name}.key must be text`);
    }
  });
}

function isInteger(node: JsonNode): boolean {
  return node instanceof JsonNumber && node.integer && Number.isSafeInteger(Number(node.text));
}

function isList(node: JsonNode | undefined): node is readonly JsonNode[] {
  return Array.isArray(node);
}

function fieldsOf(node: JsonNode, what: string, known?: readonly string[]): ReadonlyMap<string, JsonNode> {
  if (!(node instanceof Map)) {
    throw new BadRequestError(`${what} must be a JSON object`);
  }
  const fields = node as ReadonlyMap<string, JsonNode>;
  const unknown = known === undefined ? [] : [...fields.keys()].filter((key) => !known.includes(key));
  if (unknown.length > 0) {
    throw new BadRequestError(`${what} has fields that are not known: ${unknown.join(', ')}`);
  }
  return fields;
}
