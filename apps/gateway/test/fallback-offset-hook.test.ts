import { expect, test } from 'vitest';
import { FallbackOffsetHook } from '../src/offsets/fallback-offset-hook.ts';
import type { WorkerAnswer, WorkerRequest } from '../src/workers/worker-requests.ts';

const CHANGE = {
  type: 'source',
  offsets: [{ partition: { file: 'a' }, offset: { position: 9007199254740993n } }],
} as const;

function hook(answer: WorkerAnswer | null, asked: WorkerRequest[] = []): FallbackOffsetHook {
  return new FallbackOffsetHook({
    own: { alter: () => Promise.resolve(true) },
    ownTypeOf: (name) => (name === 'ours' ? 'source' : 'unknown'),
    fullName: (name) => (name === 'AcmeSource' ? 'com.acme.AcmeSourceConnector' : name),
    workers: {
      ask: (request) => {
        asked.push(request);
        return Promise.resolve(answer);
      },
    },
  });
}

test('a connector that the gateway has is asked there', async () => {
  const asked: WorkerRequest[] = [];
  expect(await hook(null, asked).alter('c', { 'connector.class': 'ours' }, CHANGE)).toBe(true);
  expect(asked).toEqual([]);
});

test('any other is asked at a worker, which knows it by its class, with integers that survive JSON', async () => {
  const asked: WorkerRequest[] = [];
  const complete = hook({ worker: 'w', code: 200, body: { complete: true } }, asked);
  expect(await complete.alter('c', { 'connector.class': 'AcmeSource' }, CHANGE)).toBe(true);
  expect(asked[0]).toMatchObject({
    op: 'alter-offsets',
    to: 'plugin:com.acme.AcmeSourceConnector',
    args: { connector: 'c', change: { offsets: [{ offset: { position: '9007199254740993n' } }] } },
  });
  const partly = hook({ worker: 'w', code: 200, body: { complete: false } });
  expect(await partly.alter('c', { 'connector.class': 'AcmeSource' }, CHANGE)).toBe(false);
});

test('what it refuses with is told, and that nobody answered', async () => {
  const config = { 'connector.class': 'AcmeSource' };
  const refused = hook({ worker: 'w', code: 500, body: { message: 'not these' } });
  await expect(refused.alter('c', config, CHANGE)).rejects.toMatchObject({
    status: 500,
    message: 'not these',
  });
  await expect(hook(null).alter('c', config, CHANGE)).rejects.toThrow(
    /Request timed out.*no worker answered/,
  );
});
