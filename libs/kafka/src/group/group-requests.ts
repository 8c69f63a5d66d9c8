import type { WireRequest } from '../client/kafka-client.ts';
import { WireReader, WireWriter } from '../client/wire.ts';
import type { GroupProtocol, JoinedMember } from './group-membership.ts';

/** The lane of requests that the broker answers only when a round is complete. */
export const GROUP_LANE = 'join';

/** Who a request speaks for. */
export interface MemberIdentity {
  readonly groupId: string;
  readonly generationId: number;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

export interface JoinResult {
  readonly error: number;
  readonly generationId: number;
  readonly protocol: string;
  readonly leaderId: string;
  readonly memberId: string;
  readonly members: readonly JoinedMember[];
}

export interface JoinOptions {
  readonly member: MemberIdentity;
  readonly protocolType: string;
  readonly protocols: readonly GroupProtocol[];
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  /** How long to wait for the answer. */
  readonly timeoutMs: number;
}

/** JoinGroup v5; answered when the round is complete. */
export function joinGroupRequest(options: JoinOptions): WireRequest<JoinResult> {
  const { member, protocolType, protocols, sessionTimeoutMs, rebalanceTimeoutMs, timeoutMs } = options;
  return {
    apiKey: 11,
    apiVersion: 5,
    apiName: 'JoinGroup',
    lane: GROUP_LANE,
    timeoutMs,
    encode: () => {
      const writer = new WireWriter(1024);
      writer.string(member.groupId).int32(sessionTimeoutMs).int32(rebalanceTimeoutMs);
      writer.string(member.memberId).string(member.groupInstanceId).string(protocolType);
      writer.array(protocols, ({ name, metadata }) => writer.string(name).bytes(metadata));
      return writer.finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      return {
        error: reader.int16(),
        generationId: reader.int32(),
        protocol: reader.string(),
        leaderId: reader.string(),
        memberId: reader.string(),
        members: reader.array(() => ({
          memberId: reader.string(),
          groupInstanceId: reader.nullableString(),
          metadata: reader.bytes(),
        })),
      };
    },
  };
}

/** SyncGroup v3; `assignments` is empty but for the leader. */
export function syncGroupRequest(
  member: MemberIdentity,
  assignments: ReadonlyMap<string, Buffer>,
  timeoutMs: number,
): WireRequest<{ readonly error: number; readonly assignment: Buffer }> {
  return {
    apiKey: 14,
    apiVersion: 3,
    apiName: 'SyncGroup',
    lane: GROUP_LANE,
    timeoutMs,
    encode: () => {
      const writer = new WireWriter(1024);
      writer
        .string(member.groupId)
        .int32(member.generationId)
        .string(member.memberId)
        .string(member.groupInstanceId);
      writer.array([...assignments], ([memberId, assignment]) => writer.string(memberId).bytes(assignment));
      return writer.finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      return { error: reader.int16(), assignment: reader.bytes() };
    },
  };
}

/** Heartbeat v3; answers the error code. */
export function heartbeatRequest(member: MemberIdentity, timeoutMs: number): WireRequest<number> {
  return {
    apiKey: 12,
    apiVersion: 3,
    apiName: 'Heartbeat',
    timeoutMs,
    encode: () =>
      new WireWriter()
        .string(member.groupId)
        .int32(member.generationId)
        .string(member.memberId)
        .string(member.groupInstanceId)
        .finish(),
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      return reader.int16();
    },
  };
}

/** LeaveGroup v3; a static member is named by its instance id, with an empty member id when that is not known. */
export function leaveGroupRequest(
  groupId: string,
  members: readonly { readonly memberId: string; readonly groupInstanceId: string | null }[],
): WireRequest<readonly number[]> {
  return {
    apiKey: 13,
    apiVersion: 3,
    apiName: 'LeaveGroup',
    encode: () => {
      const writer = new WireWriter();
      writer.string(groupId);
      writer.array(members, ({ memberId, groupInstanceId }) =>
        writer.string(memberId).string(groupInstanceId),
      );
      return writer.finish();
    },
    decode: (payload) => {
      const reader = new WireReader(payload);
      reader.int32(); // throttle time
      const error = reader.int16();
      const errors = reader.array(() => {
        reader.string(); // member id
        reader.nullableString(); // instance id
        return reader.int16();
      });
      return [error, ...errors];
    },
  };
}
