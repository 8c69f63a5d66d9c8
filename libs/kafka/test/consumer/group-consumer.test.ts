import { uniqueName, waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import type { KafkaClient } from '../../src/client/kafka-client.ts';
import { WireWriter } from '../../src/client/wire.ts';
import type { ProducerRecord } from '../../src/records/record.ts';
import { CommitFailedError, FencedInstanceIdError } from '../../src/errors.ts';
import { record, testAdmin, testClient, testTopic, write } from '../cluster.ts';
import { COOPERATIVE, Member, RANGE } from './group-member.ts';

/** A record for each of the topic's partitions. */
function oneEach(topic: string, partitions: number): ProducerRecord[] {
  return Array.from({ length: partitions }, (_, partition) => record(topic, `v${partition}`, { partition }));
}

/** CreatePartitions v1. */
async function addPartitions(client: KafkaClient, topic: string, count: number): Promise<void> {
  await client.send(await client.anyBroker(), {
    apiKey: 37,
    apiVersion: 1,
    apiName: 'CreatePartitions',
    encode: () => {
      const writer = new WireWriter();
      writer.array([topic], (name) =>
        writer
          .string(name)
          .int32(count)
          .array(null, () => undefined),
      );
      return writer.int32(10_000).boolean(false).finish();
    },
    decode: () => undefined,
  });
}

/** Waits until the members together own these partitions, each of them some. */
async function waitForShares(members: readonly Member[], partitions: number): Promise<void> {
  await waitFor(
    `all ${partitions} partitions shared`,
    () =>
      members.every(({ owned }) => owned.length > 0) &&
      members.flatMap(({ owned }) => owned).length === partitions,
    { seen: () => members.map(({ told }) => told) },
  );
}

describe('members of a group', () => {
  it('share the partitions, and keep through a rebalance what stays theirs', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 4 });
    await write(client, oneEach(topic, 4));
    const groupId = uniqueName('group');
    const first = new Member({ groupId, to: { topics: [topic] } }).run();
    await waitFor('all four values', () => first.values.length === 4, { seen: () => first.told });
    expect(first.told).toEqual(['assigned 0,1,2,3']);

    const second = new Member({ groupId, to: { topics: [topic] } }).run();
    await waitForShares([first, second], 4);
    expect([...first.owned, ...second.owned].sort()).toEqual([0, 1, 2, 3]);
    expect(first.told).toEqual(['assigned 0,1,2,3', `revoked ${second.owned.join(',')}`]);

    await second.stop();
    await second.consumer.close();
    await waitFor('all partitions back', () => first.owned.length === 4, { seen: () => first.told });
  });

  it('give everything up for a rebalance where an assignor demands it', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 4 });
    const groupId = uniqueName('group');
    const first = new Member({ groupId, to: { topics: [topic] }, settings: RANGE }).run();
    await waitFor('all partitions', () => first.owned.length === 4);
    const second = new Member({ groupId, to: { topics: [topic] }, settings: RANGE }).run();
    await waitForShares([first, second], 4);
    expect(first.told).toEqual(['assigned 0,1,2,3', 'revoked 0,1,2,3', `assigned ${first.owned.join(',')}`]);
    // Ranges of neighbours.
    expect([
      [0, 1],
      [2, 3],
    ]).toContainEqual(first.owned);
  });

  it('go on where the group has committed', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    await write(
      client,
      ['a', 'b', 'c'].map((value) => record(topic, value)),
    );
    const groupId = uniqueName('group');
    const first = new Member({ groupId, to: { topics: [topic] } }).run();
    await waitFor('all values', () => first.values.length === 3);
    expect(await first.consumer.committed([{ topic, partition: 0 }])).toEqual([]);
    await first.consumer.commit([{ topic, partition: 0, offset: 2 }]);
    expect(await first.consumer.committed([{ topic, partition: 0 }])).toEqual([
      { topic, partition: 0, offset: 2 },
    ]);
    await first.stop();
    await first.consumer.close();
    const second = new Member({ groupId, to: { topics: [topic] } }).run();
    await waitFor('the rest', () => second.values.length > 0);
    expect(second.values).toEqual(['c']);
  });

  it('that cannot agree on an assignor are told so by poll', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const groupId = uniqueName('group');
    const first = new Member({ groupId, to: { topics: [topic] }, settings: RANGE }).run();
    await waitFor('the partition', () => first.owned.length === 1);
    const second = new Member({ groupId, to: { topics: [topic] }, settings: COOPERATIVE });
    await expect(second.consumer.poll(10_000)).rejects.toThrow(/INCONSISTENT_GROUP_PROTOCOL/);
  });
});

describe('what a group reads', () => {
  it('grows with partitions that are added to its topics', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const member = new Member({
      groupId: uniqueName('group'),
      to: { topics: [topic] },
      settings: { 'metadata.max.age.ms': '300' },
    }).run();
    await waitFor('the partition', () => member.owned.length === 1);
    await addPartitions(client, topic, 3);
    await waitFor('three partitions', () => member.owned.length === 3, { seen: () => member.told });
    expect(member.told).toEqual(['assigned 0', 'assigned 1,2']);
  });

  it('is what fits its pattern, also what comes later', async () => {
    const client = testClient();
    const prefix = uniqueName('like');
    const admin = testAdmin(client);
    const create = (topic: string): Promise<boolean> =>
      admin.createTopic({ topic, partitions: 1, replicationFactor: 1, configs: {} });
    await create(`${prefix}-a`);
    await create(`not-${prefix}-a`);
    const member = new Member({
      groupId: uniqueName('group'),
      to: { pattern: new RegExp(`${prefix}-[ab]`) },
      settings: { 'metadata.max.age.ms': '300' },
    }).run();
    const topics = (): readonly string[] => member.consumer.assignment().map(({ topic }) => topic);
    await waitFor('the topic', () => topics().length === 1);
    expect(topics()).toEqual([`${prefix}-a`]);
    await create(`${prefix}-b`);
    await create(`${prefix}-bc`);
    await waitFor('the later topic', () => topics().length === 2);
    expect(topics()).toContain(`${prefix}-b`);
  });

  it('starts when a topic comes that was named before', async () => {
    const topic = uniqueName('late');
    const member = new Member({ groupId: uniqueName('group'), to: { topics: [topic] } }).run();
    await waitFor('the partition', () => member.owned.length === 1, { seen: () => member.told });
  });
});

describe('a static member', () => {
  it('takes the seat of its predecessor at once, which is fenced, and nobody else notices', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 2 });
    await write(client, oneEach(topic, 2));
    const groupId = uniqueName('group');
    const bystander = new Member({ groupId, to: { topics: [topic] }, instanceId: 'bystander' }).run();
    await waitFor('all partitions', () => bystander.owned.length === 2);
    const predecessor = new Member({ groupId, to: { topics: [topic] }, instanceId: 'seat' }).run();
    await waitForShares([bystander, predecessor], 2);
    const before = [...bystander.told];
    const seat = predecessor.owned;
    // It does not leave: as far as the group can tell it is alive.
    await predecessor.stop();

    const successor = new Member({ groupId, to: { topics: [topic] }, instanceId: 'seat' }).run();
    await waitFor('the seat', () => successor.owned.length === 1, { seen: () => successor.told });
    expect(successor.owned).toEqual(seat);
    await waitFor('its values', () => successor.values.length === 1);

    const fence = await waitFor('the fence', () =>
      predecessor.consumer.poll(100).then(
        () => null,
        (error: unknown) => error,
      ),
    );
    expect(fence).toBeInstanceOf(FencedInstanceIdError);
    expect(predecessor.told.at(-1)).toBe(`lost ${seat.join(',')}`);
    await expect(predecessor.consumer.poll(0)).rejects.toBeInstanceOf(FencedInstanceIdError);
    const own = seat.map((partition) => ({ topic, partition, offset: 1 }));
    await expect(predecessor.consumer.commit(own)).rejects.toBeInstanceOf(CommitFailedError);
    await predecessor.consumer.close();
    await successor.consumer.commit(own);
    expect(successor.owned).toEqual(seat);
    expect(bystander.told).toEqual(before);
  });

  it('reads what it is subscribed to itself, not what its predecessor was', async () => {
    const client = testClient();
    const [one, two] = [await testTopic(client), await testTopic(client)];
    const groupId = uniqueName('group');
    const predecessor = new Member({ groupId, to: { topics: [one] }, instanceId: 'seat' }).run();
    await waitFor('the first topic', () => predecessor.owned.length === 1);
    const successor = new Member({ groupId, to: { topics: [two] }, instanceId: 'seat' }).run();
    await waitFor('the second topic', () => successor.consumer.assignment()[0]?.topic === two);
    await predecessor.stop().catch(() => undefined);
    const both = new Member({ groupId, to: { topics: [one, two] }, instanceId: 'seat' }).run();
    await waitFor('both topics', () => both.owned.length === 2);
  });

  it('leaves its seat when it is closed', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const groupId = uniqueName('group');
    const member = new Member({ groupId, to: { topics: [topic] }, instanceId: 'seat' }).run();
    await waitFor('the partition', () => member.owned.length === 1);
    await member.stop();
    await member.consumer.close();
    expect((await testAdmin(client).describeGroup(groupId)).members).toEqual([]);
    expect(member.told).toEqual(['assigned 0', 'revoked 0']);
  });
});

describe('a commit', () => {
  it('is possible while partitions are being revoked, and not after', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 2 });
    const groupId = uniqueName('group');
    const first = new Member({ groupId, to: { topics: [topic] } }).run();
    first.onRevoked = (partitions) =>
      first.consumer.commit(partitions.map((partition) => ({ ...partition, offset: 0 })));
    await waitFor('all partitions', () => first.owned.length === 2);
    const second = new Member({ groupId, to: { topics: [topic] } }).run();
    await waitForShares([first, second], 2);
    const [partition] = second.owned;
    const gone = { topic, partition: partition ?? -1, offset: 0 };
    expect(await second.consumer.committed([gone])).toEqual([gone]);
    await expect(first.consumer.commit([gone])).rejects.toBeInstanceOf(CommitFailedError);
    await first.stop();
  });

  it('is not written when the gate forbids it', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    let open = false;
    const gate = (): void => {
      if (!open) throw new RangeError('the lease is over');
    };
    const member = new Member({ groupId: uniqueName('group'), to: { topics: [topic] }, gate }).run();
    await waitFor('the partition', () => member.owned.length === 1);
    const offset = { topic, partition: 0, offset: 0 };
    await expect(member.consumer.commit([offset])).rejects.toThrow(new RangeError('the lease is over'));
    expect(await member.consumer.committed([offset])).toEqual([]);
    open = true;
    await member.consumer.commit([offset]);
    expect(await member.consumer.committed([offset])).toEqual([offset]);
  });
});

describe('a member that does not poll', () => {
  it('keeps its place by heartbeats for longer than session.timeout.ms', async () => {
    const client = testClient();
    const topic = await testTopic(client);
    const member = new Member({
      groupId: uniqueName('group'),
      to: { topics: [topic] },
      settings: { 'session.timeout.ms': '1000' },
    }).run();
    await waitFor('the partition', () => member.owned.length === 1);
    await member.stop();
    const silentSince = performance.now();
    await waitFor('more than a session', () => performance.now() > silentSince + 1_500);
    await member.consumer.commit([{ topic, partition: 0, offset: 0 }]);
    await member.consumer.poll(0);
    expect(member.told).toEqual(['assigned 0']);
  });

  it('leaves after max.poll.interval.ms, is told so when it polls, and joins again', async () => {
    const client = testClient();
    const topic = await testTopic(client, { partitions: 2 });
    const groupId = uniqueName('group');
    const slow = new Member({
      groupId,
      to: { topics: [topic] },
      settings: { 'max.poll.interval.ms': '1500' },
    }).run();
    await waitFor('all partitions', () => slow.owned.length === 2);
    await slow.stop();
    const other = new Member({ groupId, to: { topics: [topic] } }).run();
    await waitFor('all partitions elsewhere', () => other.owned.length === 2);
    const offset = { topic, partition: 0, offset: 0 };
    await expect(slow.consumer.commit([offset])).rejects.toBeInstanceOf(CommitFailedError);
    slow.run();
    await waitForShares([slow, other], 2);
    expect(slow.told).toEqual(['assigned 0,1', 'lost 0,1', `assigned ${slow.owned.join(',')}`]);
  });
});
