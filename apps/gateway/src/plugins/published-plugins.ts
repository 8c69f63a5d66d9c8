import { PLUGIN_TYPES, type ConfigKeyInfo, type PluginInfo } from '@millrace/rest';
import type { StatusBackingStore } from '@millrace/topic-stores';

/** A plugin that some worker has, as `status-plugin-<class>-<version>` says it (design section 4). */
export interface PublishedPlugin extends PluginInfo {
  readonly version: string;
  /** Its settings; null when the worker could not load it. */
  readonly config: readonly ConfigKeyInfo[] | null;
}

/** The plugins that workers have made known. */
export function publishedPlugins(store: Pick<StatusBackingStore, 'allOwn'>): readonly PublishedPlugin[] {
  return [...store.allOwn('plugin')].flatMap(([id, value]) => published(id, value) ?? []);
}

function published(id: string, value: unknown): PublishedPlugin | null {
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  const { class: className, type, version, config } = value as Readonly<Record<string, unknown>>;
  const known = PLUGIN_TYPES.find((each) => each === type);
  if (known === undefined || typeof version !== 'string') {
    return null;
  }
  return {
    class: typeof className === 'string' ? className : id.slice(0, -version.length - 1),
    type: known,
    version,
    config: Array.isArray(config) ? (config as readonly ConfigKeyInfo[]) : null,
  };
}
