import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The long suites of `npm run test:full`: crash loops, clients in other languages, comparisons with the JVM. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['test/full/**/*.test.ts', 'test/clients/*.test.ts'],
      exclude: ['**/node_modules/**'],
      maxWorkers: 1,
    },
  }),
);
