import { waitFor } from '@millrace/testing';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  LayeredOffsetBackingStore,
  memoryOffsetBackingStore,
  MemoryTopic,
  type OffsetBackingStore,
} from '../../src/index.ts';

const A = { file: 'a' };
const at = (position: bigint) => [{ partition: A, offset: { position } }];
const REMOVED = [{ partition: A, offset: null }];

describe('Offsets of a connector with a topic of its own', () => {
  let own: OffsetBackingStore;
  let worker: OffsetBackingStore;
  let layered: LayeredOffsetBackingStore;

  beforeEach(async () => {
    own = memoryOffsetBackingStore(new MemoryTopic('own'));
    worker = memoryOffsetBackingStore(new MemoryTopic('worker'));
    layered = new LayeredOffsetBackingStore({ own, worker, logger: pino({ level: 'silent' }) });
    await worker.start();
    await layered.start();
  });

  it("are the worker's until it has some", async () => {
    await worker.set('c', [...at(1n), { partition: { file: 'b' }, offset: { position: 5n } }]);
    expect(await layered.get('c', [A])).toEqual([{ position: 1n }]);
    await own.set('c', at(2n));
    expect(await layered.get('c', [A, { file: 'b' }, { file: 'c' }])).toEqual([
      { position: 2n },
      { position: 5n },
      null,
    ]);
    expect(await layered.all('c')).toEqual([
      ...at(2n),
      { partition: { file: 'b' }, offset: { position: 5n } },
    ]);
  });

  it("are in both topics, so that the worker's alone will do again", async () => {
    await layered.set('c', at(3n));
    expect(await own.get('c', [A])).toEqual([{ position: 3n }]);
    await waitFor('the copy', async () => (await worker.get('c', [A]))[0]?.['position'] === 3n);
  });

  it('are gone from both when they are removed', async () => {
    await worker.set('c', at(1n));
    await layered.set('c', at(2n));
    await layered.set('c', REMOVED);
    expect(await layered.get('c', [A])).toEqual([null]);
    expect(await layered.all('c')).toEqual([]);
  });

  it("count as committed once they are in its own, whatever becomes of the worker's", async () => {
    worker.set = () => Promise.reject(new Error('no broker'));
    await layered.set('c', at(2n));
    expect(await layered.get('c', [A])).toEqual([{ position: 2n }]);
    await expect(layered.set('c', REMOVED)).rejects.toThrow('no broker');
    expect(await own.get('c', [A])).toEqual([{ position: 2n }]);
  });
});
