import { SchemaBuilderError } from '../errors.ts';
import { Schema, type ConnectValue, type SchemaType } from './schema.ts';

/** Fluent builder of {@link Schema}; every setter may be called once, as in the JVM's SchemaBuilder. */
export class SchemaBuilder {
  readonly #type: SchemaType;
  #optional = false;
  #name: string | undefined;
  #version: number | undefined;
  #doc: string | undefined;
  #parameters: Map<string, string> | undefined;
  #defaultValue: ConnectValue | undefined;
  readonly #fields: { name: string; schema: Schema }[] = [];
  #keySchema: Schema | undefined;
  #valueSchema: Schema | undefined;

  constructor(type: SchemaType) {
    this.#type = type;
  }

  static struct(): SchemaBuilder {
    return new SchemaBuilder('struct');
  }

  static array(valueSchema?: Schema): SchemaBuilder {
    const builder = new SchemaBuilder('array');
    builder.#valueSchema = valueSchema;
    return builder;
  }

  static map(keySchema?: Schema, valueSchema?: Schema): SchemaBuilder {
    const builder = new SchemaBuilder('map');
    builder.#keySchema = keySchema;
    builder.#valueSchema = valueSchema;
    return builder;
  }

  optional(): this {
    this.#optional = true;
    return this;
  }

  name(name: string): this {
    this.#name = name;
    return this;
  }

  version(version: number): this {
    this.#version = version;
    return this;
  }

  doc(doc: string): this {
    this.#doc = doc;
    return this;
  }

  parameter(key: string, value: string): this {
    this.#parameters ??= new Map();
    this.#parameters.set(key, value);
    return this;
  }

  defaultValue(value: ConnectValue): this {
    this.#defaultValue = value;
    return this;
  }

  /** Adds a field to a struct schema; throws SchemaBuilderError for any other type or a name used twice. */
  field(name: string, schema: Schema): this {
    if (this.#type !== 'struct') {
      throw new SchemaBuilderError(`Cannot create fields on type ${this.#type}`);
    }
    if (this.#fields.some((field) => field.name === name)) {
      throw new SchemaBuilderError(`Cannot create field because of field name duplication ${name}`);
    }
    this.#fields.push({ name, schema });
    return this;
  }

  build(): Schema {
    return new Schema({
      type: this.#type,
      optional: this.#optional,
      name: this.#name,
      version: this.#version,
      doc: this.#doc,
      parameters: this.#parameters,
      defaultValue: this.#defaultValue,
      fields: this.#fields,
      keySchema: this.#keySchema,
      valueSchema: this.#valueSchema,
    });
  }
}
