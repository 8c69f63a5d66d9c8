import { DataError } from '../errors.ts';
import type { ConnectValue, Field, Schema } from './schema.ts';

/** A value of a struct schema. Values are checked for presence of the field only; converters check types. */
export class Struct {
  readonly schema: Schema;
  readonly #values: ConnectValue[];

  constructor(
    schema: Schema,
    values: ConnectValue[] = new Array<ConnectValue>(schema.fields.length).fill(null),
  ) {
    if (schema.type !== 'struct') {
      throw new DataError(`Not a struct schema: ${schema.type}`);
    }
    this.schema = schema;
    this.#values = values;
  }

  /** A struct whose values are given in the order of the schema's fields; the array is taken over, not copied. */
  static ofValues(schema: Schema, values: ConnectValue[]): Struct {
    if (values.length !== schema.fields.length) {
      throw new DataError(`${values.length} values given for a struct of ${schema.fields.length} fields`);
    }
    return new Struct(schema, values);
  }

  /** Sets a field; throws DataError when the schema has none of that name. */
  put(name: string, value: ConnectValue): this {
    this.#values[this.#field(name).index] = value;
    return this;
  }

  /** The field's value, or the default of its schema where it is null and the schema has one. */
  get(name: string): ConnectValue {
    const field = this.#field(name);
    const value = this.#values[field.index] ?? null;
    return value === null && field.schema.defaultValue !== undefined ? field.schema.defaultValue : value;
  }

  /** The stored value, null even where the schema has a default. */
  getWithoutDefault(name: string): ConnectValue {
    return this.#values[this.#field(name).index] ?? null;
  }

  /** The stored value of the field at `index` in the schema, with no default in its place; for code on the data path. */
  valueAt(index: number): ConnectValue {
    return this.#values[index] ?? null;
  }

  #field(name: string): Field {
    const field = this.schema.field(name);
    if (field === undefined) {
      throw new DataError(`${name} is not a valid field name`);
    }
    return field;
  }
}
