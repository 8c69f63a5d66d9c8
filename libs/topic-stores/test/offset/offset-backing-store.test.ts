import { DataError } from '@millrace/connect-api';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OffsetBackingStore } from '../../src/index.ts';
import { kafkaTopics, memoryTopics, type TestTopic } from '../topics.ts';

const kafka = await kafkaTopics();
afterAll(() => kafka.close());

describe.each([memoryTopics, kafka])('an offset store $kind', (topics) => {
  let topic: TestTopic;
  let store: OffsetBackingStore;

  beforeEach(async () => {
    topic = await topics.open(25);
    store = await topic.offset();
  });
  afterEach(() => topic.close());

  it('gives back what any store has set', async () => {
    const other = await topic.offset();
    await store.set('c', [
      { partition: { file: 'a' }, offset: { position: 1n } },
      { partition: { file: 'b' }, offset: { position: 2n, lines: 1.5, done: false } },
    ]);
    await store.set('c', [{ partition: { file: 'a' }, offset: { position: 3n } }]);
    expect(await other.get('c', [{ file: 'b' }, { file: 'none' }, { file: 'a' }])).toEqual([
      { position: 2n, lines: 1.5, done: false },
      null,
      { position: 3n },
    ]);
    expect(await other.get('d', [{ file: 'a' }])).toEqual([null]);
    expect(await other.all('c')).toHaveLength(2);
  });

  it('removes with a tombstone', async () => {
    await store.set('c', [{ partition: { file: 'a' }, offset: { position: 1n } }]);
    await store.set('c', [{ partition: { file: 'a' }, offset: null }]);
    expect(await store.all('c')).toEqual([]);
    expect(await store.get('c', [{ file: 'a' }])).toEqual([null]);
    expect((await topic.records()).map(({ value }) => value)).toEqual(['{"position":1}', null]);
    expect(await (await topic.offset()).all('c')).toEqual([]);
  });

  it('writes nothing at all when one value cannot be stored', async () => {
    const offsets = [
      { partition: { file: 'a' }, offset: { position: 1n } },
      { partition: { file: 'b' }, offset: { position: [] as unknown as bigint } },
    ];
    await expect(store.set('c', offsets)).rejects.toThrow(DataError);
    expect(await topic.records()).toEqual([]);
  });

  it('finds a partition whatever the order of its entries, and goes on under the key that is there', async () => {
    const key = '["c",{"table":"t","database":"d"}]';
    await topic.append([{ key, value: '{"position":1}' }]);
    expect(await store.get('c', [{ database: 'd', table: 't' }])).toEqual([{ position: 1n }]);
    await store.set('c', [{ partition: { database: 'd', table: 't' }, offset: { position: 2n } }]);
    expect((await topic.records()).map((record) => record.key)).toEqual([key, key]);
  });

  it('removes a partition under every key it was written with', async () => {
    const keys = ['["c",{"table":"t","database":"d"}]', '["c",{"database":"d","table":"t"}]'];
    await topic.append([{ key: keys[0] ?? '', value: '{"position":1}' }]);
    await topic.append([{ key: keys[1] ?? '', value: '{"position":2}' }]);
    expect(await store.all('c')).toHaveLength(1);
    await store.set('c', [{ partition: { table: 't', database: 'd' }, offset: null }]);
    expect(await store.all('c')).toEqual([]);
    const removed = (await topic.records()).filter(({ value }) => value === null).map(({ key }) => key);
    expect(removed.sort()).toEqual(keys.sort());
  });

  it('tells whole numbers from others', async () => {
    await store.set('c', [
      { partition: { shard: 1n }, offset: { position: 1n } },
      { partition: { shard: 1 }, offset: { position: 2n } },
    ]);
    expect((await topic.records()).map(({ key }) => key).sort()).toEqual([
      '["c",{"shard":1.0}]',
      '["c",{"shard":1}]',
    ]);
    expect(await store.get('c', [{ shard: 1 }, { shard: 1n }])).toEqual([{ position: 2n }, { position: 1n }]);
  });

  it('skips malformed records, logging each once but those the JVM is silent about', async () => {
    await topic.append([
      { key: '["c",{"file":"a"}]', value: '{"position":1}' },
      { key: '["c",{"file":"a"}]', value: '{"position":' },
      { key: '["c",{"file":"a"}]', value: '[1]' },
      { key: '["c",{"file":"a"}]', value: '{"position":{"deep":1}}' },
      { key: '["c",{"file":["a"]}]', value: '{"position":1}' },
      { key: '["c"]', value: '{"position":1}' },
      { key: '[1,{"file":"a"}]', value: '{"position":1}' },
      { key: '{"file":"a"}', value: '{"position":1}' },
      { key: 'nonsense', value: '{"position":1}' },
      { key: '["c",null]', value: '{"position":1}' },
    ]);
    expect(await store.all('c')).toEqual([{ partition: { file: 'a' }, offset: { position: 1n } }]);
    expect(topic.log.of('Skipped a record of the offset topic')).toHaveLength(8);
    await topic.append([{ key: '["c",{"file":"a"}]', value: 'null' }]);
    expect(await store.all('c')).toEqual([]);
  });

  it('keeps the order of what is set under one key', async () => {
    const sets = Array.from({ length: 200 }, (_, position) =>
      store.set('c', [{ partition: { file: 'a' }, offset: { position: BigInt(position) } }]),
    );
    await Promise.all(sets);
    expect(await store.get('c', [{ file: 'a' }])).toEqual([{ position: 199n }]);
    expect((await topic.records()).map(({ value }) => value)).toEqual(
      sets.map((_, position) => `{"position":${position}}`),
    );
  });
});
