import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';
import ts from 'typescript';
import { ROOT } from './repository.ts';

const DECORATOR = /^\s*@\w+/m;

/**
 * Compiles files with decorators by TypeScript itself: Nest and class-validator read the types of constructor parameters and
 * properties, which esbuild does not emit (docs/decisions/0001).
 */
export function decoratedSources(): Plugin {
  return {
    name: 'decorated-sources',
    setup(build) {
      build.onLoad({ filter: /[\\/](?:apps|libs[\\/]rest)[\\/].*\.ts$/ }, async ({ path }) => {
        if (!path.startsWith(ROOT) || path.includes('node_modules')) {
          return undefined;
        }
        const source = await readFile(path, 'utf8');
        return DECORATOR.test(source) ? { contents: transpile(source, path), loader: 'js' } : undefined;
      });
    },
  };
}

function transpile(source: string, fileName: string): string {
  return ts.transpileModule(source, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.ESNext,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      verbatimModuleSyntax: true,
    },
  }).outputText;
}
