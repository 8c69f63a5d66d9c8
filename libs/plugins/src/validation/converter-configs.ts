import {
  ConfigDef,
  javaHashOrder,
  toError,
  type Configurable,
  type ConfigValue,
  type Props,
} from '@millrace/connect-api';
import { PluginVersionError } from '../errors.ts';
import type { PluginRegistry } from '../registry/plugin-registry.ts';
import type { CheckedValues } from './checked-values.ts';
import { configInfo, EMPTY_PART, type ConfigPart } from './config-infos.ts';
import type { ConverterKey } from './framework-config.ts';

/** The order in which their keys come at the end of an answer. */
const ORDER: readonly ConverterKey[] = ['header.converter', 'key.converter', 'value.converter'];

/**
 * The settings of the converters that a connector itself sets. What is wrong with a converter as a whole becomes an error of its class's key in
 * `values`.
 */
export async function converterParts(
  values: CheckedValues,
  registry: PluginRegistry,
  props: Props,
): Promise<readonly ConfigPart[]> {
  const parts: ConfigPart[] = [];
  for (const key of ORDER) {
    parts.push(await new ConverterCheck(key, { values, registry, props }).run());
  }
  return parts;
}

class ConverterCheck {
  readonly #key: ConverterKey;
  readonly #values: CheckedValues;
  readonly #registry: PluginRegistry;
  readonly #props: Props;

  constructor(
    key: ConverterKey,
    context: { readonly values: CheckedValues; readonly registry: PluginRegistry; readonly props: Props },
  ) {
    this.#key = key;
    this.#values = context.values;
    this.#registry = context.registry;
    this.#props = context.props;
  }

  async run(): Promise<ConfigPart> {
    const className = this.#props[this.#key] ?? null;
    const versionKey = `${this.#key}.plugin.version`;
    if (className === null || !this.#values.isValid(this.#key) || !this.#values.isValid(versionKey)) {
      return EMPTY_PART;
    }
    try {
      const version = this.#props[versionKey] ?? null;
      const converter =
        this.#key === 'header.converter'
          ? await this.#registry.headerConverter(className.trim(), version)
          : await this.#registry.converter(className.trim(), version);
      return this.#settings(converter);
    } catch (error) {
      const { message } = toError(error);
      if (error instanceof PluginVersionError) {
        this.#values.addError(versionKey, message);
        this.#values.addError(this.#key, message);
      } else {
        this.#values.addError(this.#key, `Failed to load class ${className}: ${message}`);
      }
      return EMPTY_PART;
    }
  }

  #settings(converter: Configurable): ConfigPart {
    const kind = this.#key.replace('.', ' ');
    let def: unknown;
    try {
      def = converter.config();
    } catch (error) {
      this.#values.addError(this.#key, `Failed to load ConfigDef from ${kind}: ${toError(error).message}`);
      return EMPTY_PART;
    }
    // A converter without a definition can be used; there is nothing to check.
    return def instanceof ConfigDef ? this.#checked(def) : EMPTY_PART;
  }

  #checked(def: ConfigDef): ConfigPart {
    const prefix = `${this.#key}.`;
    const type = { 'converter.type': this.#key.replace('.converter', '') };
    const checked = new Map<string, ConfigValue>(
      def.validate({ ...type, ...withoutPrefix(this.#props, prefix) }).map((value) => [value.name, value]),
    );
    const ordered = javaHashOrder(checked.keys()).flatMap((name) => checked.get(name) ?? []);
    return {
      errorCount: ordered.filter(({ errors }) => errors.length > 0).length,
      groups: ordered.flatMap(({ name }) => def.key(name)?.group ?? []),
      configs: ordered.map((value) => configInfo(def.key(value.name), value, prefix)),
    };
  }
}

function withoutPrefix(props: Props, prefix: string): Props {
  return Object.fromEntries(
    Object.entries(props).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}
