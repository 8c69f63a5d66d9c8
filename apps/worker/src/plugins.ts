import { fileURLToPath } from 'node:url';
import { configProviderPlugins } from '@millrace/config';
import { converterPlugins } from '@millrace/converters';
import { shippedPlugins } from '@millrace/launcher';
import type { PluginDefinition } from '@millrace/plugins';
import { transformPlugins } from '@millrace/transforms';

/** Plugins that are part of the worker. */
export const BUILT_IN_PLUGINS: readonly PluginDefinition[] = [
  ...converterPlugins,
  ...transformPlugins,
  ...configProviderPlugins,
];

/** Folders of plugins to look at: those of `plugin.path`, then those that come with the worker. */
export function pluginFolders(pluginPath: readonly string[]): readonly string[] {
  return [...pluginPath, ...shippedPluginFolders()];
}

/** Folders of the plugins that come with the worker. */
export function shippedPluginFolders(): readonly string[] {
  return [fileURLToPath(shippedPlugins())];
}
