import type { GroupDescription, KafkaAdmin } from '@millrace/kafka';

/** The worker group as its coordinator sees it. */
export interface GroupView {
  /** Ids of the workers that are members now. */
  readonly workers: ReadonlySet<string>;
  /** Id of the one that assigns; null while nobody does. */
  readonly leader: string | null;
}

/** Looks at the worker group. A worker's `group.instance.id` is its id (design section 7). */
export class WorkerGroup {
  readonly groupId: string;
  readonly #admin: KafkaAdmin;

  constructor(admin: KafkaAdmin, groupId: string) {
    this.groupId = groupId;
    this.#admin = admin;
  }

  async view(): Promise<GroupView> {
    const { members } = await this.#admin.describeGroup(this.groupId);
    const leader = leaderOf(members);
    const ids = members.map(({ memberId, groupInstanceId }) => ({
      memberId,
      id: groupInstanceId ?? memberId,
    }));
    return {
      workers: new Set(ids.map(({ id }) => id)),
      leader: ids.find(({ memberId }) => memberId === leader)?.id ?? null,
    };
  }
}

/** The member id of the leader, which every assignment names. */
function leaderOf(members: GroupDescription['members']): string | null {
  const assignment = members.find(({ assignment: bytes }) => bytes.length > 0)?.assignment;
  if (assignment === undefined) {
    return null;
  }
  // version INT16, error INT16, leader STRING (spec/group-protocol.md section 2)
  const length = assignment.length < 6 ? 0 : assignment.readInt16BE(4);
  return length <= 0 ? null : assignment.toString('utf8', 6, 6 + length);
}
