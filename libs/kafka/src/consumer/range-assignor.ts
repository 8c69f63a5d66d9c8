import {
  type Assignments,
  type Assignor,
  type AssignorMember,
  compareMembers,
  type PartitionCounts,
} from './assignor.ts';

/** Per topic, consecutive partitions to members in order, one more for the first ones (Java's RangeAssignor). */
export const rangeAssignor: Assignor = {
  name: 'range',
  cooperative: false,
  userData: () => null,
  assign: assignRanges,
};

function assignRanges(members: readonly AssignorMember[], counts: PartitionCounts): Assignments {
  const assignments: Assignments = new Map(members.map(({ memberId }) => [memberId, []]));
  for (const [topic, count] of counts) {
    const subscribed = members.filter(({ topics }) => topics.includes(topic)).sort(compareMembers);
    const each = Math.floor(count / subscribed.length);
    const extra = count % subscribed.length;
    subscribed.forEach(({ memberId }, index) => {
      const start = each * index + Math.min(index, extra);
      const end = start + each + (index < extra ? 1 : 0);
      for (let partition = start; partition < end; partition += 1) {
        assignments.get(memberId)?.push({ topic, partition });
      }
    });
  }
  return assignments;
}
