import {
  PluginLoadError,
  PluginNotFoundError,
  PluginSelectionError,
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
import { publishedAs, type PublishedPlugin } from './published-plugins.ts';

/** Kinds that the REST API lists. */
const LISTED: readonly PluginType[] = PLUGIN_TYPES.filter((type) => type !== 'config_provider');

export interface RegistryCatalogOptions {
  readonly registry: PluginRegistry;
  /** Loads a plugin, isolated, and asks it for its settings. */
  readonly describe: (name: string, version: string | null) => Promise<readonly ConfigKeyInfo[]>;
  /** What workers have made known. */
  readonly published: () => readonly PublishedPlugin[];
}

/** The gateway's own plugins, and those that only workers have. */
export class RegistryCatalog implements PluginCatalog {
  readonly #options: RegistryCatalogOptions;

  constructor(options: RegistryCatalogOptions) {
    this.#options = options;
  }

  list(): readonly PluginInfo[] {
    const { published, registry } = this.#options;
    const plugins = new Map<string, PluginInfo>();
    for (const { class: className, type, version } of [...published(), ...registry.list()]) {
      plugins.set(`${type} ${className} ${version}`, { class: className, type, version });
    }
    return [...plugins.values()].filter(({ type }) => LISTED.includes(type)).sort(byKindAndClass);
  }

  readonly typeOf = (connectorClass: string | null | undefined): ConnectorType => {
    if (connectorClass === undefined || connectorClass === null) {
      return 'unknown';
    }
    const known = this.#find(connectorClass) ?? this.#publishedAs(connectorClass, null);
    return known?.type === 'source' || known?.type === 'sink' ? known.type : 'unknown';
  };

  fullName(connectorClass: string): string {
    const known = this.#find(connectorClass) ?? this.#publishedAs(connectorClass, null);
    return known?.class ?? connectorClass;
  }

  async configKeys(name: string, version: string | null): Promise<readonly ConfigKeyInfo[]> {
    try {
      return await this.#options.describe(name, version);
    } catch (error) {
      if (!(error instanceof PluginSelectionError)) {
        throw error;
      }
      const published = this.#publishedAs(name, version)?.config;
      if (published !== undefined && published !== null) {
        return published;
      }
      throw errorOf(name, error);
    }
  }

  #find(connectorClass: string): PluginDescriptor | undefined {
    try {
      return this.#options.registry.find(connectorClass, ['source', 'sink']);
    } catch (error) {
      if (error instanceof PluginSelectionError) {
        return undefined;
      }
      throw error;
    }
  }

  #publishedAs(name: string, version: string | null): PublishedPlugin | undefined {
    return publishedAs(this.#options.published(), name, version);
  }
}

function errorOf(name: string, error: PluginSelectionError): Error {
  if (error instanceof PluginNotFoundError) {
    return new NotFoundError(`Unknown plugin ${name}.`, { cause: error });
  }
  return error instanceof PluginLoadError
    ? new OperationFailedError(error.message, { cause: error })
    : new BadRequestError(error.message, { cause: error });
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
