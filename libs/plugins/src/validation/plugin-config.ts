import {
  ConfigDef,
  configKeyInfo,
  type Configurable,
  type ConfigKeyInfo,
  type ConfigKeyInit,
} from '@millrace/connect-api';
import { PluginLoadError, PluginNotFoundError } from '../errors.ts';
import { PLUGIN_TYPES, type PluginDescriptor, type PluginType } from '../plugin-types.ts';
import type { PluginRegistry } from '../registry/plugin-registry.ts';
import { describedConfigDef } from './framework-config.ts';

/** The kinds that have settings of their own to describe. */
const DESCRIBED: readonly PluginType[] = PLUGIN_TYPES.filter((type) => type !== 'config_provider');

/**
 * The settings of a plugin, by class or alias: of a connector its own, then the framework's (`GET /connector-plugins/{p}/config`). Loads the plugin.
 * Throws PluginNotFoundError (`Unknown plugin X.`), PluginVersionError, VersionRangeError, PluginLoadError.
 */
export async function pluginConfig(
  registry: PluginRegistry,
  name: string,
  version: string | null = null,
): Promise<readonly ConfigKeyInfo[]> {
  if (registry.versions(name, DESCRIBED).length === 0) {
    throw new PluginNotFoundError(`Unknown plugin ${name}.`, name);
  }
  const plugin = registry.find(name, DESCRIBED, version);
  const def: unknown = (await instanceOf(registry, plugin)).config();
  if (!(def instanceof ConfigDef)) {
    throw new PluginLoadError(plugin, 'its config() must return a ConfigDef');
  }
  const framework =
    plugin.type === 'source' || plugin.type === 'sink'
      ? describedConfigDef(
          plugin.type,
          registry.versions(plugin.class, [plugin.type]).at(-1) ?? plugin.version,
        )
      : new ConfigDef();
  const keys: readonly ConfigKeyInit[] = [...def.keys(), ...framework.keys()];
  return keys.map((key) => configKeyInfo(key));
}

async function instanceOf(
  registry: PluginRegistry,
  { class: name, type, version }: PluginDescriptor,
): Promise<Configurable> {
  switch (type) {
    case 'source':
    case 'sink':
      return (await registry.connector(name, version)).create();
    case 'transformation':
      return registry.transformation(name, version);
    case 'predicate':
      return registry.predicate(name, version);
    case 'converter':
      return registry.converter(name, version);
    case 'header_converter':
      return registry.headerConverter(name, version);
    case 'config_provider':
      throw new PluginNotFoundError(`Unknown plugin ${name}.`, name);
  }
}
