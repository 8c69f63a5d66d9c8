import { ConfigError, toError } from '../errors.ts';
import type { Props } from '../connector/plugin.ts';
import { checkedKey, type ConfigKeyInit } from './config-key.ts';
import { Password, type ConfigParsed, type ConfigValue } from './config-value.ts';
import { parseConfigValue } from './parse-config-value.ts';
import { printInError } from './print-config-value.ts';

export type { ConfigKeyInit, Importance, Width } from './config-key.ts';
export type { Validator } from './validator.ts';

/** Importance in the order in which the JVM sorts keys. */
const IMPORTANCE = ['HIGH', 'MEDIUM', 'LOW'];

/** The settings a plugin understands, checked and parsed as by Kafka's ConfigDef, with its messages (spec/rest.md section 4). */
export class ConfigDef {
  readonly #keys = new Map<string, ConfigKeyInit>();

  /** Adds a key; throws ConfigError when it is defined already, or its default is not what it accepts. */
  define(key: ConfigKeyInit): this {
    if (this.#keys.has(key.name)) {
      throw new ConfigError(`Configuration ${key.name} is defined twice.`, { key: key.name });
    }
    this.#keys.set(key.name, checkedKey(key));
    return this;
  }

  /**
   * Adds another definition's keys under a prefix (`transforms.a.`) and in one group, sorted as the JVM sorts them. Their validators
   * and recommendations go on seeing names without the prefix.
   */
  embed(
    child: ConfigDef,
    prefix: string,
    place: { readonly group: string; readonly startingOrder: number },
  ): this {
    let order = place.startingOrder;
    for (const key of child.sortedKeys()) {
      this.define(
        embedded(key, prefix, {
          group: key.group === undefined ? place.group : `${place.group}: ${key.group}`,
          orderInGroup: order,
        }),
      );
      order += 1;
    }
    return this;
  }

  /** All keys, in the order of their definition. */
  keys(): readonly ConfigKeyInit[] {
    return [...this.#keys.values()];
  }

  /** The key of a name, with its default parsed. */
  key(name: string): ConfigKeyInit | undefined {
    return this.#keys.get(name);
  }

  /** The groups of the keys, in the order in which they appear first. */
  groups(): readonly string[] {
    return [...new Set(this.keys().flatMap((key) => key.group ?? []))];
  }

  /** By group, order in it, required ones first, importance, name. */
  sortedKeys(): readonly ConfigKeyInit[] {
    const groups = this.groups();
    const groupOrder = (key: ConfigKeyInit): number =>
      key.group === undefined ? -1 : groups.indexOf(key.group);
    return this.keys().toSorted(
      (a, b) =>
        groupOrder(a) - groupOrder(b) ||
        (a.orderInGroup ?? -1) - (b.orderInGroup ?? -1) ||
        Number(a.defaultValue !== undefined) - Number(b.defaultValue !== undefined) ||
        IMPORTANCE.indexOf(a.importance) - IMPORTANCE.indexOf(b.importance) ||
        (a.name < b.name ? -1 : 1),
    );
  }

  /**
   * Checks each key, in the order of definition; never throws: whatever is wrong, with the configuration or with a validator of a
   * plugin's author, is an error of the key. Secrets never show in the errors.
   */
  validate(props: Props): ConfigValue[] {
    const values = this.keys().map((key) => this.#check(key, props));
    for (const name of this.#undefinedDependents()) {
      const value = newValue(name, null);
      value.errors.push(`${name} is referred in the dependents, but not defined.`);
      value.visible = false;
      values.push(value);
    }
    return values;
  }

  /** Parsed values with defaults; throws ConfigError for the first key that is wrong. */
  parse(props: Props): Record<string, ConfigParsed> {
    const missing = this.#undefinedDependents();
    if (missing.length > 0) {
      throw new ConfigError(
        `Some configurations in are referred in the dependents, but not defined: ${missing.join(',')}`,
      );
    }
    const values: Record<string, ConfigParsed> = {};
    for (const key of this.#keys.values()) {
      const value = withoutDuplicates(key, given(key, props));
      key.validator?.ensureValid(key.name, value);
      values[key.name] = value;
    }
    return values;
  }

  #check(key: ConfigKeyInit, props: Props): ConfigValue {
    const result = newValue(key.name, null);
    const attempt = (action: () => void): void => {
      try {
        action();
      } catch (error) {
        result.errors.push(message(key, result.value, toError(error)));
      }
    };
    attempt(() => {
      result.value = given(key, props);
    });
    // A required key that is missing is checked by its validator too, as in the JVM.
    attempt(() => key.validator?.ensureValid(key.name, result.value));
    attempt(() => {
      result.recommendedValues = key.recommend?.(props) ?? [];
      result.visible = key.visible?.(props) ?? true;
    });
    return { ...result, errors: withoutSecret(key, props, result.errors) };
  }

  #undefinedDependents(): string[] {
    const names = this.keys().flatMap((key) => key.dependents ?? []);
    return [...new Set(names)].filter((name) => !this.#keys.has(name));
  }
}

function newValue(name: string, value: ConfigParsed): ConfigValue {
  return { name, value, recommendedValues: [], errors: [], visible: true };
}

/** The value given or the default; throws ConfigError when there is neither or it cannot be parsed. */
function given(key: ConfigKeyInit, props: Props): ConfigParsed {
  const text = Object.hasOwn(props, key.name) ? (props[key.name] ?? null) : undefined;
  if (text !== undefined) {
    return key.parse === undefined || text === null
      ? parseConfigValue(key.name, text, key.type)
      : key.parse(key.name, text);
  }
  if (key.defaultValue === undefined) {
    throw new ConfigError(`Missing required configuration "${key.name}" which has no default value.`, {
      key: key.name,
    });
  }
  return key.defaultValue;
}

function withoutDuplicates(key: ConfigKeyInit, value: ConfigParsed): ConfigParsed {
  return key.validator?.dropsDuplicates === true && Array.isArray(value)
    ? [...new Set(value as readonly string[])]
    : value;
}

/** A validator is to throw ConfigError; what else it throws says little by itself, so key and value are added. */
function message(key: ConfigKeyInit, value: ConfigParsed, error: Error): string {
  return error instanceof ConfigError
    ? error.message
    : ConfigError.invalidValue(key.name, printInError(value), error.message).message;
}

/** Design invariant 6: an author's validator may print what `reveal()` gave it. */
function withoutSecret(key: ConfigKeyInit, props: Props, errors: string[]): string[] {
  const secret = key.type === 'PASSWORD' ? (props[key.name]?.trim() ?? '') : '';
  if (secret === '') {
    return errors;
  }
  return errors.map((error) => error.replaceAll(secret, String(new Password(secret))));
}

function embedded(
  key: ConfigKeyInit,
  prefix: string,
  place: { readonly group: string; readonly orderInGroup: number },
): ConfigKeyInit {
  const { validator, recommend, visible } = key;
  const inner = (props: Props): Props =>
    Object.fromEntries(
      Object.entries(props).flatMap(([name, value]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
      ),
    );
  return {
    ...key,
    ...place,
    name: prefix + key.name,
    displayName: key.displayName ?? key.name,
    dependents: (key.dependents ?? []).map((name) => prefix + name),
    ...(validator === undefined
      ? {}
      : {
          validator: {
            ensureValid: (name, value) => validator.ensureValid(name.slice(prefix.length), value),
            toString: () => validator.toString(),
          },
        }),
    ...(recommend === undefined ? {} : { recommend: (props) => recommend(inner(props)) }),
    ...(visible === undefined ? {} : { visible: (props) => visible(inner(props)) }),
  };
}
