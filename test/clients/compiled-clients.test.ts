import { cpSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { generatedClient, OPENAPI_FILE } from './openapi-generator.ts';
import { lacking, npmPackages, run } from './tool-chain.ts';

const GENERATE_LIMIT_MS = 300_000;
const workspace = createRequire(new URL('../../package.json', import.meta.url));
const TSC = workspace.resolve('typescript/bin/tsc');

const withoutJava = (await lacking('java', 'mvn')).length > 0;
const withoutGo = withoutJava || (await lacking('go')).length > 0;

/** Checks TypeScript as strictly as its users may. */
function typeCheck(folder: string, entry: string): Promise<string> {
  const configuration = {
    compilerOptions: {
      strict: true,
      noEmit: true,
      target: 'es2022',
      module: 'esnext',
      moduleResolution: 'bundler',
      lib: ['es2022', 'dom', 'dom.iterable'],
      types: [],
    },
    files: [entry],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
  return run(process.execPath, [TSC, '-p', folder]);
}

describe('a client generated from the document compiles', () => {
  it.skipIf(withoutGo)(
    'in Go, by openapi-generator',
    async () => {
      await generatedClient('go', (folder) =>
        run('bash', ['-c', 'go mod tidy && go build ./...'], { cwd: folder }),
      );
    },
    GENERATE_LIMIT_MS,
  );

  it.skipIf(withoutJava)(
    'in TypeScript, by openapi-generator for fetch',
    async () => {
      await generatedClient('typescript-fetch', (folder) => typeCheck(folder, 'index.ts'));
    },
    GENERATE_LIMIT_MS,
  );

  it(
    'in TypeScript, by @hey-api/openapi-ts',
    async () => {
      const folder = await npmPackages('hey-api', ['@hey-api/openapi-ts@0.99.0', 'typescript@5.9.3']);
      cpSync(OPENAPI_FILE, join(folder, 'openapi.json'));
      const command = join(folder, 'node_modules/.bin/openapi-ts');
      await run(command, ['--input', 'openapi.json', '--output', 'client', '--silent'], { cwd: folder });
      await typeCheck(folder, 'client/index.ts');
    },
    GENERATE_LIMIT_MS,
  );
});
