import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, uniqueName, waitFor, type RestClient } from '@millrace/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { fileSource } from '../connectors.ts';
import { numberedLines } from '../lines.ts';
import { LiveCluster } from './live-cluster.ts';
import { lacking, pythonEnvironment, run } from './tool-chain.ts';

type Say = (...words: readonly string[]) => Promise<string>;

const INSTALL_LIMIT_MS = 300_000;
const STAGE_LIMIT_MS = 90_000;

const missing = await lacking('python3');

describe.skipIf(missing.length > 0)('command lines of PyPI', () => {
  let live: LiveCluster;
  let rest: RestClient;

  const reaches = (name: string, state: string): Promise<unknown> =>
    waitFor(`${name} to be ${state}`, async () => {
      const { connector, tasks } = await rest.status(name);
      return tasks.length === 1 && [connector, ...tasks].every((part) => part.state === state);
    });

  const newConfig = (name: string): Readonly<Record<string, string>> => {
    const input = join(live.cluster.dir, `${name}.txt`);
    writeFileSync(input, numberedLines(5));
    return fileSource(input, name);
  };

  beforeAll(async () => {
    live = await LiveCluster.start();
    rest = live.gateway.rest;
    return () => live.stop();
  });

  describe('connectorctl 0.1.0', () => {
    let say: Say;

    beforeAll(async () => {
      const bin = await pythonEnvironment('connectorctl', ['connectorctl==0.1.0']);
      // It keeps its contexts and its log in the home folder.
      const home = tempDir('millrace-connectorctl-');
      say = (...words) => run(join(bin, 'connectorctl'), words, { env: { HOME: home }, cwd: home });
      await say('set-env', 'test', '--server', '127.0.0.1', '--port', String(live.gateway.port));
      expect(await say('get-env')).toContain('Current Environment: test');
    }, INSTALL_LIMIT_MS);

    it(
      'creates, reads, changes, pauses, resumes, restarts and deletes a connector',
      async () => {
        const name = uniqueName('ctl');
        const config = newConfig(name);
        await say('create', JSON.stringify({ name, config }));
        await reaches(name, 'RUNNING');
        expect(await say('list')).toContain(name);
        expect(await say('status', name)).toMatch(new RegExp(`${name}.*RUNNING`));
        const got = await say('get', name);
        expect(JSON.parse(got.slice(got.indexOf('{')))).toEqual({ ...config, name });

        await say('update', name, JSON.stringify({ ...config, 'batch.size': '7' }));
        const changed = await rest.get(`/connectors/${name}/config`);
        expect(changed.body).toEqual({ ...config, name, 'batch.size': '7' });

        expect(await say('pause', name)).toContain('Paused successfully');
        await reaches(name, 'PAUSED');
        expect(await say('status')).toMatch(new RegExp(`${name}.*PAUSED`));
        expect(await say('resume', name)).toContain('Resumed successfully');
        await reaches(name, 'RUNNING');
        expect(await say('restart', name)).toContain('Restarted successfully');
        await reaches(name, 'RUNNING');
        expect(await say('restart', 'nobody')).toContain('Failed to restart');

        await say('delete', name);
        expect((await rest.get(`/connectors/${name}`)).status).toBe(404);
      },
      STAGE_LIMIT_MS,
    );
  });

  describe('kc of kafka-connect-py 1.0.0', () => {
    let say: Say;

    beforeAll(async () => {
      const bin = await pythonEnvironment('kafka-connect-py', ['kafka-connect-py==1.0.0']);
      const env = { KAFKA_CONNECT_URL: live.gateway.url };
      say = (...words) => run(join(bin, 'kc'), words, { env });
    }, INSTALL_LIMIT_MS);

    it(
      'acts on all connectors that match a pattern and a state',
      async () => {
        const [one, other] = [uniqueName('kc-one'), uniqueName('kc-other')];
        expect(JSON.parse(await say('info'))).toEqual((await rest.get('/')).body);
        for (const name of [one, other]) {
          await say('create', '--config-data', JSON.stringify({ name, config: newConfig(name) }));
          await reaches(name, 'RUNNING');
        }
        await say('pause', '--all', '--pattern', one);
        await reaches(one, 'PAUSED');
        expect(JSON.parse(await say('list', '--state', 'PAUSED'))).toEqual([one]);
        expect(JSON.parse(await say('list', '--state', 'RUNNING'))).toEqual([other]);
        await say('resume', '--all', '--state', 'PAUSED');
        await reaches(one, 'RUNNING');
        await say('delete', '--all', '--pattern', 'kc-.*');
        expect((await rest.get('/connectors')).body).toEqual([]);
      },
      STAGE_LIMIT_MS,
    );
  });
});
