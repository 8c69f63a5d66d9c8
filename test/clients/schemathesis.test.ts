import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir, uniqueName, type RestClient } from '@millrace/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { fileSink, fileSource } from '../connectors.ts';
import { numberedLines } from '../lines.ts';
import { LiveCluster } from './live-cluster.ts';
import { OPENAPI_FILE } from './openapi-generator.ts';
import { lacking, pythonEnvironment, run } from './tool-chain.ts';

const HOOKS = fileURLToPath(new URL('./fuzz/hooks.py', import.meta.url));
const SEED = process.env['MILLRACE_FUZZ_SEED'] ?? '1';
const SECONDS = Number(process.env['MILLRACE_FUZZ_SECONDS'] ?? '240');
const CONNECTORS = 6;
const INSTALL_LIMIT_MS = 300_000;

/** Checks that would find what Kafka Connect means. */
const NOT_MEANT = [
  // hooks.py has a check of its own, which knows the server errors that are right.
  'not_a_server_error',
  // The JVM coerces numbers, ignores query values that it does not know, and so on; clients rely on it.
  'negative_data_rejection',
  // A configuration of the right shape is not a valid one.
  'positive_data_acceptance',
  // Offsets are there after DELETE has reset them, and connectors that it deleted are created anew by other requests.
  'use_after_free',
  'ensure_resource_availability',
];

const missing = await lacking('python3');

describe.skipIf(missing.length > 0)('schemathesis 4.32.5', () => {
  let live: LiveCluster;
  let rest: RestClient;
  let bin: string;
  let file: string;

  beforeAll(async () => {
    live = await LiveCluster.start();
    rest = live.gateway.rest;
    file = join(live.cluster.dir, 'fuzz.txt');
    writeFileSync(file, numberedLines(100));
    for (let number = 0; number < CONNECTORS; number += 1) {
      const name = `fuzz-${number}`;
      const config = number % 2 === 0 ? fileSource(file, name) : fileSink(`${file}.${name}`, 'fuzz-0');
      await rest.create(name, config);
    }
    // Offsets can be moved while a connector is STOPPED.
    await rest.call('PUT', '/connectors/fuzz-4/stop');
    await rest.call('PUT', '/connectors/fuzz-5/stop');
    return () => live.stop();
  });

  beforeAll(async () => {
    bin = await pythonEnvironment('schemathesis', ['schemathesis==4.32.5']);
  }, INSTALL_LIMIT_MS);

  it(
    'finds no answer that the document does not tell of, and no server error but those of the spec',
    async () => {
      console.log(`schemathesis: seed ${SEED}, ${SECONDS} s`);
      const folder = tempDir('millrace-schemathesis-');
      const output = await run(
        join(bin, 'schemathesis'),
        [
          ...['run', OPENAPI_FILE, '--url', live.gateway.url, '--seed', SEED, '--max-time', String(SECONDS)],
          ...['--exclude-checks', NOT_MEANT.join(), '--continue-on-failure', '--warnings', 'off'],
          // A drained worker would do no work for the rest of the time.
          ...['--exclude-path-regex', '/drain$'],
          // Offsets may have to wait until tasks have stopped.
          ...['--request-timeout', '60'],
          // Threads meet a fault of CPython 3.11: "AST constructor recursion depth mismatch".
          ...['--workers', '1'],
        ],
        // Its working folder keeps its database of examples; a run begins without one.
        { cwd: folder, env: { SCHEMATHESIS_HOOKS: HOOKS, MILLRACE_FUZZ_FILE: file } },
      );
      console.log(output.slice(output.indexOf('Test Phases:')));
    },
    (SECONDS + 180) * 1000,
  );

  it('leaves a cluster that works', async () => {
    const name = uniqueName('after');
    await rest.create(name, fileSource(file, name));
    await rest.running(name);
    expect(live.cluster.processes.filter(({ process }) => process.ended)).toEqual([]);
  }, 60_000);
});
