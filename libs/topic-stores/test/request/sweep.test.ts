import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  memoryConfigBackingStore,
  memoryStatusBackingStore,
  MemoryTopic,
  Responder,
  type StatusBackingStore,
} from '../../src/index.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function own(store: StatusBackingStore): Promise<readonly string[]> {
  await store.flush(1_000);
  await store.read();
  const of = (kind: 'request' | 'answer'): readonly string[] =>
    [...store.allOwn(kind).keys()].map((id) => `${kind} ${id}`);
  return [...of('request'), ...of('answer')].sort();
}

it('removes what requesters that died have left behind, long after its deadline', async () => {
  const topic = new MemoryTopic('status', 5);
  const store = memoryStatusBackingStore(topic);
  await store.start();
  const configStore = memoryConfigBackingStore(new MemoryTopic('configs'));
  const responder = new Responder({
    store,
    configStore,
    workerId: 'one:1',
    isFor: () => false,
    perform: () => Promise.reject(new Error('never')),
    logger: pino({ level: 'silent' }),
  });
  responder.start();
  const request = { op: 'hello', to: 'owner:x', args: null, after: -1, deadline: Date.now() + 30_000 };
  store.putOwn('request', 'left', request);
  store.putOwn('request', 'newer', { ...request, deadline: Date.now() + 300_000 });
  store.putOwn('answer', 'left', { worker: 'one:1', code: 200, body: null });
  expect(await own(store)).toEqual(['answer left', 'request left', 'request newer']);
  vi.advanceTimersByTime(61_000);
  expect(await own(store)).toEqual(['answer left', 'request left', 'request newer']);
  vi.advanceTimersByTime(61_000);
  expect(await own(store)).toEqual(['answer left', 'request newer']);
  vi.advanceTimersByTime(61_000);
  expect(await own(store)).toEqual(['request newer']);
  responder.stop();
  await store.stop();
});
