import { fixture } from '@millrace/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NOTHING,
  RebalanceProtocolError,
  decodeAssignmentV0,
  decodeAssignmentV1,
  decodeMetadataV0,
  decodeMetadataV1,
  encodeAssignmentV0,
  encodeAssignmentV1,
  encodeMetadataV0,
  encodeMetadataV1,
  joinProtocols,
  type ConnectProtocol,
  type WorkerAssignment,
  type WorkerMetadata,
} from '../../src/index.ts';

/** An assignment as the JVM's own decoder shows it; the eager one has no version and no revocations. */
interface JvmAssignment {
  readonly version?: number;
  readonly error: number;
  readonly leader: string | null;
  readonly leaderUrl: string | null;
  readonly configOffset: number;
  readonly connectorIds: readonly string[];
  readonly taskIds: readonly { readonly connector: string; readonly task: number }[];
  readonly revokedConnectorIds?: readonly string[];
  readonly revokedTaskIds?: readonly { readonly connector: string; readonly task: number }[];
  readonly delay?: number;
}

interface JvmMetadata {
  readonly version: number;
  readonly url: string;
  readonly configOffset: number;
  readonly assignment?: JvmAssignment;
}

interface Vector {
  readonly name: string;
  readonly kind: string;
  readonly protocol: ConnectProtocol;
  readonly hex: string;
  readonly value: unknown;
}

interface LiveMember {
  readonly metadata: string;
  readonly assignment: string;
}

interface Fixture {
  readonly vectors: readonly Vector[];
  readonly live: Readonly<Record<string, readonly { readonly members: readonly LiveMember[] }[] | string>>;
}

const { vectors, live } = fixture('group-protocol.json') as Fixture;

function vectorsOf(kind: string): readonly [string, Vector][] {
  return vectors.filter((vector) => vector.kind === kind).map((vector) => [vector.name, vector]);
}

function fromJvm(value: JvmAssignment, version: number): WorkerAssignment {
  return {
    version,
    error: value.error,
    leader: value.leader,
    leaderUrl: value.leaderUrl,
    configOffset: value.configOffset,
    assigned: { connectors: value.connectorIds, tasks: value.taskIds },
    revoked: { connectors: value.revokedConnectorIds ?? [], tasks: value.revokedTaskIds ?? [] },
    delayMs: value.delay ?? 0,
  };
}

/** The JVM shows a null allocation as an assignment of offset -1. */
function metadataFromJvm(value: JvmMetadata): WorkerMetadata {
  const { version, url, configOffset, assignment } = value;
  const allocation =
    assignment === undefined || assignment.configOffset === -1
      ? null
      : fromJvm(assignment, assignment.version ?? version);
  return { version, url, configOffset, allocation };
}

const eagerReader = (vector: Vector): boolean =>
  vector.protocol === 'eager' ? !vector.name.includes('v1/v2 decoder') : vector.name.includes('v0 decoder');

describe("the JVM's metadata, byte for byte", () => {
  it.each(vectorsOf('metadata'))('%s', (_name, vector) => {
    const value = metadataFromJvm(vector.value as JvmMetadata);
    const eager = vector.protocol === 'eager';
    expect((eager ? encodeMetadataV0(value) : encodeMetadataV1(value)).toString('hex')).toBe(vector.hex);
    const bytes = Buffer.from(vector.hex, 'hex');
    expect(eager ? decodeMetadataV0(bytes) : decodeMetadataV1(bytes)).toEqual(value);
  });

  it.each(vectorsOf('metadata-decode-only'))('%s', (_name, vector) => {
    expect(decodeMetadataV1(Buffer.from(vector.hex, 'hex'))).toEqual(
      metadataFromJvm(vector.value as JvmMetadata),
    );
  });

  it.each(vectorsOf('joinProtocols'))('%s', (_name, vector) => {
    const metadata = { url: 'http://127.0.0.1:8083/', configOffset: 42, allocation: null };
    const offered = joinProtocols(vector.protocol, metadata).map((protocol) => ({
      name: protocol.name,
      base64: protocol.metadata.toString('base64'),
    }));
    expect(offered).toEqual(vector.value);
  });
});

describe("the JVM's assignments, byte for byte", () => {
  it.each(vectorsOf('assignment'))('%s', (_name, vector) => {
    const bytes = Buffer.from(vector.hex, 'hex');
    const version = bytes.readInt16BE();
    const value = fromJvm(vector.value as JvmAssignment, version);
    expect(eagerReader(vector) ? decodeAssignmentV0(bytes) : decodeAssignmentV1(bytes)).toEqual(value);
    const whole = decodeAssignmentV1(bytes);
    expect((version === 0 ? encodeAssignmentV0(whole) : encodeAssignmentV1(whole)).toString('hex')).toBe(
      vector.hex,
    );
  });

  it.each(vectorsOf('assignment-decode-only'))('%s', (_name, vector) => {
    const value = fromJvm(vector.value as JvmAssignment, 2);
    expect(decodeAssignmentV1(Buffer.from(vector.hex, 'hex'))).toEqual(value);
  });

  it('re-encodes what a live JVM cluster had in its group', () => {
    const members = Object.values(live)
      .flatMap((snapshots) => (typeof snapshots === 'string' ? [] : snapshots))
      .flatMap((snapshot) => snapshot.members);
    const metadataAgain = (bytes: Buffer): Buffer => {
      const metadata = decodeMetadataV1(bytes);
      return metadata.version === 0 ? encodeMetadataV0(metadata) : encodeMetadataV1(metadata);
    };
    const assignmentAgain = (bytes: Buffer): Buffer => {
      const assignment = decodeAssignmentV1(bytes);
      return assignment.version === 0 ? encodeAssignmentV0(assignment) : encodeAssignmentV1(assignment);
    };
    const blobs = members.flatMap(({ metadata, assignment }) => [
      { bytes: Buffer.from(metadata, 'base64'), again: metadataAgain },
      { bytes: Buffer.from(assignment, 'base64'), again: assignmentAgain },
    ]);
    const written = blobs.filter(({ bytes }) => bytes.length > 0);
    expect(written.length).toBeGreaterThan(10);
    for (const { bytes, again } of written) {
      expect(again(bytes).toString('base64')).toBe(bytes.toString('base64'));
    }
  });
});

describe('bytes that are not what they should be', () => {
  const assignment: WorkerAssignment = {
    version: 2,
    error: 0,
    leader: 'worker-1-uuid',
    leaderUrl: 'http://worker-1:8083/',
    configOffset: 7,
    assigned: { connectors: ['a'], tasks: [{ connector: 'a', task: 0 }] },
    revoked: NOTHING,
    delayMs: 9,
  };
  const metadata: WorkerMetadata = {
    version: 2,
    url: 'http://w:1/',
    configOffset: 7,
    allocation: assignment,
  };

  it('reads a version it does not know by the newest schema it knows', () => {
    const bytes = Buffer.concat([encodeAssignmentV1({ ...assignment, version: 7 }), Buffer.from('more')]);
    expect(decodeAssignmentV1(bytes)).toEqual({ ...assignment, version: 7 });
    expect(decodeMetadataV1(encodeMetadataV1({ ...metadata, version: 7 })).allocation?.version).toBe(7);
  });

  it('refuses a negative version', () => {
    const bytes = encodeAssignmentV1({ ...assignment, version: -1 });
    expect(() => decodeAssignmentV1(bytes)).toThrow(RebalanceProtocolError);
    expect(() => decodeAssignmentV0(bytes)).toThrow('Assignment v0 has version -1; it must not be negative');
    expect(() => decodeMetadataV1(encodeMetadataV1({ ...metadata, version: -3, allocation: null }))).toThrow(
      RebalanceProtocolError,
    );
  });

  it('refuses a task number below -1', () => {
    const tasks = [{ connector: 'a', task: -2 }];
    const bytes = encodeAssignmentV1({ ...assignment, assigned: { connectors: [], tasks } });
    expect(() => decodeAssignmentV1(bytes)).toThrow('Connector a has a task -2; tasks are numbered from 0');
  });

  it('refuses bytes that end inside a field, and takes those that end between the last ones', () => {
    const whole = encodeAssignmentV1(assignment);
    for (let length = 0; length < whole.length; length += 1) {
      const cut = whole.subarray(0, length);
      if (length === whole.length - 4 || length === whole.length - 8) {
        expect(decodeAssignmentV1(cut).delayMs).toBe(0);
      } else {
        expect(() => decodeAssignmentV1(cut)).toThrow(RebalanceProtocolError);
      }
    }
  });

  it('answers garbage with a value or a RebalanceProtocolError, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
        for (const decode of [decodeAssignmentV0, decodeAssignmentV1, decodeMetadataV0, decodeMetadataV1]) {
          try {
            decode(Buffer.from(garbage));
          } catch (error) {
            expect(error).toBeInstanceOf(RebalanceProtocolError);
          }
        }
      }),
    );
  });
});
