import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { manifestOf } from './repository.ts';

/**
 * Bundles a connector package into `<target>/dist/index.js`. The SDK stays outside: the process that loads the plugin gives its own
 * copy, so that `instanceof` holds.
 */
export async function bundlePlugin(folder: string, target: string): Promise<void> {
  await build({
    entryPoints: [join(folder, 'src/index.ts')],
    outfile: join(target, 'dist/index.js'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    keepNames: true,
    conditions: ['millrace-source'],
    external: ['@millrace/connect-api'],
    logLevel: 'warning',
  });
}

/** Bundles a connector package with a manifest of its own: a folder that `plugin.path` can name. */
export async function shipPlugin(folder: string, target: string): Promise<void> {
  const { name, version, license, description, millrace } = manifestOf(folder);
  await mkdir(target, { recursive: true });
  await bundlePlugin(folder, target);
  const manifest = { name, version, license, description, type: 'module', main: './dist/index.js', millrace };
  await writeFile(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
