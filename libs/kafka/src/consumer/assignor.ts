import type { Buffer } from 'node:buffer';
import type { TopicPartition } from '../client/kafka-client.ts';
import { compareText } from '../client/topic-partitions.ts';
import type { AssignorName } from './consumer-settings.ts';

/** A member of the group as the leader sees it. */
export interface AssignorMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly topics: readonly string[];
  readonly owned: readonly TopicPartition[];
  /** The generation in which it came to own those; -1 for none. */
  readonly generationId: number;
}

/** Partition counts of the topics that exist. */
export type PartitionCounts = ReadonlyMap<string, number>;

/** What each member gets, by member id; every member is in it. */
export type Assignments = Map<string, TopicPartition[]>;

/** A strategy of the consumer protocol; the leader runs it, so any choice works with members of any client. */
export interface Assignor {
  readonly name: AssignorName;
  /** False: partitions must all be given up before each round (KIP-429). */
  readonly cooperative: boolean;
  /** What goes into the subscription beside topics and owned partitions. */
  userData(generationId: number): Buffer | null;
  assign(members: readonly AssignorMember[], counts: PartitionCounts): Assignments;
}

/** Java's order of members: static ones first, by instance id, then the others by member id. */
export function compareMembers(a: AssignorMember, b: AssignorMember): number {
  if (a.groupInstanceId !== null && b.groupInstanceId !== null) {
    return compareText(a.groupInstanceId, b.groupInstanceId);
  }
  if (a.groupInstanceId !== null || b.groupInstanceId !== null) {
    return a.groupInstanceId === null ? 1 : -1;
  }
  return compareText(a.memberId, b.memberId);
}
