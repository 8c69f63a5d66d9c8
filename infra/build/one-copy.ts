import type { Plugin } from 'esbuild';

const TRIED = Symbol('tried');

/**
 * Resolves third-party packages that our sources import from the app's own folder first. Two packages of the workspace may see
 * the same version of Nest under two paths (their peers differ); a process must hold one.
 */
export function oneCopy(appFolder: string): Plugin {
  return {
    name: 'one-copy',
    setup(build) {
      build.onResolve({ filter: /^[@a-z]/ }, async (args) => {
        const foreign = args.path.startsWith('@millrace/') || args.importer.includes('node_modules');
        if (foreign || args.pluginData === TRIED || args.kind === 'entry-point') {
          return undefined;
        }
        const found = await build.resolve(args.path, {
          kind: args.kind,
          resolveDir: appFolder,
          pluginData: TRIED,
        });
        return found.errors.length > 0 ? undefined : found;
      });
    },
  };
}
