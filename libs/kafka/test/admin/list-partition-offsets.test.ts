import { expect, test } from 'vitest';
import { listPartitionOffsets } from '../../src/admin/list-partition-offsets.ts';
import { record, testClient, testTopic, write } from '../cluster.ts';

test('lists where partitions begin and end, and what is not older than a time', async () => {
  const client = testClient();
  const topic = await testTopic(client, { partitions: 2 });
  const at = (timestamp: number, partition: number) => ({ ...record(topic, 'x'), partition, timestamp });
  await write(client, [at(1_000, 0), at(2_000, 0), at(3_000, 0), at(1_000, 1)]);
  const partitions = [
    { topic, partition: 0 },
    { topic, partition: 1 },
  ];
  const offsets = async (spec: 'earliest' | 'latest' | number): Promise<readonly number[]> =>
    (await listPartitionOffsets(client, partitions, spec)).map(({ offset }) => offset);

  expect(await offsets('earliest')).toEqual([0, 0]);
  expect(await offsets('latest')).toEqual([3, 1]);
  expect(await offsets(1_500)).toEqual([1, -1]);
});
