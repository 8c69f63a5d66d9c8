import { uniqueName, waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../src/client/error-codes.ts';
import { KafkaError } from '../../src/errors.ts';
import { record, testAdmin, testClient, testTopic, write } from '../cluster.ts';
import { Member } from '../consumer/group-member.ts';

describe('topics', () => {
  it('are created once, described, changed and deleted', async () => {
    const client = testClient();
    const admin = testAdmin(client);
    const topic = uniqueName('topic');
    const wanted = { topic, partitions: 3, replicationFactor: 1, configs: { 'cleanup.policy': 'compact' } };
    expect(await admin.createTopic(wanted)).toBe(true);
    expect(await admin.createTopic(wanted)).toBe(false);
    expect(await admin.describeTopics([topic, uniqueName('none')])).toEqual([{ topic, partitions: 3 }]);
    expect((await admin.topicConfigs(topic))?.get('cleanup.policy')).toBe('compact');

    await admin.incrementalAlterTopicConfigs(topic, { 'retention.ms': '1234' });
    const configs = await admin.topicConfigs(topic);
    expect(configs?.get('retention.ms')).toBe('1234');
    expect(configs?.get('cleanup.policy')).toBe('compact');

    await admin.deleteTopics([topic, uniqueName('none')]);
    await waitFor('the end of the topic', async () => (await admin.describeTopics([topic])).length === 0);
  });

  it('get the default number of partitions and replicas where -1 is asked for', async () => {
    const client = testClient();
    const topic = uniqueName('topic');
    await testAdmin(client).createTopic({ topic, partitions: -1, replicationFactor: -1, configs: {} });
    expect(await testAdmin(client).describeTopics([topic])).toEqual([{ topic, partitions: 1 }]);
  });

  it('that cannot be created leave an error in the words of the broker', async () => {
    const admin = testAdmin(testClient());
    const topic = uniqueName('topic');
    const error: unknown = await admin
      .createTopic({ topic, partitions: 1, replicationFactor: 7, configs: {} })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KafkaError);
    expect(String(error)).toMatch(
      new RegExp(`Creating topic ${topic} \\(.*replicat.*\\): INVALID_REPLICATION_FACTOR`),
    );
  });
});

describe('offsets of a group', () => {
  it('can be written, read and removed while it has no members', async () => {
    const client = testClient();
    const admin = testAdmin(client);
    const topic = await testTopic(client, { partitions: 2 });
    await write(client, [record(topic, 'a', { partition: 0 })]);
    const groupId = uniqueName('group');
    expect(await admin.groupOffsets(groupId)).toEqual([]);
    const [zero, one] = [
      { topic, partition: 0, offset: 1 },
      { topic, partition: 1, offset: 0 },
    ];
    await admin.alterGroupOffsets(groupId, [zero, one]);
    expect(await admin.groupOffsets(groupId)).toEqual([zero, one]);
    await admin.deleteGroupOffsets(groupId, [one]);
    expect(await admin.groupOffsets(groupId)).toEqual([zero]);
    await admin.deleteGroup(groupId);
    expect(await admin.groupOffsets(groupId)).toEqual([]);
    await admin.deleteGroup(groupId);
  });

  it('are left alone while it has', async () => {
    const client = testClient();
    const admin = testAdmin(client);
    const topic = await testTopic(client);
    const groupId = uniqueName('group');
    const member = new Member({ groupId, to: { topics: [topic] } }).run();
    await waitFor('the partition', () => member.owned.length === 1);
    const offset = { topic, partition: 0, offset: 0 };
    await expect(admin.alterGroupOffsets(groupId, [offset])).rejects.toMatchObject({
      brokerCode: ErrorCode.UNKNOWN_MEMBER_ID,
    });
    await expect(admin.deleteGroup(groupId)).rejects.toThrow(/NON_EMPTY_GROUP/);
  });
});

describe('members of a group', () => {
  it('are described, and static ones can be removed', async () => {
    const client = testClient();
    const admin = testAdmin(client);
    const topic = await testTopic(client);
    const groupId = uniqueName('group');
    expect(await admin.removeStaticMember(groupId, 'seat')).toBe(false);
    const member = new Member({ groupId, to: { topics: [topic] }, instanceId: 'seat' }).run();
    await waitFor('the partition', () => member.owned.length === 1);
    const described = await waitFor('a stable group', async () => {
      const group = await admin.describeGroup(groupId);
      return group.state === 'Stable' ? group : null;
    });
    expect(described).toMatchObject({ groupId, protocolType: 'consumer', protocol: 'cooperative-sticky' });
    expect(described.members).toEqual([expect.objectContaining({ groupInstanceId: 'seat' })]);
    await member.stop();
    expect(await admin.removeStaticMember(groupId, 'seat')).toBe(true);
    expect((await admin.describeGroup(groupId)).members).toEqual([]);
    expect(await admin.removeStaticMember(groupId, 'seat')).toBe(false);
  });
});
