import { memoryStatusBackingStore, MemoryTopic, type StatusBackingStore } from '@millrace/topic-stores';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LeftoverSweep } from '../../src/worker/leftover-sweep.ts';

const MINUTE = 60_000;

describe('What killed processes left in the status topic', () => {
  let store: StatusBackingStore;
  let members: Set<string>;
  let leader: boolean;
  let now: number;
  let sweep: LeftoverSweep;

  beforeEach(async () => {
    store = memoryStatusBackingStore(new MemoryTopic('status'));
    await store.start();
    members = new Set(['alive', 'dead']);
    leader = true;
    now = 1_000_000;
    sweep = new LeftoverSweep({
      store,
      members: () => Promise.resolve(members),
      isLeader: () => leader,
      logger: pino({ level: 'silent' }),
      now: () => now,
    });
    for (const id of ['alive', 'dead']) {
      store.putOwn('worker', id, { incarnation: id });
      store.putOwn('metrics', id, { timestamp: 1, tasks: [] });
    }
    await store.flush(1_000);
    await store.read();
  });
  afterEach(() => store.stop());

  async function kept(kind: 'worker' | 'metrics' | 'request' | 'answer'): Promise<readonly string[]> {
    await sweep.sweep();
    await store.flush(1_000);
    await store.read();
    return [...store.allOwn(kind).keys()];
  }

  it('is removed by the leader: readings at once, the word that a worker exists later', async () => {
    members.delete('dead');
    expect(await kept('metrics')).toEqual(['alive']);
    now += 10 * MINUTE;
    expect(await kept('worker')).toEqual(['alive', 'dead']);
    now += 5 * MINUTE;
    expect(await kept('worker')).toEqual(['alive']);
  });

  it('stays while the worker may come back, and when it does', async () => {
    members.delete('dead');
    await sweep.sweep();
    now += 10 * MINUTE;
    members.add('dead');
    await sweep.sweep();
    members.delete('dead');
    now += 10 * MINUTE;
    expect(await kept('worker')).toEqual(['alive', 'dead']);
  });

  it('is left alone by those that do not lead', async () => {
    leader = false;
    members.clear();
    now += 60 * MINUTE;
    expect(await kept('metrics')).toEqual(['alive', 'dead']);
  });

  it('includes requests nobody waits for any more, and answers nobody asked for', async () => {
    const request = { op: 'restart-task', to: 'worker:alive', args: null, after: -1 };
    store.putOwn('request', 'old', { ...request, deadline: now - 2 * MINUTE });
    store.putOwn('answer', 'old', { worker: 'alive', code: 200, body: null });
    store.putOwn('request', 'new', { ...request, deadline: now + MINUTE });
    store.putOwn('answer', 'new', { worker: 'alive', code: 200, body: null });
    store.putOwn('answer', 'stray', { worker: 'alive', code: 200, body: null });
    await store.flush(1_000);
    await store.read();
    expect(await kept('request')).toEqual(['new']);
    expect(await kept('answer')).toEqual(['new', 'stray']);
    now += 2 * MINUTE;
    await sweep.sweep();
    store.putOwn('request', 'new', null);
    await store.flush(1_000);
    await store.read();
    expect(await kept('answer')).not.toContain('stray');
  });
});
