import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { readManifest, type Manifest } from './manifest.ts';

/**
 * The manifests under `plugin.path`: each folder is a plugin's package or holds packages, also scoped ones (`@acme/files`). What is broken is
 * logged and left out; nothing is loaded.
 */
export function scanPluginPath(pluginPath: readonly string[], logger: Logger): readonly Manifest[] {
  const manifests = pluginPath.flatMap((folder) => scanFolder(folder, logger));
  for (const { folder, problems } of manifests) {
    for (const problem of problems) {
      logger.warn({ folder }, `A plugin manifest is broken: ${problem}`);
    }
  }
  return manifests;
}

function scanFolder(folder: string, logger: Logger): readonly Manifest[] {
  const own = readManifest(folder);
  if (own !== null) {
    return [own];
  }
  const children = subfolders(folder);
  if (children === null) {
    logger.warn({ folder }, "A folder of 'plugin.path' cannot be read; it is left out");
    return [];
  }
  return children
    .flatMap((name) => {
      const child = join(folder, name);
      return name.startsWith('@') ? (subfolders(child) ?? []).map((inner) => join(child, inner)) : [child];
    })
    .flatMap((child) => readManifest(child) ?? []);
}

/** Sorted, so that of two equal plugins the same one wins everywhere; null when the folder cannot be read. */
function subfolders(folder: string): readonly string[] | null {
  try {
    return readdirSync(folder)
      .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() === true)
      .sort();
  } catch {
    return null;
  }
}
