import type { Decimal } from './decimal.ts';
import type { Int16, Int32, Int8, Float32 } from './numbers.ts';
import type { Struct } from './struct.ts';

export const SCHEMA_TYPES = [
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'boolean',
  'string',
  'bytes',
  'array',
  'map',
  'struct',
] as const;

/** Connect's types, by the names of the JVM's `Schema.Type` in lower case. */
export type SchemaType = (typeof SCHEMA_TYPES)[number];

/**
 * Any value that travels through Connect. `Date` carries the logical types Date, Time and Timestamp, `Decimal`
 * the logical type Decimal, `Uint8Array` bytes, `Map` both schemaless maps and maps with a schema.
 */
export type ConnectValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Int8
  | Int16
  | Int32
  | Float32
  | Decimal
  | Date
  | Uint8Array
  | readonly ConnectValue[]
  | ReadonlyMap<ConnectValue, ConnectValue>
  | Struct;

export interface Field {
  readonly name: string;
  readonly index: number;
  readonly schema: Schema;
}

export interface SchemaInit {
  readonly type: SchemaType;
  readonly optional?: boolean;
  readonly name?: string | undefined;
  readonly version?: number | undefined;
  readonly doc?: string | undefined;
  readonly parameters?: ReadonlyMap<string, string> | undefined;
  readonly defaultValue?: ConnectValue | undefined;
  readonly fields?: readonly { readonly name: string; readonly schema: Schema }[] | undefined;
  readonly keySchema?: Schema | undefined;
  /** Element schema of an array, value schema of a map; `undefined` where the JVM has none (header literals). */
  readonly valueSchema?: Schema | undefined;
}

/**
 * An immutable schema. Build one with {@link SchemaBuilder}, or take a constant such as `Schema.STRING`. Instances
 * are meant to be shared: converters cache their serialised form by identity.
 */
export class Schema {
  readonly type: SchemaType;
  readonly optional: boolean;
  readonly name: string | undefined;
  readonly version: number | undefined;
  readonly doc: string | undefined;
  readonly parameters: ReadonlyMap<string, string> | undefined;
  /** `undefined`: the schema has no default. */
  readonly defaultValue: ConnectValue | undefined;
  readonly fields: readonly Field[];
  readonly keySchema: Schema | undefined;
  readonly valueSchema: Schema | undefined;
  readonly #byName: Map<string, Field>;

  constructor(init: SchemaInit) {
    this.type = init.type;
    this.optional = init.optional ?? false;
    this.name = init.name;
    this.version = init.version;
    this.doc = init.doc;
    this.parameters = init.parameters;
    this.defaultValue = init.defaultValue;
    this.fields = (init.fields ?? []).map((field, index) => ({ ...field, index }));
    this.keySchema = init.keySchema;
    this.valueSchema = init.valueSchema;
    this.#byName = new Map(this.fields.map((field) => [field.name, field]));
  }

  field(name: string): Field | undefined {
    return this.#byName.get(name);
  }

  static readonly INT8 = new Schema({ type: 'int8' });
  static readonly INT16 = new Schema({ type: 'int16' });
  static readonly INT32 = new Schema({ type: 'int32' });
  static readonly INT64 = new Schema({ type: 'int64' });
  static readonly FLOAT32 = new Schema({ type: 'float32' });
  static readonly FLOAT64 = new Schema({ type: 'float64' });
  static readonly BOOLEAN = new Schema({ type: 'boolean' });
  static readonly STRING = new Schema({ type: 'string' });
  static readonly BYTES = new Schema({ type: 'bytes' });
  static readonly OPTIONAL_INT8 = new Schema({ type: 'int8', optional: true });
  static readonly OPTIONAL_INT16 = new Schema({ type: 'int16', optional: true });
  static readonly OPTIONAL_INT32 = new Schema({ type: 'int32', optional: true });
  static readonly OPTIONAL_INT64 = new Schema({ type: 'int64', optional: true });
  static readonly OPTIONAL_FLOAT32 = new Schema({ type: 'float32', optional: true });
  static readonly OPTIONAL_FLOAT64 = new Schema({ type: 'float64', optional: true });
  static readonly OPTIONAL_BOOLEAN = new Schema({ type: 'boolean', optional: true });
  static readonly OPTIONAL_STRING = new Schema({ type: 'string', optional: true });
  static readonly OPTIONAL_BYTES = new Schema({ type: 'bytes', optional: true });
}

/** A schema with a value of it; both null-able, as everywhere in Connect. */
export interface SchemaAndValue {
  readonly schema: Schema | null;
  readonly value: ConnectValue;
}
