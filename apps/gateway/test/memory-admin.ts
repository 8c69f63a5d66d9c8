import type { GroupDescription, KafkaAdmin, OffsetAndPartition, TopicPartition } from '@millrace/kafka';
import type { OffsetSpec, PartitionOffsets } from '../src/offsets/partition-offsets.ts';

type Member = GroupDescription['members'][number];

/** Groups and topics in memory: what the gateway asks brokers about. */
export class MemoryAdmin implements KafkaAdmin, PartitionOffsets {
  readonly offsets = new Map<string, Map<string, OffsetAndPartition>>();
  readonly members = new Map<string, readonly string[]>();
  /** Begin and end of each partition, by topic. */
  readonly topics = new Map<string, readonly (readonly [begin: number, end: number])[]>();

  commit(groupId: string, ...offsets: readonly OffsetAndPartition[]): void {
    const group = this.offsets.get(groupId) ?? new Map<string, OffsetAndPartition>();
    for (const offset of offsets) {
      group.set(`${offset.topic}-${offset.partition}`, offset);
    }
    this.offsets.set(groupId, group);
  }

  describeGroup(groupId: string): Promise<GroupDescription> {
    const members = (this.members.get(groupId) ?? []).map(member);
    const state = members.length > 0 ? 'Stable' : this.offsets.has(groupId) ? 'Empty' : 'Dead';
    return Promise.resolve({ groupId, state, protocolType: 'connect', protocol: 'sessioned', members });
  }

  groupOffsets(groupId: string): Promise<readonly OffsetAndPartition[]> {
    return Promise.resolve([...(this.offsets.get(groupId)?.values() ?? [])]);
  }

  alterGroupOffsets(groupId: string, offsets: readonly OffsetAndPartition[]): Promise<void> {
    this.commit(groupId, ...offsets);
    return Promise.resolve();
  }

  deleteGroupOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void> {
    for (const { topic, partition } of partitions) {
      this.offsets.get(groupId)?.delete(`${topic}-${partition}`);
    }
    return Promise.resolve();
  }

  deleteGroup(groupId: string): Promise<void> {
    this.offsets.delete(groupId);
    return Promise.resolve();
  }

  describeTopics(topics: readonly string[]): Promise<readonly { topic: string; partitions: number }[]> {
    return Promise.resolve(
      topics.flatMap((topic) => {
        const partitions = this.topics.get(topic);
        return partitions === undefined ? [] : [{ topic, partitions: partitions.length }];
      }),
    );
  }

  list(partitions: readonly TopicPartition[], spec: OffsetSpec): Promise<readonly OffsetAndPartition[]> {
    return Promise.resolve(
      partitions.map(({ topic, partition }) => {
        const [begin = 0, end = 0] = this.topics.get(topic)?.[partition] ?? [];
        // Offsets of these topics are their times.
        const offset =
          spec === 'earliest' ? begin : spec === 'latest' ? end : Math.min(Math.max(spec, begin), end);
        return { topic, partition, offset };
      }),
    );
  }

  createTopic(): Promise<boolean> {
    return Promise.reject(new Error('no topics are created here'));
  }

  topicConfigs(): Promise<null> {
    return Promise.resolve(null);
  }

  deleteTopics(): Promise<void> {
    return Promise.reject(new Error('no topics are deleted here'));
  }

  removeStaticMember(): Promise<boolean> {
    return Promise.resolve(false);
  }

  incrementalAlterTopicConfigs(): Promise<void> {
    return Promise.reject(new Error('no topics are altered here'));
  }
}

function member(id: string): Member {
  return {
    memberId: `member-${id}`,
    groupInstanceId: id,
    clientId: 'client',
    clientHost: '/127.0.0.1',
    metadata: Buffer.alloc(0),
    assignment: leaderAssignment('member-worker-1:8083'),
  };
}

/** version INT16, error INT16, leader STRING. */
function leaderAssignment(leader: string): Buffer {
  const bytes = Buffer.alloc(6 + leader.length);
  bytes.writeInt16BE(1, 0);
  bytes.writeInt16BE(leader.length, 4);
  bytes.write(leader, 6);
  return bytes;
}
