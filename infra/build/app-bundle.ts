import { existsSync, globSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { decoratedSources } from './decorated-sources.ts';
import { oneCopy } from './one-copy.ts';
import { shipPlugin } from './plugin-bundle.ts';
import { appFolders, connectorPackages, manifestOf, ROOT } from './repository.ts';
import { shipSwaggerUi } from './swagger-ui.ts';

/** Imported by Nest, TypeORM and class-transformer only where an application has them; ours do not. */
const NOT_OURS = [
  '@nestjs/microservices',
  '@nestjs/websockets',
  'class-transformer/storage',
  '@fastify/*',
  'fastify',
  '@mikro-orm/core',
  '@sap/*',
  '@google-cloud/spanner',
  'better-sqlite3',
  'expo-sqlite',
  'ioredis',
  'mongodb',
  'mssql',
  'mysql',
  'mysql2',
  'oracledb',
  'pg',
  'pg-native',
  'pg-query-stream',
  'react-native-sqlite-storage',
  'redis',
  'sql.js',
  'sqlite3',
  'ts-node',
  'typeorm-aurora-data-api-driver',
];

/** CommonJS packages in an ES module still call `require` for Node's own modules, and some read `__dirname`. */
const BANNER = [
  `import { createRequire as millraceRequire } from 'node:module';`,
  `import { fileURLToPath as millracePath } from 'node:url';`,
  `const require = millraceRequire(import.meta.url);`,
  `const __filename = millracePath(import.meta.url);`,
  `const __dirname = millracePath(new URL('.', import.meta.url));`,
].join('');

/** The first module of every entry: compiled code is kept before the bundle itself is loaded. */
function firstModule(name: string): string {
  const load = `enableCompileCache();\nawait import('./${name}-bundle.js');\n`;
  if (name !== 'main') {
    return `import { enableCompileCache } from 'node:module';\n${load}`;
  }
  // A main process only controls: a young generation that stays small costs it nothing and saves 16 MB (measured).
  const small = `setFlagsFromString('--semi-space-growth-factor=1');\n`;
  return `import { enableCompileCache } from 'node:module';\nimport { setFlagsFromString } from 'node:v8';\n${small}${load}`;
}

/**
 * Bundles an app with everything it needs, split so that the SDK is one module, which plugins share; connector packages go
 * to `dist/plugins`, the pages of Swagger UI to `dist/swagger-ui` where the app depends on it.
 */
export async function bundleApp(app: string): Promise<void> {
  const folder = join(ROOT, 'apps', app);
  const dist = join(folder, 'dist');
  const entries = entryPoints(app);
  await rm(dist, { recursive: true, force: true });
  await build({
    entryPoints: {
      ...Object.fromEntries(Object.entries(entries).map(([name, path]) => [`${name}-bundle`, path])),
      'connect-api': join(ROOT, 'libs/connect-api/src/index.ts'),
    },
    outdir: dist,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    keepNames: true,
    conditions: ['millrace-source'],
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    inject: [join(ROOT, 'infra/build/reflect-metadata.ts')],
    define: { MILLRACE_DIST: '"."' },
    external: NOT_OURS.flatMap((name) => (name.includes('*') ? [name] : [name, `${name}/*`])),
    plugins: [oneCopy(appFolders(app)), decoratedSources()],
    logLevel: 'warning',
  });
  await Promise.all(
    Object.keys(entries).map((name) => writeFile(join(dist, `${name}.js`), firstModule(name))),
  );
  await shipParts(app, dist);
}

/** `main`, and whatever the app and the apps it runs start as processes of their own (`src/*-host.ts`). */
function entryPoints(app: string): Readonly<Record<string, string>> {
  const [own = '', ...others] = appFolders(app);
  const entries: Record<string, string> = { main: join(own, 'src/main.ts') };
  const openapi = join(own, 'src/openapi.ts');
  if (existsSync(openapi)) {
    entries['openapi'] = openapi;
  }
  for (const folder of [own, ...others]) {
    for (const path of globSync('src/*-host.ts', { cwd: folder })) {
      entries[basename(path, '.ts')] ??= join(folder, path);
    }
  }
  return entries;
}

async function shipParts(app: string, dist: string): Promise<void> {
  const folders = appFolders(app);
  const needs = (name: string): boolean =>
    folders.some((folder) => manifestOf(folder).dependencies?.[name] !== undefined);
  if (needs('@millrace/plugins')) {
    await Promise.all(
      connectorPackages().map((folder) => shipPlugin(folder, join(dist, 'plugins', basename(folder)))),
    );
  }
  const withUi = folders.find((folder) => manifestOf(folder).dependencies?.['swagger-ui-dist'] !== undefined);
  if (withUi !== undefined) {
    await shipSwaggerUi(withUi, join(dist, 'swagger-ui'));
  }
}
