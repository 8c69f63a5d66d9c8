import type { JoinAnswer, Protocol } from './group-wire.ts';

export interface Member {
  id: string;
  readonly instanceId: string | null;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  protocols: readonly Protocol[];
  assignment: Buffer;
  /** Answers the JoinGroup that waits for the round; null when none does. */
  awaitingJoin: ((answer: JoinAnswer) => void) | null;
  awaitingSync: ((error: number, assignment: Buffer) => void) | null;
  /** Has not been through a round yet. */
  isNew: boolean;
  endSession: () => void;
}

export type GroupPhase = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

/** What a broker keeps of a classic group. */
export interface GroupState {
  phase: GroupPhase;
  generation: number;
  protocol: string;
  leader: string | null;
  readonly members: Map<string, Member>;
  /** Ids given to dynamic members that have not come back with them. */
  readonly pending: Map<string, () => void>;
  /** Members of the round that have not synchronised. */
  readonly unsynced: Set<string>;
}

export function emptyGroup(): GroupState {
  return {
    phase: 'Empty',
    generation: 0,
    protocol: '',
    leader: null,
    members: new Map(),
    pending: new Map(),
    unsynced: new Set(),
  };
}

/** The protocol that all members offer and most of them like best. */
export function selectProtocol(members: readonly Member[]): string {
  const common = (members[0]?.protocols ?? [])
    .map(({ name }) => name)
    .filter((name) => members.every(({ protocols }) => protocols.some((offered) => offered.name === name)));
  const votes = new Map<string, number>();
  for (const { protocols } of members) {
    const vote = protocols.find(({ name }) => common.includes(name))?.name;
    if (vote !== undefined) {
      votes.set(vote, (votes.get(vote) ?? 0) + 1);
    }
  }
  return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

export function sameProtocols(a: readonly Protocol[], b: readonly Protocol[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, metadata }, index) => {
      const other = b[index];
      return other !== undefined && name === other.name && metadata.equals(other.metadata);
    })
  );
}

export function metadataFor({ protocols }: Member, protocol: string): Buffer {
  return protocols.find(({ name }) => name === protocol)?.metadata ?? Buffer.alloc(0);
}
