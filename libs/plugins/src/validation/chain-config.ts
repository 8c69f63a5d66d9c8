import {
  ConfigDef,
  ConfigError,
  Validators,
  parseConfigValue,
  toError,
  type Props,
} from '@millrace/connect-api';
import type { PluginRegistry } from '../registry/plugin-registry.ts';
import { VersionRange } from '../versions/version-range.ts';
import {
  classOf,
  interfaceName,
  latestVersion,
  parseClass,
  requireKind,
  requireVersionRange,
} from './plugin-class.ts';

/** The two lists of aliases that bring keys of their own with them. */
interface Chain {
  readonly list: 'transforms' | 'predicates';
  readonly type: 'transformation' | 'predicate';
  readonly group: string;
}

const CHAINS: readonly Chain[] = [
  { list: 'transforms', type: 'transformation', group: 'Transforms' },
  { list: 'predicates', type: 'predicate', group: 'Predicates' },
];

/** A plugin's settings, or why they cannot be had. */
type Settings = { readonly def: ConfigDef } | { readonly error: Error };

/** Adds to a connector's definition the keys of its transforms and predicates (`transforms.a.*`). */
export async function addChainKeys(def: ConfigDef, registry: PluginRegistry, props: Props): Promise<void> {
  for (const chain of CHAINS) {
    for (const alias of aliasesIn(props, chain.list)) {
      await new Stage(chain, alias, { registry, props }).addTo(def);
    }
  }
}

/** Each alias once; none when the list cannot be read, which is reported where the list itself is checked. */
function aliasesIn(props: Props, list: string): readonly string[] {
  const aliases = parseConfigValue(list, props[list] ?? null, 'LIST');
  return Array.isArray(aliases) ? [...new Set(aliases as readonly string[])] : [];
}

/** One transform or predicate of a connector. */
class Stage {
  readonly #chain: Chain;
  readonly #alias: string;
  readonly #prefix: string;
  readonly #registry: PluginRegistry;
  readonly #props: Props;

  constructor(
    chain: Chain,
    alias: string,
    context: { readonly registry: PluginRegistry; readonly props: Props },
  ) {
    this.#chain = chain;
    this.#alias = alias;
    this.#prefix = `${chain.list}.${alias}.`;
    this.#registry = context.registry;
    this.#props = context.props;
  }

  async addTo(def: ConfigDef): Promise<void> {
    const version = this.#props[`${this.#prefix}plugin.version`] ?? null;
    const newest = await this.#settings(null);
    const chosen = version === null ? newest : await this.#settings(version);
    this.#defineType(def, newest);
    this.#defineVersion(def, chosen);
    if ('def' in chosen) {
      const group = `${this.#chain.group}: ${this.#alias}`;
      def.embed(this.#withImplicitKeys(chosen.def), this.#prefix, { group, startingOrder: 2 });
    }
  }

  get #typeKey(): string {
    return `${this.#prefix}type`;
  }

  #defineType(def: ConfigDef, settings: Settings): void {
    const { type, group } = this.#chain;
    const classes = this.#registry.list().flatMap((plugin) => (plugin.type === type ? [plugin.class] : []));
    def.define({
      name: this.#typeKey,
      type: 'CLASS',
      importance: 'HIGH',
      documentation: `Class for the '${this.#alias}' ${type}.`,
      parse: parseClass(this.#registry, type),
      validator: Validators.of(`valid configs for ${this.#alias} ${type}`, (_name, value) => {
        this.#requirePredicateToNegate();
        // A class that could not be found has been reported already.
        if (value !== null && 'error' in settings) {
          throw settings.error;
        }
      }),
      group: `${group}: ${this.#alias}`,
      orderInGroup: 0,
      width: 'LONG',
      displayName: `${interfaceName(type)} type for ${this.#alias}`,
      recommend: () => [...new Set(classes)],
    });
  }

  #defineVersion(def: ConfigDef, settings: Settings): void {
    const { type, group } = this.#chain;
    const given = this.#props[this.#typeKey] ?? null;
    const version = this.#props[`${this.#prefix}plugin.version`];
    const className = given === null ? null : classOf(this.#registry, given.trim(), type);
    def.define({
      name: `${this.#prefix}plugin.version`,
      type: 'STRING',
      importance: 'HIGH',
      documentation: `Version of the '${this.#alias}' ${type}.`,
      defaultValue: className === null ? null : latestVersion(this.#registry, className, [type]),
      validator: Validators.of('a version or a range of versions', (name, value) => {
        requireVersionRange(name, value);
        // The default is a version that is there.
        if (value === version?.trim() && 'error' in settings) {
          throw settings.error;
        }
      }),
      group: `${group}: ${this.#alias}`,
      orderInGroup: 1,
      width: 'LONG',
      displayName: `${interfaceName(type)} version for ${this.#alias}`,
      recommend: () => (className === null ? [] : this.#registry.versions(className, [type])),
    });
  }

  /** The settings of the plugin in one version, or the newest. */
  async #settings(version: string | null): Promise<Settings> {
    const { type } = this.#chain;
    const given = this.#props[this.#typeKey] ?? null;
    const key = this.#typeKey;
    try {
      if (given === null) {
        throw ConfigError.invalidValue(key, null, `Not a ${interfaceName(type)}`);
      }
      const className = parseClass(this.#registry, type)(key, given);
      requireKind(this.#registry, className, type);
      return { def: await this.#definition(className, version) };
    } catch (error) {
      return {
        error:
          error instanceof ConfigError
            ? error
            : ConfigError.invalidValue(
                key,
                given,
                `Error getting config definition from ${interfaceName(type)}: ${toError(error).message}`,
              ),
      };
    }
  }

  async #definition(className: string, version: string | null): Promise<ConfigDef> {
    if (!isRange(version)) {
      // The version's own key tells; its settings cannot be known.
      return new ConfigDef();
    }
    const plugin =
      this.#chain.type === 'transformation'
        ? await this.#registry.transformation(className, version)
        : await this.#registry.predicate(className, version);
    const def: unknown = plugin.config();
    if (!(def instanceof ConfigDef)) {
      throw new TypeError(`${className}.config() must return a ConfigDef that is not null.`);
    }
    return def;
  }

  /** Every transform may have a predicate; its own settings of those names are not seen. */
  #withImplicitKeys(own: ConfigDef): ConfigDef {
    if (this.#chain.type === 'predicate') {
      return own;
    }
    const all = new ConfigDef()
      .define({
        name: 'predicate',
        type: 'STRING',
        importance: 'MEDIUM',
        documentation: 'The alias of a predicate used to determine whether to apply this transformation.',
        defaultValue: null,
      })
      .define({
        name: 'negate',
        type: 'BOOLEAN',
        importance: 'MEDIUM',
        documentation: 'Whether the configured predicate should be negated.',
        defaultValue: false,
      });
    return own
      .keys()
      .filter(({ name }) => name !== 'predicate' && name !== 'negate')
      .reduce((def, key) => def.define(key), all);
  }

  #requirePredicateToNegate(): void {
    if (this.#chain.type === 'transformation' && this.#isGiven('negate') && !this.#isGiven('predicate')) {
      throw new ConfigError(
        `Config '${this.#prefix}negate' was provided but there is no config '${this.#prefix}predicate' defining a ` +
          'predicate to be negated.',
      );
    }
  }

  #isGiven(name: string): boolean {
    return Object.hasOwn(this.#props, this.#prefix + name);
  }
}

function isRange(version: string | null): boolean {
  try {
    VersionRange.requirement(version);
    return true;
  } catch {
    return false;
  }
}
