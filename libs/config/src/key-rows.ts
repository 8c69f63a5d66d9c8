import {
  ConfigDef,
  Validators,
  type ConfigKeyInit,
  type ConfigParsed,
  type ConfigType,
  type Importance,
  type Validator,
} from '@millrace/connect-api';

/** Stands for the default of a key that has to be given. */
export const REQUIRED = Symbol('required');

/** A key as a line of a table: name, type, default, importance, and what is accepted besides the type. */
export type KeyRow = readonly [
  name: string,
  type: ConfigType,
  defaultValue: ConfigParsed | typeof REQUIRED,
  importance: Importance,
  validator?: Validator,
];

/** Lists of anything, each entry once. */
export const ANY_LIST = Validators.list({ emptyAllowed: true, nullAllowed: false });
export const ANY_LIST_OR_NONE = Validators.list({ emptyAllowed: true, nullAllowed: true });

/** Keys out of tables; `documentation` makes the text of each. */
export function keysOf(rows: readonly KeyRow[], documentation: (name: string) => string): ConfigKeyInit[] {
  return rows.map(([name, type, defaultValue, importance, validator]) => ({
    name,
    type,
    importance,
    documentation: documentation(name),
    ...(defaultValue === REQUIRED ? {} : { defaultValue }),
    ...(validator === undefined ? {} : { validator }),
  }));
}

/** A definition of keys in this order. */
export function configDefOf(keys: readonly ConfigKeyInit[]): ConfigDef {
  return keys.reduce((def, key) => def.define(key), new ConfigDef());
}
