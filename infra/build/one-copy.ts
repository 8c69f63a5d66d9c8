import type { Plugin } from 'esbuild';

const TRIED = Symbol('tried');

/**
 * Resolves third-party packages that our sources import from the same folder for all of them, the first of `folders` that has it. Two
 * packages of the workspace may see the same version of Nest under two paths (their peers differ); a process must hold one.
 */
export function oneCopy(folders: readonly string[]): Plugin {
  return {
    name: 'one-copy',
    setup(build) {
      build.onResolve({ filter: /^[@a-z]/ }, async (args) => {
        const foreign = args.path.startsWith('@millrace/') || args.importer.includes('node_modules');
        if (foreign || args.pluginData === TRIED || args.kind === 'entry-point') {
          return undefined;
        }
        for (const resolveDir of folders) {
          const found = await build.resolve(args.path, { kind: args.kind, resolveDir, pluginData: TRIED });
          if (found.errors.length === 0) {
            return found;
          }
        }
        return undefined;
      });
    },
  };
}
