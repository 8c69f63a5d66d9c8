import { fileURLToPath } from 'node:url';
import { configProviderPlugins } from '@millrace/config';
import { converterPlugins } from '@millrace/converters';
import { shippedPlugins } from '@millrace/launcher';
import type { PluginDefinition } from '@millrace/plugins';
import { transformPlugins } from '@millrace/transforms';

/** Plugins that are part of the gateway. */
export const BUILT_IN_PLUGINS: readonly PluginDefinition[] = [
  ...converterPlugins,
  ...transformPlugins,
  ...configProviderPlugins,
];

/** Folders of plugins: those of `plugin.path`, then those that come with the gateway. */
export function pluginFolders(pluginPath: readonly string[]): readonly string[] {
  return [...pluginPath, fileURLToPath(shippedPlugins())];
}
