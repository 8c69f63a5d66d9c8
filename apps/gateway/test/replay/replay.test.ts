import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@millrace/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CASES, PHASES, type RestCase } from './cases.ts';
import { DIFFERENCES } from './differences.ts';
import { JvmCluster, Run, type RunOptions } from './jvm-cluster.ts';
import { comparable } from './comparable.ts';
import { send } from './send.ts';

const LEADER = '127.0.0.1:18083';
const FOLLOWER = '127.0.0.1:18084';
const JSON_CONVERTER = 'org.apache.kafka.connect.json.JsonConverter';

const WORKER_PROPS = {
  'group.id': 'spec-connect-a',
  'key.converter': JSON_CONVERTER,
  'value.converter': JSON_CONVERTER,
};

const cluster = new JvmCluster();

afterAll(() => cluster.memory.stop());

/** The settings of a run, by its number. */
function runOptions(phase: number): RunOptions {
  const baseDir = tempDir('millrace-replay-');
  if (phase < 3) {
    return { workerId: LEADER, workerProps: WORKER_PROPS, baseDir, cors: '' };
  }
  process.env['MYVAR'] = 'envval';
  mkdirSync(join(baseDir, 'secd'));
  writeFileSync(join(baseDir, 'sec.properties'), 'topic=spec-prov\npw=s3cret\n');
  writeFileSync(join(baseDir, 'secd', 'k1'), 'dval\n');
  return {
    workerId: FOLLOWER,
    workerProps: {
      ...WORKER_PROPS,
      'config.providers': 'file,env,directory',
      'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
      'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
      'config.providers.directory.class': 'org.apache.kafka.common.config.provider.DirectoryConfigProvider',
    },
    baseDir,
    cors: '*',
  };
}

describe.each(PHASES.map((phase, number) => ({ phase, number })))('$phase', ({ phase, number }) => {
  let run: Run;

  beforeAll(async () => {
    run = await Run.start(cluster, runOptions(number));
  });

  afterAll(() => run.stop());

  for (const each of CASES.filter((candidate) => candidate.phase === phase)) {
    const difference = DIFFERENCES[each.name];
    test(each.name, async () => {
      await beforeCase(each, run);
      const deleted = run.gateway.stores.config.snapshot().connectorConfig(difference?.deletes ?? '');
      const answer = await send(run.port, hostOf(each, number), each.request);
      expect(answer.status, JSON.stringify(answer.body)).toBe(difference?.status ?? each.response.status);
      if (difference?.otherHeaders === undefined) {
        expect(answer.headers).toMatchObject(expectedHeaders(each));
      }
      if (difference?.otherBody === undefined) {
        expect(comparable(answer.body, each, number)).toEqual(comparable(each.response.body, each, number));
      }
      if (difference?.deletes !== undefined && deleted !== undefined) {
        const connector = difference.deletes;
        await run.gateway.stores.config.write({ kind: 'create-connector', connector, config: deleted });
      }
      await run.worker.settled();
      await cluster.moved();
    });
  }
});

test('every difference that is listed is one of a case', () => {
  const names = new Set(CASES.map(({ name }) => name));
  expect(Object.keys(DIFFERENCES).filter((name) => !names.has(name))).toEqual([]);
});

/** Connectors that were deleted between two cases without being captured. */
const REMOVED_BEFORE: Readonly<Record<string, readonly string[]>> = {
  'create source ok': ['x'],
  'leader: status expand': ['cp', 'tm'],
};

/** What had happened to a task before a case was captured. */
async function beforeCase({ name }: RestCase, run: Run): Promise<void> {
  for (const connector of REMOVED_BEFORE[name] ?? []) {
    await run.gateway.stores.config.write({ kind: 'delete-connector', connector });
    await run.worker.settled();
  }
  if (name === 'topics after reset') {
    // The task had written again since.
    run.worker.stores.status.putTopic({
      topic: 'spec-src-a',
      connector: 'src-a',
      task: 0,
      discoverTimestamp: 1,
    });
    await run.worker.settled();
  }
}

function hostOf({ name }: RestCase, phase: number): string {
  return phase === 3 || name.startsWith('follower:') ? FOLLOWER : LEADER;
}

/** As Node gives them; what the framework answered itself had no type, ours has. */
function expectedHeaders({ response }: RestCase): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
