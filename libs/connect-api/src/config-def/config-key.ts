import { ConfigError } from '../errors.ts';
import type { Props } from '../connector/plugin.ts';
import type { ConfigParsed } from './config-value.ts';
import { parseConfigValue, type ConfigType } from './parse-config-value.ts';
import type { Validator } from './validator.ts';

export type Importance = 'HIGH' | 'MEDIUM' | 'LOW';
export type Width = 'NONE' | 'SHORT' | 'MEDIUM' | 'LONG';

export interface ConfigKeyInit {
  readonly name: string;
  readonly type: ConfigType;
  readonly importance: Importance;
  readonly documentation: string;
  /** Leave out for a required key; null for an optional one without a default. Text is parsed by the key's type. */
  readonly defaultValue?: ConfigParsed;
  readonly validator?: Validator;
  readonly group?: string;
  readonly orderInGroup?: number;
  readonly width?: Width;
  readonly displayName?: string;
  readonly dependents?: readonly string[];
  /** Values to offer, given the rest of the configuration. */
  readonly recommend?: (props: Props) => readonly ConfigParsed[];
  /** Whether the key matters at all, given the rest of the configuration; it does when left out. */
  readonly visible?: (props: Props) => boolean;
  /** Replaces the parsing by type, e.g. to turn an alias into a class name; throws ConfigError. `text` is as written. */
  readonly parse?: (name: string, text: string) => ConfigParsed;
}

/** The init with its default parsed and checked, as the JVM does when a key is defined. Throws ConfigError. */
export function checkedKey(init: ConfigKeyInit): ConfigKeyInit {
  if (init.defaultValue === undefined) {
    return init;
  }
  const defaultValue = parsedDefault(init, init.defaultValue);
  init.validator?.ensureValid(init.name, defaultValue);
  return defaultValue === init.defaultValue ? init : { ...init, defaultValue };
}

function parsedDefault(init: ConfigKeyInit, value: ConfigParsed): ConfigParsed {
  if (typeof value === 'string' && init.type !== 'STRING' && init.type !== 'CLASS') {
    return parseConfigValue(init.name, value, init.type);
  }
  // A LONG written as a plain number is what an author means; anything else of the wrong type is a mistake.
  if (typeof value === 'number' && init.type === 'LONG' && Number.isSafeInteger(value)) {
    return BigInt(value);
  }
  if (!fits(init.type, value)) {
    throw new ConfigError(`The default of configuration ${init.name} is no ${init.type}`, { key: init.name });
  }
  return value;
}

function fits(type: ConfigType, value: ConfigParsed): boolean {
  if (value === null) {
    return true;
  }
  switch (type) {
    case 'BOOLEAN':
      return typeof value === 'boolean';
    case 'INT':
    case 'SHORT':
      return typeof value === 'number' && Number.isInteger(value);
    case 'DOUBLE':
      return typeof value === 'number';
    case 'LONG':
      return typeof value === 'bigint';
    case 'LIST':
      return Array.isArray(value);
    case 'STRING':
    case 'CLASS':
      return typeof value === 'string';
    case 'PASSWORD':
      return typeof value === 'object' && !Array.isArray(value);
  }
}
