import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The long suites of `npm run test:full`: crash loops, clients in other languages, comparisons with the JVM. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['test/full/**/*.test.ts', 'test/clients/*.test.ts', 'test/comparison/*.test.ts'],
      exclude: ['**/node_modules/**'],
      maxWorkers: 1,
      // Of tests that say that they may run at once: two nodes on two cores do not get faster by more.
      maxConcurrency: 4,
    },
  }),
);
