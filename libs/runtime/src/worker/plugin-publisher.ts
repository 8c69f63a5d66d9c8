import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigKeyInfo } from '@millrace/connect-api';
import type { PluginDescriptor } from '@millrace/plugins';
import type { StatusBackingStore } from '@millrace/topic-stores';
import type { Logger } from 'pino';

/** `status-plugin-<class>-<version>` (design section 4). */
export interface PluginRecord {
  readonly class: string;
  readonly type: string;
  readonly version: string;
  /** Its settings; null when it could not be loaded. */
  readonly config: readonly ConfigKeyInfo[] | null;
  /** Changes with the plugin's files. */
  readonly fingerprint: string;
}

export interface PluginPublisherOptions {
  readonly store: Pick<StatusBackingStore, 'own' | 'putOwn'>;
  readonly plugins: readonly PluginDescriptor[];
  /** Loads a plugin, isolated, and asks it for its settings. */
  readonly describe: (className: string, version: string) => Promise<readonly ConfigKeyInfo[]>;
  readonly logger: Logger;
}

/**
 * Makes the plugins of this worker known, so that a gateway without them can list and check them. Those that come with the program are
 * in every gateway; of the others only what has changed is loaded and written.
 */
export async function publishPlugins({
  store,
  plugins,
  describe,
  logger,
}: PluginPublisherOptions): Promise<void> {
  for (const plugin of plugins) {
    const { class: className, type, version, location } = plugin;
    if (location === null || type === 'config_provider') {
      continue;
    }
    const id = `${className}-${version}`;
    const fingerprint = await fingerprintOf(location);
    if ((store.own('plugin', id) as Partial<PluginRecord> | undefined)?.fingerprint === fingerprint) {
      continue;
    }
    let config: readonly ConfigKeyInfo[] | null = null;
    try {
      config = await describe(className, version);
    } catch (error) {
      logger.warn({ plugin: className, version, err: error }, 'A plugin could not be asked for its settings');
    }
    const record: PluginRecord = { class: className, type, version, config, fingerprint };
    store.putOwn('plugin', id, record);
  }
}

/** Of the package's manifest and its built modules. */
async function fingerprintOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const part of ['.', 'dist']) {
    for (const name of await filesIn(join(folder, part))) {
      hash.update(name).update(await readFile(join(folder, part, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && /\.(?:json|[cm]?js)$/.test(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch {
    // A package may keep its modules elsewhere; its manifest names their version all the same.
    return [];
  }
}
