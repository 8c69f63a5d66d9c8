import {
  sameSchema,
  Struct,
  type ConnectValue,
  type Field,
  type Schema,
  type SchemaInit,
} from '@millrace/connect-api';

/** Schemas looked through for one that is equal to a new object. */
const MAX_RECENT = 16;

/** The schemas that a transform made of others, one for each, so that converters know them again. */
export class DerivedSchemas {
  readonly #derive: (schema: Schema) => Schema;
  readonly #bySchema = new WeakMap<Schema, Schema>();
  /** The one found last first. */
  readonly #recent: { readonly from: Schema; readonly to: Schema }[] = [];

  constructor(derive: (schema: Schema) => Schema) {
    this.#derive = derive;
  }

  of(schema: Schema): Schema {
    const known = this.#bySchema.get(schema);
    if (known !== undefined) {
      return known;
    }
    // A source may make its schema anew for each record.
    const equal = this.#recent.find((recent) => sameSchema(recent.from, schema));
    const derived = equal?.to ?? this.#derive(schema);
    this.#bySchema.set(schema, derived);
    if (equal === undefined) {
      this.#recent.unshift({ from: schema, to: derived });
      this.#recent.length = Math.min(this.#recent.length, MAX_RECENT);
    }
    return derived;
  }
}

/** What a changed schema keeps of the one it is made from: not whether it is optional, and no default (spec/transforms.md section 1). */
export function schemaBasics(schema: Schema): Pick<SchemaInit, 'name' | 'version' | 'doc' | 'parameters'> {
  return { name: schema.name, version: schema.version, doc: schema.doc, parameters: schema.parameters };
}

/** A field's value; where it is null and the field has a default, that one or not as configured. */
export function fieldValue(struct: Struct, field: Field, replaceNull: boolean): ConnectValue {
  const value = struct.valueAt(field.index);
  return value === null && replaceNull ? (field.schema.defaultValue ?? null) : value;
}

/** A struct of another schema with the same fields. */
export function withSchema(struct: Struct, schema: Schema, replaceNull: boolean): Struct {
  return Struct.ofValues(
    schema,
    struct.schema.fields.map((field) => fieldValue(struct, field, replaceNull)),
  );
}
