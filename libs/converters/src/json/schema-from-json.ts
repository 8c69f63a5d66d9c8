import {
  DataError,
  JsonNumber,
  Schema,
  SchemaBuilderError,
  type ConnectValue,
  type JsonNode,
  type SchemaInit,
  type SchemaType,
} from '@millrace/connect-api';
import { toInt32 } from './scalar-from-json.ts';
import { JSON_TYPE_NAMES } from './schema-json.ts';

const TYPES: ReadonlyMap<JsonNode, SchemaType> = new Map(
  Object.entries(JSON_TYPE_NAMES).map(([type, name]) => [name, type as SchemaType]),
);

/** Reads the default value of a schema that has all but it. */
export type ReadDefault = (schema: Schema, node: JsonNode) => ConnectValue;

/**
 * A schema from its JSON, as lenient as the JVM: what is of the wrong kind is left out, except where a type cannot do without it
 * (spec/transforms.md section 4). Throws DataError.
 */
export function schemaFromJson(node: JsonNode, readDefault: ReadDefault): Schema | null {
  if (node === null) {
    return null;
  }
  const text = member(node, 'type');
  if (typeof text !== 'string') {
    throw new DataError("Schema must contain 'type' field");
  }
  const type = TYPES.get(text);
  if (type === undefined) {
    throw new DataError(`Unknown schema type: ${text}`);
  }
  const init: SchemaInit = { type, ...parts(type, node, readDefault), ...attributes(node) };
  const defaultNode = member(node, 'default');
  if (defaultNode === undefined) {
    return new Schema(init);
  }
  const defaultValue = readDefault(new Schema(init), defaultNode);
  if (defaultValue === null && init.optional !== true) {
    throw new SchemaBuilderError('Invalid default value');
  }
  // A null default is the same as none.
  return new Schema(defaultValue === null ? init : { ...init, defaultValue });
}

function attributes(node: JsonNode): Partial<SchemaInit> {
  const name = member(node, 'name');
  const version = member(node, 'version');
  const doc = member(node, 'doc');
  return {
    optional: member(node, 'optional') === true,
    name: typeof name === 'string' ? name : undefined,
    version: version instanceof JsonNumber && version.integer ? toInt32(version) : undefined,
    doc: typeof doc === 'string' ? doc : undefined,
    parameters: parameters(member(node, 'parameters')),
  };
}

function parameters(node: JsonNode | undefined): ReadonlyMap<string, string> | undefined {
  if (!(node instanceof Map) || node.size === 0) {
    return undefined;
  }
  const result = new Map<string, string>();
  for (const [key, value] of node as ReadonlyMap<string, JsonNode>) {
    if (typeof value !== 'string') {
      throw new DataError('Schema parameters must have string values.');
    }
    result.set(key, value);
  }
  return result;
}

function parts(type: SchemaType, node: JsonNode, readDefault: ReadDefault): Partial<SchemaInit> {
  if (type === 'struct') {
    return { fields: structFields(member(node, 'fields'), readDefault) };
  }
  if (type === 'array') {
    const items = member(node, 'items') ?? null;
    if (items === null) {
      throw new DataError('Array schema did not specify the element type');
    }
    return { valueSchema: required(schemaFromJson(items, readDefault), 'Array element') };
  }
  if (type === 'map') {
    const keys = member(node, 'keys');
    const values = member(node, 'values');
    if (keys === undefined) {
      throw new DataError('Map schema did not specify the key type');
    }
    if (values === undefined) {
      throw new DataError('Map schema did not specify the value type');
    }
    return {
      keySchema: required(schemaFromJson(keys, readDefault), 'Map key'),
      valueSchema: required(schemaFromJson(values, readDefault), 'Map value'),
    };
  }
  return {};
}

function structFields(
  node: JsonNode | undefined,
  readDefault: ReadDefault,
): { name: string; schema: Schema }[] {
  if (!Array.isArray(node)) {
    throw new DataError('Struct schema\'s "fields" argument is not an array.');
  }
  const names = new Set<string>();
  return (node as readonly JsonNode[]).map((field) => {
    const name = member(field, 'field');
    if (typeof name !== 'string') {
      throw new DataError("Struct schema's field name not specified properly");
    }
    const schema = required(schemaFromJson(field, readDefault), 'Field');
    if (names.has(name)) {
      throw new SchemaBuilderError(`Cannot create field because of field name duplication ${name}`);
    }
    names.add(name);
    return { name, schema };
  });
}

function required(schema: Schema | null, what: string): Schema {
  if (schema === null) {
    throw new SchemaBuilderError(`${what} schema cannot be null.`);
  }
  return schema;
}

function member(node: JsonNode, name: string): JsonNode | undefined {
  return node instanceof Map ? (node as ReadonlyMap<string, JsonNode>).get(name) : undefined;
}
