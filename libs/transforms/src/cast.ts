import {
  ConfigDef,
  ConfigError,
  copyCapacity,
  javaHashMap,
  javaTypeName,
  Schema,
  SCHEMA_TYPES,
  Struct,
  Validators,
  type ConnectRecord,
  type ConnectValue,
  type Props,
  type SchemaInit,
  type Transformation,
} from '@millrace/connect-api';
import { CAST_TARGETS, castValue, type CastTarget } from './cast-value.ts';
import type { RecordPart } from './record-part.ts';
import { requireMap, requireStruct } from './requirements.ts';
import { list, REPLACE_NULL_WITH_DEFAULT, withReplaceNull } from './settings.ts';
import { DerivedSchemas, fieldValue, schemaBasics } from './struct-schemas.ts';

const SPEC = 'spec';
const PURPOSE = 'cast types';

/** What is cast to what: the whole value, or fields by name, in the order of the JVM's map of them. */
interface CastSpec {
  readonly whole: CastTarget | undefined;
  readonly fields: ReadonlyMap<string, CastTarget>;
}

/** `org.apache.kafka.connect.transforms.Cast`: changes the type of the whole key or value, or of fields of it. */
export class Cast implements Transformation {
  readonly #part: RecordPart;
  #spec: CastSpec = { whole: undefined, fields: new Map() };
  #replaceNull = true;
  #schemas = new DerivedSchemas((schema) => this.#castSchema(schema));

  constructor(part: RecordPart) {
    this.#part = part;
  }

  config(): ConfigDef {
    const definition = new ConfigDef().define({
      name: SPEC,
      type: 'LIST',
      validator: Validators.of(
        'list of colon-delimited pairs, e.g. <code>foo:bar,abc:xyz</code>',
        (_name, value) => {
          parseSpec(list(value));
        },
      ),
      importance: 'HIGH',
      documentation:
        'List of fields and the type to cast them to of the form field1:type,field2:type to cast fields of Maps or Structs. A single' +
        ' type to cast the entire value. Valid types are int8, int16, int32, int64, float32, float64, boolean, and string. Note that' +
        ' binary fields can only be cast to string.',
    });
    return withReplaceNull(definition);
  }

  configure(props: Props): void {
    const settings = this.config().parse(props);
    this.#spec = parseSpec(list(settings[SPEC]));
    this.#replaceNull = settings[REPLACE_NULL_WITH_DEFAULT] === true;
    this.#schemas = new DerivedSchemas((schema) => this.#castSchema(schema));
  }

  apply(record: ConnectRecord): ConnectRecord {
    const value = this.#part.value(record);
    if (value === null) {
      return record;
    }
    const schema = this.#part.schema(record);
    const cast = schema === null ? this.#castSchemaless(value) : this.#castWithSchema(schema, value);
    return record.newRecord(this.#part.change(schema === null ? null : this.#schemas.of(schema), cast));
  }

  #castSchemaless(value: ConnectValue): ConnectValue {
    if (this.#spec.whole !== undefined) {
      return castValue(null, value, this.#spec.whole);
    }
    const map = requireMap(value, PURPOSE);
    const updated = new Map(map);
    for (const [field, target] of this.#spec.fields) {
      updated.set(field, castValue(null, map.get(field) ?? null, target));
    }
    return javaHashMap(updated, { capacity: copyCapacity(map.size) });
  }

  #castWithSchema(schema: Schema, value: ConnectValue): ConnectValue {
    if (this.#spec.whole !== undefined) {
      return castValue(schema, value, this.#spec.whole);
    }
    const struct = requireStruct(value, PURPOSE, schema);
    const values = struct.schema.fields.map((field) => {
      const original = fieldValue(struct, field, this.#replaceNull);
      const target = this.#spec.fields.get(field.name);
      return target === undefined ? original : castValue(field.schema, original, target);
    });
    return Struct.ofValues(this.#schemas.of(schema), values);
  }

  #castSchema(schema: Schema): Schema {
    const { whole } = this.#spec;
    if (whole !== undefined) {
      return new Schema({ ...schemaBasics(schema), ...castType(schema, whole) });
    }
    return new Schema({
      ...schemaBasics(schema),
      type: 'struct',
      optional: schema.optional,
      fields: schema.fields.map((field) => {
        const target = this.#spec.fields.get(field.name);
        return target === undefined
          ? field
          : { name: field.name, schema: new Schema(castType(field.schema, target)) };
      }),
    });
  }
}

/** A schema of the type that keeps whether it is optional, and the default. */
function castType(schema: Schema, type: CastTarget): SchemaInit {
  const { optional, defaultValue = null } = schema;
  return defaultValue === null
    ? { type, optional }
    : { type, optional, defaultValue: castValue(schema, defaultValue, type) };
}

/** Reads `field:type,…` or `type`; throws ConfigError for anything else. */
function parseSpec(spec: readonly string[]): CastSpec {
  if (spec.length === 0) {
    throw new ConfigError('Must specify at least one field to cast.', { key: SPEC });
  }
  let whole: CastTarget | undefined;
  const fields = new Map<string, CastTarget>();
  for (const entry of spec) {
    const parts = entry.replace(/:+$/, '').split(':');
    const [first = '', second] = parts;
    if (parts.length > 2) {
      // The JVM names another transform's setting here.
      throw ConfigError.invalidValue('renames', `[${spec.join(', ')}]`, `Invalid rename mapping: ${entry}`);
    }
    if (second === undefined) {
      whole = castTarget(first.trim());
    } else {
      fields.set(first.trim(), castTarget(second.trim()));
    }
  }
  if (whole !== undefined && spec.length > 1) {
    throw new ConfigError(
      'Cast transformations that specify a type to cast the entire value to may only specify a single cast in their spec',
      { key: SPEC },
    );
  }
  return { whole, fields: javaHashMap(fields) };
}

function castTarget(name: string): CastTarget {
  const type = SCHEMA_TYPES.find((known) => known === name.toLowerCase());
  if (type === undefined) {
    throw ConfigError.invalidValue(
      `Invalid type found in casting spec: ${name}`,
      `java.lang.IllegalArgumentException: No enum constant org.apache.kafka.connect.data.Schema.Type.${name.toUpperCase()}`,
    );
  }
  const target = CAST_TARGETS.find((known) => known === type);
  if (target === undefined) {
    const supported = CAST_TARGETS.map(javaTypeName).join(', ');
    throw new ConfigError(
      `Cast transformation does not support casting to ${javaTypeName(type)}; supported types are [${supported}]`,
      { key: SPEC },
    );
  }
  return target;
}
