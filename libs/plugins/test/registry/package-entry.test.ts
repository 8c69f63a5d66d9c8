import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir } from '@millrace/testing';
import { packageEntry } from '../../src/registry/package-entry.ts';

function entry(manifest: object, ...conditions: string[]): string {
  const folder = join(tempDir('millrace-entry-'), 'plugin');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const all = new Set(['node', 'import', 'module-sync', 'default', ...conditions]);
  return packageEntry(folder, all).slice(folder.length + 1);
}

test('exports come before main, main before index.js', () => {
  expect(entry({})).toBe('index.js');
  expect(entry({ main: './lib/a.js' })).toBe('lib/a.js');
  expect(entry({ main: './lib/a.js', exports: './b.js' })).toBe('b.js');
});

test('the first condition that holds decides, however deep', () => {
  const exports = {
    '.': {
      types: './x.d.ts',
      custom: './src.ts',
      require: './x.cjs',
      node: { import: './node.js' },
      default: './x.js',
    },
    './other': './other.js',
  };
  expect(entry({ exports })).toBe('node.js');
  expect(entry({ exports }, 'custom')).toBe('src.ts');
  expect(entry({ exports: { require: './x.cjs', default: './x.js' } })).toBe('x.js');
  expect(entry({ exports: { '.': [{ require: './x.cjs' }, './y.js'] } })).toBe('y.js');
});

test('a package that cannot be imported says so', () => {
  expect(() => entry({ exports: { require: './x.cjs' } })).toThrow('have no entry for "import"');
});
