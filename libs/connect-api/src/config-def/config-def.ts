import type { Props } from '../connector/plugin.ts';
import type { ConfigParsed, ConfigValue } from './config-value.ts';

export type ConfigType =
  'BOOLEAN' | 'STRING' | 'INT' | 'SHORT' | 'LONG' | 'DOUBLE' | 'LIST' | 'CLASS' | 'PASSWORD';
export type Importance = 'HIGH' | 'MEDIUM' | 'LOW';
export type Width = 'NONE' | 'SHORT' | 'MEDIUM' | 'LONG';

/** Checks a parsed value; throws ConfigError (use `ConfigError.invalidValue`) when it is not acceptable. */
export interface Validator {
  ensureValid(name: string, value: ConfigParsed): void;
  /** What is accepted, as the JVM prints it, e.g. `[1,...]`. */
  toString(): string;
}

export interface ConfigKeyInit {
  readonly name: string;
  readonly type: ConfigType;
  readonly importance: Importance;
  readonly documentation: string;
  /** Leave out for a required key; null for an optional one without a default. */
  readonly defaultValue?: ConfigParsed;
  readonly validator?: Validator;
  readonly group?: string;
  readonly orderInGroup?: number;
  readonly width?: Width;
  readonly displayName?: string;
  readonly dependents?: readonly string[];
  /** Values to offer, given the rest of the configuration. */
  readonly recommend?: (props: Props) => readonly ConfigParsed[];
}

/** The settings a plugin understands. */
export class ConfigDef {
  readonly #keys = new Map<string, ConfigKeyInit>();

  /** Adds a key; throws ConfigError when it is defined already. */
  define(key: ConfigKeyInit): this {
    this.#keys.set(key.name, key);
    return this;
  }

  /** All keys, in the order of their definition. */
  keys(): readonly ConfigKeyInit[] {
    return [...this.#keys.values()];
  }

  /** Checks each key; never throws, errors are in the values. */
  validate(_props: Props): ConfigValue[] {
    throw new Error('replaced by the config helper');
  }

  /** Parsed values with defaults; throws ConfigError for the first key that is wrong. */
  parse(_props: Props): Record<string, ConfigParsed> {
    throw new Error('replaced by the config helper');
  }
}
