import {
  SinkConnector,
  SourceConnector,
  type ConfigProvider,
  type Converter,
  type HeaderConverter,
  type Predicate,
  type Transformation,
} from '@millrace/connect-api';
import type { Logger } from 'pino';
import { AmbiguousPluginError, PluginLoadError, PluginNotFoundError, PluginVersionError } from '../errors.ts';
import { scanPluginPath } from '../manifest/scan-plugin-path.ts';
import {
  CONNECTOR_TYPES,
  PLUGIN_TYPES,
  type LoadedConnector,
  type PluginDefinition,
  type PluginDescriptor,
  type PluginType,
} from '../plugin-types.ts';
import { compareVersions } from '../versions/compare-versions.ts';
import { VersionRange } from '../versions/version-range.ts';
import { aliasesOf, simpleName } from './aliases.ts';
import { builtIn, loadPlugin, type KnownPlugin } from './load-plugin.ts';

export interface ScanOptions {
  /** Folders, absolute, each a plugin's package or holding packages. */
  readonly pluginPath: readonly string[];
  readonly builtins: readonly PluginDefinition[];
  readonly logger: Logger;
}

/** The plugins of a process: those that come with the app and those on `plugin.path`. Code is loaded when it is first used. */
export class PluginRegistry {
  /** By kind, class, and rising version. */
  readonly #plugins: readonly KnownPlugin[];
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #loaded = new Map<KnownPlugin, Promise<() => unknown>>();

  private constructor(plugins: readonly KnownPlugin[]) {
    this.#plugins = plugins.toSorted(
      (a, b) =>
        PLUGIN_TYPES.indexOf(a.type) - PLUGIN_TYPES.indexOf(b.type) ||
        (a.class === b.class ? compareVersions(a.version, b.version) : a.class < b.class ? -1 : 1),
    );
    this.#aliases = aliasesOf(this.#plugins);
  }

  /** Reads the manifests; broken ones are logged and left out, and so is a plugin that is there already. */
  static scan({ pluginPath, builtins, logger }: ScanOptions): PluginRegistry {
    const known = new Map<string, KnownPlugin>(builtins.map((each) => [identity(each), builtIn(each)]));
    for (const { folder, plugins } of scanPluginPath(pluginPath, logger)) {
      for (const plugin of plugins) {
        const other = known.get(identity(plugin));
        if (other === undefined) {
          known.set(identity(plugin), { ...plugin, location: folder });
        } else {
          logger.warn(
            { folder, plugin: plugin.class, version: plugin.version, other: other.location },
            'A plugin is there twice in the same version; this one is left out',
          );
        }
      }
    }
    return new PluginRegistry([...known.values()]);
  }

  /** All plugins, by kind in the order of the REST API, then by class and version. */
  list(): readonly PluginDescriptor[] {
    return this.#plugins.map(descriptor);
  }

  /**
   * The plugin of a class name or alias, of one of the `types` (any when left out), in the newest version that `version` (one version or a
   * Maven range) allows. Throws PluginNotFoundError, AmbiguousPluginError, PluginVersionError, VersionRangeError.
   */
  find(name: string, types: readonly PluginType[] = PLUGIN_TYPES, version?: string | null): PluginDescriptor {
    return descriptor(this.#find(name, types, version));
  }

  /** Every version there is of the plugin that {@link find} would give, rising; empty when there is none. */
  versions(name: string, types: readonly PluginType[] = PLUGIN_TYPES): readonly string[] {
    const candidates = this.#candidates(name, types);
    return candidates.filter(({ type }) => type === candidates[0]?.type).map(({ version }) => version);
  }

  /** Loads a connector. Throws what {@link find} does, and PluginLoadError. */
  async connector(name: string, version?: string | null): Promise<LoadedConnector> {
    const plugin = this.#find(name, CONNECTOR_TYPES, version);
    const create = await this.#load(plugin);
    const type = plugin.type === 'source' ? 'source' : 'sink';
    return {
      type,
      class: plugin.class,
      version: plugin.version,
      create: () => {
        const made = create();
        const Base = type === 'source' ? SourceConnector : SinkConnector;
        if (!(made instanceof Base)) {
          throw new PluginLoadError(plugin, `it does not extend the SDK's ${Base.name}`);
        }
        return made;
      },
    };
  }

  /** A new converter, not configured. */
  async converter(name: string, version?: string | null): Promise<Converter> {
    return (await this.#create(name, 'converter', version)) as Converter;
  }

  async headerConverter(name: string, version?: string | null): Promise<HeaderConverter> {
    return (await this.#create(name, 'header_converter', version)) as HeaderConverter;
  }

  async transformation(name: string, version?: string | null): Promise<Transformation> {
    return (await this.#create(name, 'transformation', version)) as Transformation;
  }

  async predicate(name: string, version?: string | null): Promise<Predicate> {
    return (await this.#create(name, 'predicate', version)) as Predicate;
  }

  async configProvider(name: string, version?: string | null): Promise<ConfigProvider> {
    return (await this.#create(name, 'config_provider', version)) as ConfigProvider;
  }

  async #create(name: string, type: PluginType, version: string | null | undefined): Promise<unknown> {
    const create = await this.#load(this.#find(name, [type], version));
    return create();
  }

  #load(plugin: KnownPlugin): Promise<() => unknown> {
    const known = this.#loaded.get(plugin);
    if (known !== undefined) {
      return known;
    }
    const loading = loadPlugin(plugin);
    this.#loaded.set(plugin, loading);
    // What failed may be mended; the next one to need it tries again.
    loading.catch(() => this.#loaded.delete(plugin));
    return loading;
  }

  #find(name: string, types: readonly PluginType[], version: string | null | undefined): KnownPlugin {
    const range = VersionRange.requirement(version);
    const candidates = this.#candidates(name, types);
    const [first] = candidates;
    if (first === undefined) {
      throw this.#notFound(name, types);
    }
    // A class may be of several kinds, such as a converter that converts headers too: the first kind counts.
    const same = candidates.filter(({ type }) => type === first.type);
    const newest = same.findLast((plugin) => range === null || range.contains(plugin.version));
    if (newest === undefined) {
      throw new PluginVersionError(
        first.class,
        String(range),
        same.map((plugin) => plugin.version),
      );
    }
    return newest;
  }

  #candidates(name: string, types: readonly PluginType[]): readonly KnownPlugin[] {
    const ofType = this.#plugins.filter(({ type }) => types.includes(type));
    const className = this.#aliases.get(name) ?? name;
    const named = ofType.filter((plugin) => plugin.class === className);
    return named.length > 0 || !types.every((type) => CONNECTOR_TYPES.includes(type))
      ? named
      : connectorsBySimpleName(ofType, name);
  }

  #notFound(name: string, types: readonly PluginType[]): PluginNotFoundError {
    const kind = KIND_NAMES[types[0] ?? 'source'];
    const available = this.#plugins.filter(({ type }) => types.includes(type));
    const plural = kind === 'Connector' ? 'connectors' : 'plugins';
    return new PluginNotFoundError(
      `Failed to find any class that implements ${types.length === PLUGIN_TYPES.length ? 'a plugin' : kind} and which name matches ` +
        `${name}, available ${plural} are: ${available.map(printed).join(', ')}`,
      name,
    );
  }
}

const KIND_NAMES: Readonly<Record<PluginType, string>> = {
  sink: 'Connector',
  source: 'Connector',
  transformation: 'Transformation',
  predicate: 'Predicate',
  converter: 'Converter',
  header_converter: 'HeaderConverter',
  config_provider: 'ConfigProvider',
};

/** A short name that other kinds of plugins have too may still be only one connector's. */
function connectorsBySimpleName(connectors: readonly KnownPlugin[], name: string): readonly KnownPlugin[] {
  const matches = connectors.filter((plugin) =>
    [name, `${name}Connector`].includes(simpleName(plugin.class)),
  );
  const classes = new Set(matches.map((plugin) => plugin.class));
  if (classes.size > 1) {
    throw new AmbiguousPluginError(
      `More than one connector matches alias ${name}. Please use full package and class name instead. Classes found: ` +
        matches.map(printed).join(', '),
      name,
      [...classes],
    );
  }
  return matches;
}

function identity(plugin: Pick<PluginDescriptor, 'class' | 'type' | 'version'>): string {
  return JSON.stringify([plugin.class, plugin.type, plugin.version]);
}

function descriptor({ class: className, type, version, location }: PluginDescriptor): PluginDescriptor {
  return { class: className, type, version, location };
}

/** A plugin as the JVM's messages print it. */
function printed({ class: className, type, version, location }: PluginDescriptor): string {
  return (
    `PluginDesc{klass=class ${className}, name='${className}', version='${version}', encodedVersion=${version}, ` +
    `type=${type}, typeName='${type}', location='${location ?? 'classpath'}'}`
  );
}
