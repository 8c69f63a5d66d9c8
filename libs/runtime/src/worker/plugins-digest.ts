import { createHash } from 'node:crypto';
import type { PluginDescriptor } from '@millrace/plugins';

/** A short name for a set of plugins: two workers with the same one have the same plugins in the same versions. */
export function pluginsDigest(plugins: readonly PluginDescriptor[]): string {
  const names = plugins
    .map(({ class: className, type, version }) => `${type} ${className} ${version}`)
    .sort();
  return createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 16);
}
