import { ConfigError } from '@millrace/connect-api';
import { PluginSelectionError } from '../errors.ts';
import { PLUGIN_TYPES, type PluginType } from '../plugin-types.ts';
import type { PluginRegistry } from '../registry/plugin-registry.ts';
import { VersionRange } from '../versions/version-range.ts';

const INTERFACE: Readonly<Record<PluginType, string>> = {
  sink: 'Connector',
  source: 'Connector',
  transformation: 'Transformation',
  predicate: 'Predicate',
  converter: 'Converter',
  header_converter: 'HeaderConverter',
  config_provider: 'ConfigProvider',
};

/** What a kind of plugin is called in messages. */
export function interfaceName(type: PluginType): string {
  return INTERFACE[type];
}

/** The class that a name or alias stands for, of any kind; throws ConfigError in the words of the JVM's class loader. */
export function parseClass(registry: PluginRegistry, type: PluginType) {
  return (name: string, text: string): string => {
    const className = classOf(registry, text.trim(), type);
    if (className === null) {
      throw ConfigError.invalidValue(name, text, `Class ${text} could not be found.`);
    }
    return className;
  };
}

/** The class of a name or alias, preferably of this kind; null when there is none. */
export function classOf(registry: PluginRegistry, name: string, type: PluginType): string | null {
  for (const types of [[type], PLUGIN_TYPES]) {
    if (registry.versions(name, types).length > 0) {
      return registry.find(name, types).class;
    }
  }
  return null;
}

/** Throws ConfigError when the class is of another kind. */
export function requireKind(registry: PluginRegistry, className: string, type: PluginType): void {
  if (registry.versions(className, [type]).length === 0) {
    throw new ConfigError(`Class class ${className} does not implement the ${INTERFACE[type]} interface`);
  }
}

/** Throws ConfigError for a `*.plugin.version` that is neither a version nor a range. */
export function requireVersionRange(name: string, value: unknown): void {
  try {
    VersionRange.requirement(typeof value === 'string' ? value : null);
  } catch (error) {
    throw error instanceof PluginSelectionError
      ? ConfigError.invalidValue(name, value, error.message)
      : error;
  }
}

/** The newest version of a plugin; null when there is none. */
export function latestVersion(
  registry: PluginRegistry,
  name: string,
  types: readonly PluginType[],
): string | null {
  return registry.versions(name, types).at(-1) ?? null;
}
