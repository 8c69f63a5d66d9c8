import type { TopicPartition } from '../client/kafka-client.ts';
import type { OffsetAndPartition } from '../consumer/consumer.ts';

export interface NewTopic {
  readonly topic: string;
  /** -1: the broker's default. */
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs: Readonly<Record<string, string>>;
}

export interface TopicDescription {
  readonly topic: string;
  readonly partitions: number;
}

export interface GroupDescription {
  readonly groupId: string;
  readonly state: string;
  readonly protocolType: string;
  readonly protocol: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly clientId: string;
    readonly clientHost: string;
    readonly metadata: Buffer;
    readonly assignment: Buffer;
  }[];
}

/** The admin calls the framework needs. */
export interface KafkaAdmin {
  /** True when created, false when the topic was there already. */
  createTopic(topic: NewTopic): Promise<boolean>;
  /** Descriptions of those that exist. */
  describeTopics(topics: readonly string[]): Promise<readonly TopicDescription[]>;
  /** All settings of a topic; null when they may not be read (authorisation). */
  topicConfigs(topic: string): Promise<ReadonlyMap<string, string> | null>;
  deleteTopics(topics: readonly string[]): Promise<void>;
  describeGroup(groupId: string): Promise<GroupDescription>;
  /** Committed offsets of a group. */
  groupOffsets(groupId: string): Promise<readonly OffsetAndPartition[]>;
  /** OffsetCommit with generation -1: only while the group has no members. */
  alterGroupOffsets(groupId: string, offsets: readonly OffsetAndPartition[]): Promise<void>;
  deleteGroupOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void>;
  deleteGroup(groupId: string): Promise<void>;
  /**
   * LeaveGroup on behalf of a static member, by its group.instance.id (design section 7); with a `memberId`, only if that is the
   * member which has it now. False: no such member.
   */
  removeStaticMember(groupId: string, groupInstanceId: string, memberId?: string): Promise<boolean>;
  incrementalAlterTopicConfigs(topic: string, set: Readonly<Record<string, string>>): Promise<void>;
}
