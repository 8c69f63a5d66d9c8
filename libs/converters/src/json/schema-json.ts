import { quoteJson, Schema, type SchemaType } from '@millrace/connect-api';

/** Connect's types by the names they have in JSON schemas, and back. */
export const JSON_TYPE_NAMES: Readonly<Record<SchemaType, string>> = {
  boolean: 'boolean',
  int8: 'int8',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  float32: 'float',
  float64: 'double',
  bytes: 'bytes',
  string: 'string',
  array: 'array',
  map: 'map',
  struct: 'struct',
};

/** Prints the default value of a schema. */
export type DefaultText = (schema: Schema) => string;

/**
 * A schema as the JsonConverter writes it, its properties in the JVM's order (spec/transforms.md section 4): `type`, the parts of a
 * composed type, `optional`, `name`, `version`, `doc`, `parameters`, `default`, and for the schema of a field its name, last.
 */
export function schemaToJson(
  schema: Schema | null | undefined,
  defaultText: DefaultText,
  field?: string,
): string {
  if (schema === null || schema === undefined) {
    return 'null';
  }
  let text = `{"type":"${JSON_TYPE_NAMES[schema.type]}"${parts(schema, defaultText)},"optional":${schema.optional}`;
  if (schema.name !== undefined) {
    text += `,"name":${quoteJson(schema.name)}`;
  }
  if (schema.version !== undefined) {
    text += `,"version":${schema.version}`;
  }
  if (schema.doc !== undefined) {
    text += `,"doc":${quoteJson(schema.doc)}`;
  }
  if (schema.parameters !== undefined) {
    const pairs = [...schema.parameters].map(([key, value]) => `${quoteJson(key)}:${quoteJson(value)}`);
    text += `,"parameters":{${pairs.join(',')}}`;
  }
  if (schema.defaultValue !== undefined) {
    text += `,"default":${defaultText(schema)}`;
  }
  if (field !== undefined) {
    text += `,"field":${quoteJson(field)}`;
  }
  return `${text}}`;
}

function parts(schema: Schema, defaultText: DefaultText): string {
  switch (schema.type) {
    case 'struct':
      return `,"fields":[${schema.fields.map((field) => schemaToJson(field.schema, defaultText, field.name)).join(',')}]`;
    case 'array':
      return `,"items":${schemaToJson(schema.valueSchema, defaultText)}`;
    case 'map': {
      const keys = schemaToJson(schema.keySchema, defaultText);
      return `,"keys":${keys},"values":${schemaToJson(schema.valueSchema, defaultText)}`;
    }
    case 'boolean':
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'float32':
    case 'float64':
    case 'string':
    case 'bytes':
      return '';
  }
}
