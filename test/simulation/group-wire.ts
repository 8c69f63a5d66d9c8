import { WireReader, WireWriter } from '@millrace/kafka';

/** The broker's side of the group requests that libs/kafka sends: JoinGroup v5, SyncGroup, Heartbeat and LeaveGroup v3. */
export const ApiKey = { HEARTBEAT: 12, JOIN_GROUP: 11, LEAVE_GROUP: 13, SYNC_GROUP: 14 } as const;

export interface Protocol {
  readonly name: string;
  readonly metadata: Buffer;
}

export interface JoinRequest {
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly protocols: readonly Protocol[];
}

export interface JoinAnswer {
  readonly error: number;
  readonly generation: number;
  readonly protocol: string;
  readonly leader: string;
  readonly memberId: string;
  readonly members: readonly {
    readonly id: string;
    readonly instanceId: string | null;
    readonly metadata: Buffer;
  }[];
}

/** Who a Heartbeat or SyncGroup speaks for. */
export interface MemberRequest {
  readonly generation: number;
  readonly memberId: string;
  readonly instanceId: string | null;
}

export interface SyncRequest extends MemberRequest {
  readonly assignments: ReadonlyMap<string, Buffer>;
}

export type LeavingMember = Pick<MemberRequest, 'memberId' | 'instanceId'>;

export function readJoin(bytes: Buffer): JoinRequest {
  const reader = new WireReader(bytes);
  reader.string(); // group id
  const [sessionTimeoutMs, rebalanceTimeoutMs] = [reader.int32(), reader.int32()];
  const [memberId, instanceId] = [reader.string(), reader.nullableString()];
  reader.string(); // protocol type
  const protocols = reader.array(() => ({ name: reader.string(), metadata: Buffer.from(reader.bytes()) }));
  return { sessionTimeoutMs, rebalanceTimeoutMs, memberId, instanceId, protocols };
}

export function writeJoinAnswer(answer: JoinAnswer): Buffer {
  const writer = new WireWriter(1024).int32(0).int16(answer.error).int32(answer.generation);
  writer.string(answer.protocol).string(answer.leader).string(answer.memberId);
  writer.array(answer.members, ({ id, instanceId, metadata }) => {
    writer.string(id).string(instanceId).bytes(metadata);
  });
  return Buffer.from(writer.finish());
}

export function readSync(bytes: Buffer): SyncRequest {
  const reader = new WireReader(bytes);
  reader.string(); // group id
  const member = {
    generation: reader.int32(),
    memberId: reader.string(),
    instanceId: reader.nullableString(),
  };
  const assignments = reader.array(() => [reader.string(), Buffer.from(reader.bytes())] as const);
  return { ...member, assignments: new Map(assignments) };
}

export function writeSyncAnswer(error: number, assignment: Buffer): Buffer {
  return Buffer.from(new WireWriter().int32(0).int16(error).bytes(assignment).finish());
}

export function readHeartbeat(bytes: Buffer): MemberRequest {
  const reader = new WireReader(bytes);
  reader.string(); // group id
  return { generation: reader.int32(), memberId: reader.string(), instanceId: reader.nullableString() };
}

export function writeHeartbeatAnswer(error: number): Buffer {
  return Buffer.from(new WireWriter().int32(0).int16(error).finish());
}

export function readLeave(bytes: Buffer): readonly LeavingMember[] {
  const reader = new WireReader(bytes);
  reader.string(); // group id
  return reader.array(() => ({ memberId: reader.string(), instanceId: reader.nullableString() }));
}

export function writeLeaveAnswer(errors: readonly number[]): Buffer {
  const writer = new WireWriter().int32(0).int16(0);
  writer.array(errors, (error) => writer.string('').string(null).int16(error));
  return Buffer.from(writer.finish());
}
