import { PLUGIN_TYPES, type ConfigKeyInfo, type PluginInfo } from '@millrace/rest';
import type { StatusBackingStore } from '@millrace/topic-stores';

/** A plugin that some worker has, as `status-plugin-<class>-<version>` says it (design section 4). */
export interface PublishedPlugin extends PluginInfo {
  readonly version: string;
  /** Its settings, then those of the framework; null when the worker could not load it. */
  readonly config: readonly ConfigKeyInfo[] | null;
}

/** The plugins that workers have made known. */
export function publishedPlugins(store: Pick<StatusBackingStore, 'allOwn'>): readonly PublishedPlugin[] {
  return [...store.allOwn('plugin')].flatMap(([id, value]) => published(id, value) ?? []);
}

/** The newest of a name, which may leave out the package and the word `Connector`; undefined when several could be meant. */
export function publishedAs(
  plugins: readonly PublishedPlugin[],
  name: string,
  version: string | null,
): PublishedPlugin | undefined {
  const named = plugins.filter((plugin) => namesOf(plugin).includes(name));
  const classes = new Set(named.map((plugin) => plugin.class));
  return classes.size > 1
    ? undefined
    : named.findLast((plugin) => version === null || plugin.version === version);
}

function namesOf({ class: className }: PublishedPlugin): readonly string[] {
  const simple = className.slice(Math.max(className.lastIndexOf('.'), className.lastIndexOf('$')) + 1);
  return [className, simple, simple.replace(/Connector$/, '')];
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
