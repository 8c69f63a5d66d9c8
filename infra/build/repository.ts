import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The parts of a package.json that the build reads. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly description?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  /** Plugins of a connector package (design section 3). */
  readonly millrace?: unknown;
}

/** The repository's folder, absolute. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The package.json of a folder. */
export function manifestOf(folder: string): PackageManifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageManifest;
}

/** Folders of all connector packages, absolute. */
export function connectorPackages(): readonly string[] {
  const folder = join(ROOT, 'libs/connectors');
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, 'package.json')));
}

/** An app's folder and those of the apps it runs in its own process (connect-distributed: worker and gateway). */
export function appFolders(app: string): readonly string[] {
  const own = join(ROOT, 'apps', app);
  const others = readdirSync(join(ROOT, 'apps'))
    .map((name) => join(ROOT, 'apps', name))
    .filter((folder) => folder !== own && existsSync(join(folder, 'package.json')))
    .filter((folder) => manifestOf(own).dependencies?.[manifestOf(folder).name] !== undefined);
  return [own, ...others];
}
