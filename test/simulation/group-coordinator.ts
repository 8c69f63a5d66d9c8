import { ErrorCode, type GroupDescription } from '@millrace/kafka';
import {
  emptyGroup,
  metadataFor,
  sameProtocols,
  selectProtocol,
  type GroupState,
  type Member,
} from './group-state.ts';
import type { JoinAnswer, JoinRequest, LeavingMember, MemberRequest, SyncRequest } from './group-wire.ts';
import type { Actor, World } from './world.ts';

/** A member that waits for its very first round is kept for so long, since it cannot send heartbeats. */
const NEW_MEMBER_TIMEOUT_MS = 300_000;
const NOTHING = Buffer.alloc(0);

/**
 * The broker's coordinator of one classic group (Kafka 4.3's GroupMetadataManager): JoinGroup, SyncGroup, Heartbeat, LeaveGroup,
 * static members, session, rebalance and sync time-outs, and what is left after a restart of the broker.
 */
export class GroupCoordinator implements Actor {
  readonly name = 'broker';
  frozen = false;
  dead = false;
  readonly #world: World;
  #group: GroupState = emptyGroup();
  /** What stands in __consumer_offsets: the group as of the last complete round. */
  #written: Pick<GroupState, 'generation' | 'protocol' | 'leader'> & { readonly members: readonly Member[] };
  /** Members whose seat another one has taken. */
  readonly takenOver = new Set<string>();
  #ids = 0;
  #corruptTo: number | null = null;
  #endRebalance: () => void = () => undefined;
  #endSync: () => void = () => undefined;

  constructor(world: World) {
    this.#world = world;
    this.#written = { generation: 0, protocol: '', leader: null, members: [] };
  }

  get phase(): string {
    return this.#group.phase;
  }

  get generation(): number {
    return this.#group.generation;
  }

  get leader(): string | null {
    return this.#group.leader;
  }

  get memberIds(): readonly string[] {
    return [...this.#group.members.keys()];
  }

  join(request: JoinRequest, clientId: string, answer: (answer: JoinAnswer) => void): void {
    const { memberId, instanceId } = request;
    if (memberId === '') {
      this.#joinUnknown(request, clientId, answer);
      return;
    }
    const endPending = this.#group.pending.get(memberId);
    if (endPending !== undefined) {
      endPending();
      this.#group.pending.delete(memberId);
      this.#add(request, memberId, answer);
      return;
    }
    const error = this.#validate({ memberId, instanceId });
    const member = this.#group.members.get(memberId);
    if (error !== ErrorCode.NONE || member === undefined) {
      answer(refusal(error, memberId));
      return;
    }
    this.#rejoin(member, request, answer);
  }

  sync(request: SyncRequest, answer: (error: number, assignment: Buffer) => void): void {
    const error = this.#validate(request);
    const member = this.#group.members.get(request.memberId);
    if (error !== ErrorCode.NONE || member === undefined) {
      answer(error, NOTHING);
      return;
    }
    if (request.generation !== this.#group.generation) {
      answer(ErrorCode.ILLEGAL_GENERATION, NOTHING);
      return;
    }
    switch (this.#group.phase) {
      case 'Empty':
        answer(ErrorCode.UNKNOWN_MEMBER_ID, NOTHING);
        return;
      case 'PreparingRebalance':
        answer(ErrorCode.REBALANCE_IN_PROGRESS, NOTHING);
        return;
      case 'CompletingRebalance':
        member.awaitingSync = answer;
        this.#group.unsynced.delete(member.id);
        if (member.id === this.#group.leader) {
          this.#stable(request.assignments);
        }
        return;
      case 'Stable':
        this.#group.unsynced.delete(member.id);
        answer(ErrorCode.NONE, member.assignment);
        this.#renewSession(member);
    }
  }

  heartbeat(request: MemberRequest): number {
    const error = this.#validate(request);
    const member = this.#group.members.get(request.memberId);
    if (error !== ErrorCode.NONE || member === undefined) {
      return error;
    }
    if (request.generation !== this.#group.generation) {
      return ErrorCode.ILLEGAL_GENERATION;
    }
    this.#renewSession(member);
    return this.#group.phase === 'PreparingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
  }

  leave(members: readonly LeavingMember[]): readonly number[] {
    return members.map(({ memberId, instanceId }) => {
      const endPending = this.#group.pending.get(memberId);
      if (endPending !== undefined) {
        endPending();
        this.#group.pending.delete(memberId);
        this.#maybeComplete();
        return ErrorCode.NONE;
      }
      const id = memberId === '' ? (this.#seat(instanceId)?.id ?? '') : memberId;
      const error = this.#validate({ memberId: id, instanceId });
      const member = this.#group.members.get(id);
      if (error !== ErrorCode.NONE || member === undefined) {
        return error;
      }
      this.#world.note(`broker: ${id} leaves`);
      this.#remove(member);
      return ErrorCode.NONE;
    });
  }

  describe(groupId: string): GroupDescription {
    const { phase, protocol, members } = this.#group;
    return {
      groupId,
      state: phase,
      protocolType: members.size === 0 ? '' : 'connect',
      protocol,
      members: [...members.values()].map((member) => ({
        memberId: member.id,
        groupInstanceId: member.instanceId,
        clientId: '',
        clientHost: '/sim',
        metadata: metadataFor(member, protocol),
        assignment: member.assignment,
      })),
    };
  }

  /** One member of the next round gets no more than so many bytes of its assignment. */
  corruptNextAssignment(bytes: number): void {
    this.#corruptTo = bytes;
  }

  /** The broker starts again: it knows of the group what it had written, and gives everyone a new session. */
  restart(): void {
    for (const member of this.#group.members.values()) {
      member.endSession();
    }
    for (const end of [...this.#group.pending.values(), this.#endRebalance, this.#endSync]) {
      end();
    }
    const { members, ...head } = this.#written;
    const group: GroupState = { ...emptyGroup(), ...head, phase: members.length === 0 ? 'Empty' : 'Stable' };
    this.#group = group;
    for (const written of members) {
      const member = { ...written, awaitingJoin: null, awaitingSync: null, isNew: false };
      group.members.set(member.id, member);
      this.#renewSession(member);
    }
    this.#world.note(
      `broker: back with generation ${group.generation} of ${[...group.members.keys()].join(', ')}`,
    );
  }

  #joinUnknown(request: JoinRequest, clientId: string, answer: (answer: JoinAnswer) => void): void {
    const id = `${request.instanceId ?? clientId}-${(this.#ids += 1)}`;
    if (request.instanceId === null) {
      const end = this.#world.after(this, request.sessionTimeoutMs, () => {
        this.#group.pending.delete(id);
        this.#maybeComplete();
      });
      this.#group.pending.set(id, end);
      answer(refusal(ErrorCode.MEMBER_ID_REQUIRED, id));
      return;
    }
    const old = this.#seat(request.instanceId);
    if (old === undefined) {
      this.#add(request, id, answer);
      return;
    }
    this.#replace(old, id, request, answer);
  }

  /** A static member that comes back without its id takes its own seat; whoever sat there is fenced. */
  #replace(old: Member, id: string, request: JoinRequest, answer: (answer: JoinAnswer) => void): void {
    const group = this.#group;
    const leader = group.leader ?? '';
    this.#world.note(`broker: ${id} takes the seat of ${old.id}`);
    this.takenOver.add(old.id);
    old.awaitingJoin?.(refusal(ErrorCode.FENCED_INSTANCE_ID, old.id));
    old.awaitingSync?.(ErrorCode.FENCED_INSTANCE_ID, NOTHING);
    old.endSession();
    group.members.delete(old.id);
    group.unsynced.delete(old.id);
    const member = { ...old, id, protocols: request.protocols, awaitingJoin: answer, awaitingSync: null };
    group.members.set(id, member);
    if (group.leader === old.id) {
      group.leader = id;
    }
    this.#renewSession(member);
    if (group.phase === 'PreparingRebalance') {
      this.#maybeComplete();
    } else if (group.phase === 'Stable' && selectProtocol([...group.members.values()]) === group.protocol) {
      this.#write();
      this.#answerJoin(member, { leader, members: [] });
    } else {
      this.#prepare(`${id} came back`);
    }
  }

  #rejoin(member: Member, request: JoinRequest, answer: (answer: JoinAnswer) => void): void {
    const { phase, leader } = this.#group;
    const same = sameProtocols(member.protocols, request.protocols);
    const leads = member.id === leader;
    member.awaitingJoin = answer;
    if ((phase === 'Stable' && same && !leads) || (phase === 'CompletingRebalance' && same)) {
      this.#answerJoin(member, {
        leader: leader ?? '',
        members: phase === 'Stable' ? [] : this.#membersFor(member),
      });
      return;
    }
    member.protocols = request.protocols;
    if (phase === 'PreparingRebalance') {
      this.#maybeComplete();
    } else {
      this.#prepare(`${member.id} joins again`);
    }
  }

  #add(request: JoinRequest, id: string, answer: (answer: JoinAnswer) => void): void {
    const { instanceId, sessionTimeoutMs, rebalanceTimeoutMs, protocols } = request;
    const member: Member = {
      id,
      instanceId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      protocols,
      assignment: NOTHING,
      awaitingJoin: answer,
      awaitingSync: null,
      isNew: true,
      endSession: () => undefined,
    };
    this.#group.members.set(id, member);
    this.#group.leader ??= id;
    this.#renewSession(member, NEW_MEMBER_TIMEOUT_MS);
    if (this.#group.phase === 'PreparingRebalance') {
      this.#maybeComplete();
    } else {
      this.#prepare(`${id} joins`);
    }
  }

  #prepare(reason: string): void {
    const group = this.#group;
    this.#world.note(`broker: rebalance of generation ${group.generation}: ${reason}`);
    this.#endSync();
    for (const member of group.members.values()) {
      if (group.phase === 'CompletingRebalance') {
        member.assignment = NOTHING;
      }
      member.awaitingSync?.(ErrorCode.REBALANCE_IN_PROGRESS, NOTHING);
      member.awaitingSync = null;
    }
    group.phase = 'PreparingRebalance';
    this.#awaitJoins();
    this.#maybeComplete();
  }

  #awaitJoins(): void {
    const limit = Math.max(
      0,
      ...[...this.#group.members.values()].map((member) => member.rebalanceTimeoutMs),
    );
    this.#endRebalance = this.#world.after(this, limit, () => {
      this.#complete();
    });
  }

  #maybeComplete(): void {
    const { phase, members, pending } = this.#group;
    const all = [...members.values()].every(({ awaitingJoin }) => awaitingJoin !== null);
    if (phase === 'PreparingRebalance' && all && pending.size === 0) {
      this.#complete();
    }
  }

  #complete(): void {
    const group = this.#group;
    this.#endRebalance();
    for (const member of [...group.members.values()]) {
      // Static members stay until their session is over.
      if (member.awaitingJoin === null && member.instanceId === null) {
        this.#world.note(`broker: ${member.id} did not join in time`);
        this.#drop(member);
      }
    }
    const joined = [...group.members.values()].find(({ awaitingJoin }) => awaitingJoin !== null);
    if (group.members.size > 0 && joined === undefined) {
      this.#awaitJoins();
      return;
    }
    group.generation += 1;
    if (joined === undefined) {
      Object.assign(group, { phase: 'Empty', protocol: '', leader: null });
      this.#write();
      return;
    }
    const leader = group.members.get(group.leader ?? '');
    if (leader === undefined || leader.awaitingJoin === null) {
      group.leader = joined.id;
    }
    group.protocol = selectProtocol([...group.members.values()]);
    group.phase = 'CompletingRebalance';
    this.#world.note(
      `broker: generation ${group.generation}, leader ${group.leader ?? ''}, members ${this.memberIds.join(', ')}`,
    );
    for (const member of group.members.values()) {
      group.unsynced.add(member.id);
      member.isNew = false;
      this.#answerJoin(member, { leader: group.leader ?? '', members: this.#membersFor(member) });
    }
    this.#awaitSyncs();
  }

  #awaitSyncs(): void {
    const { members, generation } = this.#group;
    const limit = Math.max(...[...members.values()].map((member) => member.rebalanceTimeoutMs));
    this.#endSync();
    this.#endSync = this.#world.after(this, limit, () => {
      const late = [...this.#group.unsynced].flatMap((id) => this.#group.members.get(id) ?? []);
      if (this.#group.generation === generation) {
        for (const member of late) {
          this.#world.note(`broker: ${member.id} did not synchronise in time`);
          this.#remove(member);
        }
      }
    });
  }

  #stable(assignments: ReadonlyMap<string, Buffer>): void {
    this.#group.phase = 'Stable';
    for (const member of this.#group.members.values()) {
      member.assignment = assignments.get(member.id) ?? NOTHING;
    }
    const unlucky = [...this.#group.members.values()].at(-1);
    if (this.#corruptTo !== null && unlucky !== undefined) {
      this.#world.note(`broker: the assignment of ${unlucky.id} is cut to ${this.#corruptTo} bytes`);
      unlucky.assignment = unlucky.assignment.subarray(0, this.#corruptTo);
      this.#corruptTo = null;
    }
    this.#write();
    for (const member of this.#group.members.values()) {
      if (member.awaitingSync !== null) {
        member.awaitingSync(ErrorCode.NONE, member.assignment);
        member.awaitingSync = null;
        this.#renewSession(member);
      }
    }
  }

  #answerJoin(member: Member, told: Pick<JoinAnswer, 'leader' | 'members'>): void {
    const { generation, protocol } = this.#group;
    member.awaitingJoin?.({ error: ErrorCode.NONE, generation, protocol, memberId: member.id, ...told });
    member.awaitingJoin = null;
    this.#renewSession(member);
  }

  #membersFor(member: Member): JoinAnswer['members'] {
    const { leader, members, protocol } = this.#group;
    return member.id === leader
      ? [...members.values()].map((each) => ({
          id: each.id,
          instanceId: each.instanceId,
          metadata: metadataFor(each, protocol),
        }))
      : [];
  }

  #renewSession(member: Member, ms = member.sessionTimeoutMs): void {
    member.endSession();
    member.endSession = this.#world.after(this, ms, () => {
      const waits = !member.isNew && (member.awaitingJoin !== null || member.awaitingSync !== null);
      if (!waits) {
        this.#world.note(`broker: the session of ${member.id} is over`);
        this.#remove(member);
      }
    });
  }

  /** Takes a member out, and makes the others agree anew. */
  #remove(member: Member): void {
    this.#drop(member);
    if (this.#group.phase === 'Stable' || this.#group.phase === 'CompletingRebalance') {
      this.#prepare(`${member.id} is gone`);
    } else {
      this.#maybeComplete();
    }
  }

  #drop(member: Member): void {
    const { members, unsynced } = this.#group;
    member.endSession();
    member.awaitingJoin?.(refusal(ErrorCode.UNKNOWN_MEMBER_ID, ''));
    member.awaitingJoin = null;
    members.delete(member.id);
    unsynced.delete(member.id);
    if (this.#group.leader === member.id) {
      this.#group.leader = [...members.keys()][0] ?? null;
    }
  }

  #seat(instanceId: string | null): Member | undefined {
    return instanceId === null
      ? undefined
      : [...this.#group.members.values()].find((member) => member.instanceId === instanceId);
  }

  #validate({ memberId, instanceId }: LeavingMember): number {
    const seat = this.#seat(instanceId);
    if (seat !== undefined && seat.id !== memberId) {
      return ErrorCode.FENCED_INSTANCE_ID;
    }
    return this.#group.members.has(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
  }

  #write(): void {
    const { generation, protocol, leader, members } = this.#group;
    this.#written = {
      generation,
      protocol,
      leader,
      members: [...members.values()].map((member) => ({ ...member })),
    };
  }
}

function refusal(error: number, memberId: string): JoinAnswer {
  return { error, generation: -1, protocol: '', leader: '', memberId, members: [] };
}
