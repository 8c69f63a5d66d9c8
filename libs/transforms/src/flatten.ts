import {
  ConfigDef,
  DataError,
  javaClassName,
  javaTypeName,
  Schema,
  SchemaBuilderError,
  Struct,
  type ConnectRecord,
  type ConnectValue,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import { typeOf } from './cast-value.ts';
import type { RecordPart } from './record-part.ts';
import { fieldName, requireMap, requireStructOrNull, type SchemalessMap } from './requirements.ts';
import { text } from './settings.ts';
import { DerivedSchemas, schemaBasics } from './struct-schemas.ts';

const DELIMITER = 'delimiter';
const PURPOSE = 'flattening';
/** Deeper nesting is refused before it exhausts the stack. */
const MAX_DEPTH = 1000;

interface FlatField {
  readonly name: string;
  readonly schema: Schema;
}

/** What a field has from the structs around it. */
interface Outer {
  /** Names of the fields that lead here, with a delimiter at the end. */
  readonly prefix: string;
  readonly optional: boolean;
  /** The default of the struct around, which has those of its fields. */
  readonly defaultValue: Struct | null;
}

/** `org.apache.kafka.connect.transforms.Flatten`: brings the fields of nested maps or structs to the top, under joined names. */
export class Flatten implements Transformation {
  readonly #part: RecordPart;
  #delimiter = '.';
  #schemas = new DerivedSchemas((schema) => this.#flatSchema(schema));

  constructor(part: RecordPart) {
    this.#part = part;
  }

  config(): ConfigDef {
    return new ConfigDef().define({
      name: DELIMITER,
      type: 'STRING',
      defaultValue: '.',
      importance: 'MEDIUM',
      documentation:
        'Delimiter to insert between field names from the input record when generating field names for the output record',
    });
  }

  configure(props: Props): void {
    this.#delimiter = text(this.config().parse(props)[DELIMITER]);
    this.#schemas = new DerivedSchemas((schema) => this.#flatSchema(schema));
  }

  apply(record: ConnectRecord): ConnectRecord {
    const value = this.#part.value(record);
    if (value === null) {
      return record;
    }
    const schema = this.#part.schema(record);
    if (schema === null) {
      const flat = new Map<ConnectValue, ConnectValue>();
      this.#flattenMap(requireMap(value, PURPOSE), flat, { prefix: '', depth: 0 });
      return record.newRecord(this.#part.change(null, flat));
    }
    const struct = requireStructOrNull(value, PURPOSE, schema);
    const flatSchema = this.#schemas.of(schema);
    return record.newRecord(this.#part.change(flatSchema, this.#flatStruct(schema, flatSchema, struct)));
  }

  #flattenMap(
    map: SchemalessMap,
    flat: Map<ConnectValue, ConnectValue>,
    { prefix, depth }: { readonly prefix: string; readonly depth: number },
  ): void {
    if (depth > MAX_DEPTH) {
      throw new DataError(`Maps nested deeper than ${MAX_DEPTH} cannot be flattened`);
    }
    for (const [key, value] of map) {
      const name = prefix + fieldName(key);
      if (value instanceof Map) {
        this.#flattenMap(value as SchemalessMap, flat, { prefix: name + this.#delimiter, depth: depth + 1 });
      } else {
        checkSchemaless(value, name);
        flat.set(name, value);
      }
    }
  }

  #flatStruct(schema: Schema, flatSchema: Schema, struct: Struct | null): Struct {
    const values: ConnectValue[] = [];
    addValues(schema, struct, values);
    return Struct.ofValues(flatSchema, values);
  }

  #flatSchema(schema: Schema): Schema {
    const fields: FlatField[] = [];
    const defaultValue = schema.defaultValue instanceof Struct ? schema.defaultValue : null;
    this.#addFields(schema, fields, { prefix: '', optional: schema.optional, defaultValue });
    const names = new Set<string>();
    for (const { name } of fields) {
      if (names.has(name)) {
        throw new SchemaBuilderError(`Cannot create field because of field name duplication ${name}`);
      }
      names.add(name);
    }
    return new Schema({ ...schemaBasics(schema), type: 'struct', fields });
  }

  #addFields(schema: Schema, fields: FlatField[], outer: Outer): void {
    for (const field of schema.fields) {
      const name = outer.prefix + field.name;
      const optional = outer.optional || field.schema.optional;
      const defaultValue = field.schema.defaultValue ?? outer.defaultValue?.get(field.name) ?? null;
      if (field.schema.type === 'struct') {
        this.#addFields(field.schema, fields, {
          prefix: name + this.#delimiter,
          optional,
          defaultValue: defaultValue instanceof Struct ? defaultValue : null,
        });
      } else if (field.schema.type === 'map') {
        throw new DataError(
          `Flatten transformation does not support ${javaTypeName(field.schema.type)} for record with schemas (for field ${name}).`,
        );
      } else {
        fields.push({ name, schema: changed(field.schema, optional, defaultValue) });
      }
    }
  }
}

function changed(schema: Schema, optional: boolean, defaultValue: ConnectValue): Schema {
  return new Schema({
    ...schemaBasics(schema),
    type: schema.type,
    valueSchema: schema.valueSchema,
    optional,
    ...(defaultValue === null ? {} : { defaultValue }),
  });
}

/** The values of all fields in the order of the flat schema; those of a struct that is null are. */
function addValues(schema: Schema, struct: Struct | null, values: ConnectValue[]): void {
  for (const field of schema.fields) {
    const value = struct === null ? null : struct.get(field.name);
    if (field.schema.type === 'struct') {
      addValues(field.schema, value instanceof Struct ? value : null, values);
    } else {
      values.push(value);
    }
  }
}

function checkSchemaless(value: ConnectValue, name: string): void {
  const type = typeOf(value);
  if (value !== null && type === undefined) {
    throw new DataError(
      `Flatten transformation was passed a value of type class ${javaClassName(value)} which is not supported by Connect's data API`,
    );
  }
  if (type === 'struct') {
    throw new DataError(
      `Flatten transformation does not support class ${javaClassName(value)} for record without schemas (for field ${name}).`,
    );
  }
}
