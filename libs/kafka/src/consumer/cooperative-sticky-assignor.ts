import { Buffer } from 'node:buffer';
import type { TopicPartition } from '../client/kafka-client.ts';
import {
  type Assignments,
  type Assignor,
  type AssignorMember,
  compareMembers,
  type PartitionCounts,
} from './assignor.ts';
import { comparePartitions, compareText, partitionKey } from '../client/topic-partitions.ts';

/**
 * Balanced, and members keep what they own as far as balance allows (KIP-429). A partition that changes hands is left
 * out for one round: its owner sees that, gives it up and rejoins, and only then does the new owner get it.
 */
export const cooperativeStickyAssignor: Assignor = {
  name: 'cooperative-sticky',
  cooperative: true,
  userData: (generationId) => {
    // Leaders from before version 2 of the subscription read the generation from here.
    const data = Buffer.alloc(4);
    data.writeInt32BE(generationId);
    return data;
  },
  assign: (members, counts) => withholdTransfers(members, balance(members, counts)),
};

/** The end state that rounds work towards: every partition of a subscribed topic with one member. */
export function balance(members: readonly AssignorMember[], counts: PartitionCounts): Assignments {
  const board = new Board(members, counts);
  const claimed = claims(members);
  const free: TopicPartition[] = [];
  for (const [topic, count] of counts) {
    for (let partition = 0; partition < count; partition += 1) {
      const owner = claimed.get(partitionKey({ topic, partition }));
      if (owner === undefined || !board.mayHave(owner, topic)) {
        free.push({ topic, partition });
      } else {
        board.give(owner, { topic, partition });
      }
    }
  }
  board.distribute(free);
  board.level();
  return board.assignments();
}

/** Who owns which partition: of several claims the one of the newest generation, of equal ones none. */
function claims(members: readonly AssignorMember[]): Map<string, string> {
  const best = new Map<string, { readonly generationId: number; readonly owner: string | null }>();
  for (const { memberId, generationId, owned } of members) {
    for (const partition of owned) {
      const key = partitionKey(partition);
      const rival = best.get(key);
      if (rival === undefined || generationId > rival.generationId) {
        best.set(key, { generationId, owner: memberId });
      } else if (generationId === rival.generationId) {
        best.set(key, { generationId, owner: null });
      }
    }
  }
  const owners = new Map<string, string>();
  for (const [key, { owner }] of best) {
    if (owner !== null) {
      owners.set(key, owner);
    }
  }
  return owners;
}

/** Takes out what somebody else still holds. */
function withholdTransfers(members: readonly AssignorMember[], target: Assignments): Assignments {
  const holders = new Map<string, string[]>();
  for (const { memberId, owned } of members) {
    for (const partition of owned) {
      const key = partitionKey(partition);
      holders.set(key, [...(holders.get(key) ?? []), memberId]);
    }
  }
  return new Map(
    [...target].map(([memberId, partitions]) => [
      memberId,
      partitions.filter((at) => (holders.get(partitionKey(at)) ?? []).every((holder) => holder === memberId)),
    ]),
  );
}

class Board {
  readonly #held: Map<string, TopicPartition[]>;
  /** Members that subscribe to a topic, in Java's order. */
  readonly #eligible = new Map<string, readonly string[]>();
  readonly #subscriptions: Map<string, ReadonlySet<string>>;

  constructor(members: readonly AssignorMember[], counts: PartitionCounts) {
    const ordered = [...members].sort(compareMembers);
    this.#held = new Map(ordered.map(({ memberId }) => [memberId, []]));
    this.#subscriptions = new Map(ordered.map(({ memberId, topics }) => [memberId, new Set(topics)]));
    for (const topic of counts.keys()) {
      const eligible = ordered
        .map(({ memberId }) => memberId)
        .filter((memberId) => this.mayHave(memberId, topic));
      this.#eligible.set(topic, eligible);
    }
  }

  mayHave(memberId: string, topic: string): boolean {
    return this.#subscriptions.get(memberId)?.has(topic) ?? false;
  }

  give(memberId: string, partition: TopicPartition): void {
    this.#held.get(memberId)?.push(partition);
  }

  /** Each to the member with the least; the choosiest topics first, since their partitions have the fewest places. */
  distribute(free: readonly TopicPartition[]): void {
    const choices = (topic: string): number => this.#eligible.get(topic)?.length ?? 0;
    const ordered = [...free].sort(
      (a, b) =>
        choices(a.topic) - choices(b.topic) || compareText(a.topic, b.topic) || a.partition - b.partition,
    );
    for (const partition of ordered) {
      const taker = this.#leastLoaded(partition.topic);
      if (taker !== null) {
        this.give(taker, partition);
      }
    }
  }

  /** Moves partitions from fuller to emptier members until no single move makes it more even. */
  level(): void {
    let moved = true;
    while (moved) {
      moved = false;
      const fullest = [...this.#held.keys()].sort((a, b) => this.#load(b) - this.#load(a));
      for (const giver of fullest) {
        moved = this.#relieve(giver) || moved;
      }
    }
  }

  assignments(): Assignments {
    return new Map(
      [...this.#held].map(([memberId, partitions]) => [memberId, partitions.sort(comparePartitions)]),
    );
  }

  #relieve(giver: string): boolean {
    const kept: TopicPartition[] = [];
    const held = this.#held.get(giver) ?? [];
    let load = held.length;
    // From the end: what was given last was not owned before.
    for (const partition of held.toReversed()) {
      const taker = this.#leastLoaded(partition.topic);
      if (taker !== null && load - this.#load(taker) >= 2) {
        this.give(taker, partition);
        load -= 1;
      } else {
        kept.push(partition);
      }
    }
    this.#held.set(giver, kept.reverse());
    return kept.length < held.length;
  }

  #leastLoaded(topic: string): string | null {
    let least: string | null = null;
    for (const memberId of this.#eligible.get(topic) ?? []) {
      if (least === null || this.#load(memberId) < this.#load(least)) {
        least = memberId;
      }
    }
    return least;
  }

  #load(memberId: string): number {
    return this.#held.get(memberId)?.length ?? 0;
  }
}
