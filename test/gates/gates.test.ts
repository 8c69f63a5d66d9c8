import { beforeAll, describe, expect, it } from 'vitest';
import { ScratchCopy } from './scratch-copy.ts';

/** Every gate of infra/bin/test.sh is broken once, in a copy, to see it close. */
let copy: ScratchCopy;

beforeAll(() => {
  copy = new ScratchCopy();
}, 60_000);

it('format: a file that the formatter would change', () => {
  copy.plant('infra/planted/format.ts', 'export const planted = {a:1}\n');
  const { code, output } = copy.run('prettier', '--check', '--log-level', 'warn', 'infra/planted');
  expect(code).toBe(1);
  expect(output).toContain('infra/planted/format.ts');
});

it('types: a value of the wrong type, and an index that may be absent', () => {
  const source = [
    'const numbers: readonly number[] = [1];',
    `export const wrong: number = 'text';`,
    'export const absent: number = numbers[0];',
  ];
  copy.plant('infra/planted/types.ts', `${source.join('\n')}\n`);
  const { code, output } = copy.run('tsc', '-p', 'infra');
  expect(code).not.toBe(0);
  expect(output).toContain('planted/types.ts(2,14): error TS2322');
  expect(output).toContain('planted/types.ts(3,14): error TS2322');
}, 60_000);

it('lint: a promise nobody waits for, any, and output in a library', () => {
  const source = [
    'export function planted(text: string): unknown {',
    '  void 0;',
    '  Promise.resolve(text);',
    '  console.log(text);',
    '  return (JSON.parse(text) as any).field;',
    '}',
  ];
  copy.plant('libs/client/src/planted.ts', `${source.join('\n')}\n`);
  const { code, output } = copy.run('eslint', '--max-warnings', '0', 'libs/client/src/planted.ts');
  expect(code).toBe(1);
  for (const rule of ['no-floating-promises', 'no-console', 'no-explicit-any', 'no-unsafe-member-access']) {
    expect(output).toContain(rule);
  }
}, 60_000);

describe('boundaries', () => {
  it('close on an import from a room that is not a neighbour, on a stranger in the wrong room, and on cycles', () => {
    copy.plant(
      'libs/connect-api/src/planted.ts',
      `export { KafkaError } from '../../kafka/src/errors.ts';\n`,
    );
    copy.plant(
      'libs/connectors/file/src/planted.ts',
      `export * as config from '../../../config/src/index.ts';\n`,
    );
    const theirs = (path: string): string => `export * as stranger from '../../${path}/index.js';\n`;
    copy.plant('libs/runtime/src/planted.ts', theirs('kafka/node_modules/kafkajs'));
    copy.plant('libs/config/src/planted.ts', theirs('rest/node_modules/@nestjs/common'));
    copy.plant('apps/status/src/planted.ts', `export * as gateway from '../../gateway/src/main.ts';\n`);
    copy.plant('apps/gateway/src/main.ts', 'export {};\n');
    copy.plant(
      'libs/client/src/planted-a.ts',
      `import { b } from './planted-b.ts';\nexport const a = () => b;\n`,
    );
    copy.plant(
      'libs/client/src/planted-b.ts',
      `import { a } from './planted-a.ts';\nexport const b = () => a;\n`,
    );
    const { code, output } = copy.run('node', 'infra/gates/boundaries.ts');
    expect(code).toBe(1);
    for (const violation of [
      'room-connect-api: libs/connect-api/src/planted.ts imports libs/kafka/src/errors.ts',
      'room-connectors: libs/connectors/file/src/planted.ts imports libs/config/src/index.ts',
      'only-kafka-knows-kafkajs: libs/runtime/src/planted.ts',
      'nest-in-apps-only: libs/config/src/planted.ts',
      'apps-are-strangers: apps/status/src/planted.ts imports apps/gateway/src/main.ts',
      'no-cycles: libs/client/src/planted-',
    ]) {
      expect(output).toContain(violation);
    }
  }, 60_000);

  it('close when the cruiser sees no code', () => {
    const options = `{ doNotFollow: { path: 'node_modules' }, exclude: { path: '[.]ts$' } }`;
    copy.plant('.dependency-cruiser.cjs', `module.exports = { forbidden: [], options: ${options} };\n`);
    const { code, output } = copy.run('node', 'infra/gates/boundaries.ts');
    expect(code).toBe(1);
    expect(output).toMatch(/Only \d+ modules were seen/);
  }, 60_000);
});

it('dead code: a file, an export and a dependency that nobody uses', () => {
  const fresh = new ScratchCopy();
  fresh.plant('libs/client/src/planted.ts', 'export const planted = 1;\n');
  fresh.plant('libs/config/src/planted-used.ts', 'export const used = 1;\nexport const unused = 2;\n');
  fresh.plant(
    'libs/config/src/index.ts',
    `${fresh.read('libs/config/src/index.ts')}export { used } from './planted-used.ts';\n`,
  );
  const manifest = JSON.parse(fresh.read('libs/client/package.json')) as { readonly dependencies?: object };
  const dependencies = { ...manifest.dependencies, pino: 'catalog:' };
  fresh.plant('libs/client/package.json', JSON.stringify({ ...manifest, dependencies }, null, 2));
  const { code, output } = fresh.run('knip');
  expect(code).toBe(1);
  expect(output).toMatch(/Unused files[^]*libs\/client\/src\/planted\.ts/);
  expect(output).toMatch(/Unused exports[^]*unused +libs\/config\/src\/planted-used\.ts/);
  expect(output).toMatch(/Unused dependencies[^]*pino +libs\/client\/package\.json/);
}, 60_000);
