import { ConfigError } from '@millrace/connect-api';
import { beforeEach, describe, expect, it } from 'vitest';
import { WorkerRequests, type RequestTargets } from '../../src/worker/worker-requests.ts';

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

describe('Requests to a worker', () => {
  let now: number;
  let first: boolean;
  let calls: unknown[];
  let requests: WorkerRequests;

  beforeEach(() => {
    now = 0;
    first = false;
    calls = [];
    const targets: RequestTargets = {
      workerId: 'w:1',
      owns: (connector, task) =>
        (connector === 'X' && (task === null || task === 3)) || (connector === 'a-0' && task === null),
      restartTask: ({ connector, task }) => connector === 'X' && task === 3,
      hasPlugin: (className) => className === 'P',
      first: () => first,
      setLogLevel: (namespace, level) => {
        if (level === 'LOUD') {
          throw new ConfigError('no such level');
        }
        return [namespace];
      },
      validate: (props) => Promise.resolve({ checked: props }),
      connectorConfig: (connector) => (connector === 'X' ? { name: 'X' } : undefined),
      alterOffsets: (config, change) => {
        calls.push({ config, change });
        return change.type === 'sink' ? Promise.reject(new Error('not these')) : Promise.resolve(true);
      },
      preview: (job) => {
        calls.push(job);
        switch (job.records) {
          case 'bad':
            return Promise.reject(coded('PREVIEW_REFUSED', 'no records'));
          case 'endless':
            return Promise.reject(coded('HOST_GONE', 'was ended'));
          case 'large':
            return Promise.resolve('x'.repeat(1_000_000));
          default:
            return Promise.resolve('[7]');
        }
      },
    };
    requests = new WorkerRequests(targets, () => now);
  });

  it('are for the one that is named, or that owns what is named', () => {
    expect(['worker:w:1', 'worker:w:2'].map((to) => requests.isFor(to))).toEqual([true, false]);
    const owners = ['owner:X', 'owner:X-3', 'owner:X-4', 'owner:a-0', 'owner:a', 'owner:'];
    expect(owners.map((to) => requests.isFor(to))).toEqual([true, true, false, true, false, false]);
    expect(requests.isFor('somebody')).toBe(false);
  });

  it('to whoever has a plugin are left to the leader, for a moment', () => {
    expect(requests.isFor('plugin:Q')).toBe(false);
    expect(requests.isFor('plugin:P')).toBe(false);
    now = 999;
    expect(requests.isFor('plugin:P')).toBe(false);
    now = 1_000;
    expect(requests.isFor('plugin:P')).toBe(true);
    first = true;
    expect(requests.isFor('plugin:P')).toBe(true);
  });

  it('restart a task', async () => {
    expect(await requests.perform('restart-task', { connector: 'X', task: 3 })).toEqual({
      code: 204,
      body: null,
    });
    expect(await requests.perform('restart-task', { connector: 'X', task: 4 })).toMatchObject({ code: 409 });
    expect(await requests.perform('restart-task', { connector: 'X' })).toMatchObject({ code: 400 });
  });

  it('set a log level', async () => {
    expect(await requests.perform('set-logger-level', { namespace: 'root', level: 'DEBUG' })).toEqual({
      code: 200,
      body: ['root'],
    });
    expect(await requests.perform('set-logger-level', { namespace: 'root', level: 'LOUD' })).toEqual({
      code: 400,
      body: { message: 'no such level' },
    });
  });

  it('check a configuration', async () => {
    expect(await requests.perform('validate', { config: { a: '1' } })).toEqual({
      code: 200,
      body: { checked: { a: '1' } },
    });
    expect(await requests.perform('validate', {})).toMatchObject({ code: 400 });
  });

  it('ask a connector about offsets, with its configuration as it stands', async () => {
    const change = { type: 'source', offsets: [{ partition: { file: 'a' }, offset: { position: '5n' } }] };
    expect(await requests.perform('alter-offsets', { connector: 'X', change })).toEqual({
      code: 200,
      body: { complete: true },
    });
    expect(calls).toEqual([
      {
        config: { name: 'X' },
        change: { type: 'source', offsets: [{ partition: { file: 'a' }, offset: { position: 5n } }] },
      },
    ]);
    expect(
      await requests.perform('alter-offsets', { connector: 'X', change: { type: 'sink', offsets: [] } }),
    ).toEqual({ code: 500, body: { message: 'not these' } });
    expect(await requests.perform('alter-offsets', { connector: 'Y', change })).toMatchObject({ code: 404 });
    expect(await requests.perform('alter-offsets', { connector: 'X', change: 5 })).toMatchObject({
      code: 400,
    });
  });

  it('try transforms, of a connector as it stands with what is to be changed', async () => {
    const preview = (args: object): Promise<unknown> =>
      requests.perform('preview', { type: 'sink', records: '[]', ...args });
    expect(await preview({ connector: 'X', config: { transforms: 'a', topics: null } })).toEqual({
      code: 200,
      body: { records: '[7]' },
    });
    expect(await preview({ config: { transforms: 'b' } })).toMatchObject({ code: 200 });
    expect(calls).toEqual([
      { type: 'sink', config: { name: 'X', transforms: 'a' }, records: '[]' },
      { type: 'sink', config: { transforms: 'b' }, records: '[]' },
    ]);
    expect(await preview({ connector: 'Y' })).toMatchObject({ code: 404 });
    expect(await preview({ type: 'neither' })).toMatchObject({ code: 400 });
    expect(await preview({ records: 'bad' })).toEqual({ code: 400, body: { message: 'no records' } });
    expect(await preview({ records: 'endless' })).toEqual({ code: 500, body: { message: 'was ended' } });
    expect(await preview({ records: 'large' })).toMatchObject({ code: 413 });
  });

  it('that nobody knows are refused', async () => {
    expect(await requests.perform('dance', {})).toMatchObject({ code: 404 });
  });
});
