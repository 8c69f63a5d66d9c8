import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TopicPartition } from '../../src/client/kafka-client.ts';
import { partitionKey } from '../../src/client/topic-partitions.ts';
import type { Assignments, AssignorMember, PartitionCounts } from '../../src/consumer/assignor.ts';
import { balance, cooperativeStickyAssignor } from '../../src/consumer/cooperative-sticky-assignor.ts';
import { rangeAssignor } from '../../src/consumer/range-assignor.ts';

const member = (
  memberId: string,
  topics: readonly string[],
  more: Partial<AssignorMember> = {},
): AssignorMember => ({
  memberId,
  groupInstanceId: null,
  topics,
  owned: [],
  generationId: -1,
  ...more,
});

/** `a: t0 t1` for each member. */
function show(assignments: Assignments): Record<string, string> {
  return Object.fromEntries(
    [...assignments].map(([memberId, partitions]) => [
      memberId,
      partitions.map(({ topic, partition }) => `${topic}${partition}`).join(' '),
    ]),
  );
}

const counts = (of: Readonly<Record<string, number>>): PartitionCounts => new Map(Object.entries(of));

/** The members as they come to the next round: each owns what it was given. */
function after(
  assignments: Assignments,
  members: readonly AssignorMember[],
  generationId: number,
): AssignorMember[] {
  return members.map((each) => ({ ...each, owned: assignments.get(each.memberId) ?? [], generationId }));
}

describe('the range assignor', () => {
  it('gives neighbours, and the odd ones to the first members', () => {
    const members = [member('b', ['t', 'u']), member('a', ['t', 'u']), member('c', ['u'])];
    expect(show(rangeAssignor.assign(members, counts({ t: 3, u: 4 })))).toEqual({
      a: 't0 t1 u0 u1',
      b: 't2 u2',
      c: 'u3',
    });
  });

  it('goes by instance ids where there are any', () => {
    const members = [
      member('a', ['t'], { groupInstanceId: '2' }),
      member('b', ['t'], { groupInstanceId: '1' }),
    ];
    expect(show(rangeAssignor.assign(members, counts({ t: 2 })))).toEqual({ a: 't1', b: 't0' });
  });
});

describe('the cooperative sticky assignor', () => {
  it('hands over in two rounds: first it is given up, then it is given', () => {
    const partitions = counts({ t: 4 });
    const [a, b] = [member('a', ['t']), member('b', ['t'])];
    const first = cooperativeStickyAssignor.assign([a], partitions);
    expect(show(first)).toEqual({ a: 't0 t1 t2 t3' });
    const both = [...after(first, [a], 1), b];
    const second = cooperativeStickyAssignor.assign(both, partitions);
    expect(show(second)).toEqual({ a: 't0 t1', b: '' });
    const third = cooperativeStickyAssignor.assign(after(second, both, 2), partitions);
    expect(show(third)).toEqual({ a: 't0 t1', b: 't2 t3' });
  });

  it('believes the newest claim, and of equal ones none', () => {
    const claim = (memberId: string, generationId: number): AssignorMember =>
      member(memberId, ['t'], { owned: [{ topic: 't', partition: 0 }], generationId });
    const one = counts({ t: 1 });
    expect(show(cooperativeStickyAssignor.assign([claim('a', 1), claim('b', 2)], one))).toEqual({
      a: '',
      b: '',
    });
    expect(show(balance([claim('a', 1), claim('b', 2)], one))).toEqual({ a: '', b: 't0' });
    expect(show(balance([claim('b', 1), claim('a', 1)], one))).toEqual({ a: 't0', b: '' });
  });
});

const anyGroup = fc.record({
  counts: fc.array(fc.nat({ max: 8 }), { minLength: 1, maxLength: 4 }),
  subscriptions: fc.array(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 5,
  }),
});

describe.each([rangeAssignor, cooperativeStickyAssignor])('the assignor $name', (assignor) => {
  it('gives every partition to one of those that want it, whoever comes and goes', () => {
    fc.assert(
      fc.property(anyGroup, fc.nat({ max: 4 }), (group, gone) => {
        const partitions = counts(
          Object.fromEntries(group.counts.map((count, index) => [`t${index}`, count])),
        );
        let members = group.subscriptions.map((topics, index) =>
          member(`m${index}`, [...new Set(topics.map((topic) => `t${topic % group.counts.length}`))]),
        );
        // A fresh group, then one of its members missing.
        for (const present of [members, members.filter((_, index) => index !== gone)]) {
          if (present.length === 0) return;
          members = present.map((each) => members.find(({ memberId }) => memberId === each.memberId) ?? each);
          let assignments: Assignments = new Map();
          for (let round = 1; round <= 3; round += 1) {
            assignments = assignor.assign(members, partitions);
            members = after(assignments, members, round);
          }
          const given = [...assignments].flatMap(([memberId, owned]) =>
            owned.map((at) => ({ memberId, at })),
          );
          const wanted = (at: TopicPartition): boolean =>
            members.some(({ topics }) => topics.includes(at.topic));
          const all = [...partitions].flatMap(([topic, count]) =>
            Array.from({ length: count }, (_, partition) => ({ topic, partition })),
          );
          expect(given.map(({ at }) => partitionKey(at)).sort()).toEqual(
            all.filter(wanted).map(partitionKey).sort(),
          );
          for (const { memberId, at } of given) {
            expect(members.find((each) => each.memberId === memberId)?.topics).toContain(at.topic);
          }
        }
      }),
    );
  });
});

describe('balance', () => {
  it('differs by one at most where all want the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat({ max: 20 }), (size, count) => {
        const members = Array.from({ length: size }, (_, index) => member(`m${index}`, ['t']));
        const loads = [...balance(members, counts({ t: count })).values()].map(({ length }) => length);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
