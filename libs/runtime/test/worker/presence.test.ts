import {
  memoryStatusBackingStore,
  MemoryTopic,
  StoreTimeoutError,
  type StatusBackingStore,
} from '@millrace/topic-stores';
import { waitFor } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Presence } from '../../src/worker/presence.ts';

interface Told {
  readonly incarnation: string;
  readonly applied: number;
  readonly host: string;
  readonly pid: number;
}

describe('What a worker tells of itself', () => {
  const topic = new MemoryTopic('status', 5);
  let store: StatusBackingStore;

  beforeEach(async () => {
    store = memoryStatusBackingStore(topic);
    await store.start();
  });

  afterEach(async () => {
    await store.stop();
  });

  const presence = (workerId: string, isAlive = (_pid: number) => false): Presence =>
    new Presence({ store, workerId, version: '1.0', plugins: 'abc', isAlive });
  const told = (id: string): Told | undefined => store.own('worker', id) as Told | undefined;

  it('is written before it joins, and says who it is', async () => {
    const one = presence('a');
    await Promise.all([one.announce(), one.announce()]);
    await store.read();
    expect(told('a')).toMatchObject({ version: '1.0', plugins: 'abc', pid: process.pid, applied: -1 });
  });

  it('waits for brokers that are away for as long as it takes', async () => {
    let refusals = 2;
    const slow = Object.create(store, {
      flush: {
        value: (timeoutMs: number) => {
          refusals -= 1;
          return refusals < 0 ? store.flush(timeoutMs) : Promise.reject(new StoreTimeoutError('not now'));
        },
      },
      putOwn: { value: store.putOwn.bind(store) },
      own: { value: store.own.bind(store) },
    }) as StatusBackingStore;
    await new Presence({ store: slow, workerId: 'slow', version: '1.0', plugins: 'abc' }).announce();
    expect(refusals).toBe(-1);
    await store.read();
    expect(told('slow')).toMatchObject({ version: '1.0' });
  });

  it('names the config offset that was acted upon, once for a burst', async () => {
    const one = presence('b');
    one.applied(3);
    await one.announce();
    one.applied(4);
    one.applied(5);
    await waitFor('the offset', () => told('b')?.applied === 5);
    const written = topic.records().filter(({ key }) => key === 'status-worker-b');
    expect(written.map(({ value }) => (JSON.parse(String(value)) as Told).applied)).toEqual([3, 5]);
  });

  it('is removed with it', async () => {
    const one = presence('c');
    await one.announce();
    await store.read();
    one.remove();
    await store.read();
    expect(told('c')).toBeUndefined();
  });

  it('shows the older of two processes with one id that it was replaced, and is left to the newer one', async () => {
    const older = presence('d');
    await older.announce();
    expect(await older.replaced()).toBe(false);
    const newer = presence('d');
    await newer.announce();
    expect(await older.replaced()).toBe(true);
    expect(await newer.replaced()).toBe(false);
    const last = told('d')?.incarnation;
    older.applied(9);
    older.remove();
    await store.read();
    expect(told('d')?.incarnation).toBe(last);
  });

  it('says whether the process that had the id before can still be alive', async () => {
    expect(presence('e').predecessorDead()).toBe(true);
    const before = { incarnation: 'x', host: 'elsewhere', pid: 4711 };
    store.putOwn('worker', 'e', before);
    await store.read();
    expect(presence('e', () => true).predecessorDead()).toBe(true);
    await presence('f').announce();
    await store.read();
    const here = told('f');
    store.putOwn('worker', 'f', { ...here, pid: 4711 });
    await store.read();
    expect(presence('f', (pid) => pid === 4711).predecessorDead()).toBe(false);
    expect(presence('f', () => false).predecessorDead()).toBe(true);
  });
});
