import { configKeyInfo, type Configurable } from '@millrace/connect-api';
import { connectorConfigDef } from '@millrace/config';
import {
  PluginLoadError,
  PluginNotFoundError,
  PluginVersionError,
  VersionRangeError,
  type PluginDescriptor,
  type PluginRegistry,
  type PluginType,
} from '@millrace/plugins';
import {
  BadRequestError,
  NotFoundError,
  OperationFailedError,
  PLUGIN_TYPES,
  type ConfigKeyInfo,
  type ConnectorType,
  type PluginInfo,
} from '@millrace/rest';
import type { PluginCatalog } from './plugin-catalog.ts';
import type { PublishedPlugin } from './published-plugins.ts';

/** Kinds that the REST API lists. */
const LISTED: readonly PluginType[] = PLUGIN_TYPES.filter((type) => type !== 'config_provider');

/** The gateway's own plugins, and those that only workers have. */
export class RegistryCatalog implements PluginCatalog {
  readonly #registry: PluginRegistry;
  readonly #published: () => readonly PublishedPlugin[];

  constructor(registry: PluginRegistry, published: () => readonly PublishedPlugin[]) {
    this.#registry = registry;
    this.#published = published;
  }

  list(): readonly PluginInfo[] {
    const plugins = new Map<string, PluginInfo>();
    for (const { class: className, type, version } of [...this.#published(), ...this.#registry.list()]) {
      plugins.set(`${type} ${className} ${version}`, { class: className, type, version });
    }
    return [...plugins.values()].filter(({ type }) => LISTED.includes(type)).sort(byKindAndClass);
  }

  readonly typeOf = (connectorClass: string | null | undefined): ConnectorType => {
    if (connectorClass === undefined || connectorClass === null) {
      return 'unknown';
    }
    const known =
      this.#find(connectorClass, ['source', 'sink'], null) ?? this.#publishedAs(connectorClass, null);
    return known?.type === 'source' || known?.type === 'sink' ? known.type : 'unknown';
  };

  async configKeys(name: string, version: string | null): Promise<readonly ConfigKeyInfo[]> {
    const plugin = this.#find(name, LISTED, version);
    if (plugin !== undefined) {
      const own = (await this.#configurable(plugin)).config().keys();
      const framework =
        plugin.type === 'source' || plugin.type === 'sink' ? connectorConfigDef(plugin.type).keys() : [];
      return [...own, ...framework].map((key) => configKeyInfo(key));
    }
    const published = this.#publishedAs(name, version);
    if (published?.config === undefined || published.config === null) {
      throw new NotFoundError(`Unknown plugin ${name}.`);
    }
    return published.config;
  }

  /** Undefined when the gateway has none of that name; throws BadRequestError when it has no such version. */
  #find(name: string, types: readonly PluginType[], version: string | null): PluginDescriptor | undefined {
    try {
      return this.#registry.find(name, types, version);
    } catch (error) {
      if (error instanceof PluginNotFoundError) {
        return undefined;
      }
      if (error instanceof PluginVersionError || error instanceof VersionRangeError) {
        if (this.#publishedAs(name, version) !== undefined) {
          return undefined;
        }
        throw new BadRequestError(error.message, { cause: error });
      }
      return undefined;
    }
  }

  #publishedAs(name: string, version: string | null): PublishedPlugin | undefined {
    return this.#published().findLast(
      (plugin) => plugin.class === name && (version === null || plugin.version === version),
    );
  }

  async #configurable(plugin: PluginDescriptor): Promise<Configurable> {
    try {
      return await this.#instance(plugin);
    } catch (error) {
      throw error instanceof PluginLoadError
        ? new OperationFailedError(error.message, { cause: error })
        : error;
    }
  }

  #instance({ class: className, type, version }: PluginDescriptor): Promise<Configurable> {
    switch (type) {
      case 'source':
      case 'sink':
        return this.#registry.connector(className, version).then((connector) => connector.create());
      case 'transformation':
        return this.#registry.transformation(className, version);
      case 'predicate':
        return this.#registry.predicate(className, version);
      case 'converter':
        return this.#registry.converter(className, version);
      case 'header_converter':
        return this.#registry.headerConverter(className, version);
      case 'config_provider':
        throw new NotFoundError(`Unknown plugin ${className}.`);
    }
  }
}

function byKindAndClass(a: PluginInfo, b: PluginInfo): number {
  return (
    PLUGIN_TYPES.indexOf(a.type) - PLUGIN_TYPES.indexOf(b.type) ||
    (a.class === b.class ? compare(a.version ?? '', b.version ?? '') : compare(a.class, b.class))
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
