import { WireReader, WireWriter } from '@millrace/kafka';
import { NOTHING, type WorkerAssignment } from '../types.ts';
import { readAssignmentHead, writeAssignmentHead } from './assignment-v0.ts';
import { readEntries, writeEntries } from './assignment-entries.ts';
import { checkVersion, decoding } from './protocol-error.ts';

/**
 * Assignment v1 and v2, the incremental cooperative protocol's (SyncGroup member assignment, and the `allocation` of
 * metadata v1 and v2, KIP-415):
 *
 *     version INT16 = 1 | 2, error INT16, leader STRING, leader-url STRING, config-offset INT64,
 *     assignment ARRAY?(entry), revoked ARRAY?(entry), delay INT32 ms
 *
 * As a SyncGroup assignment, `assigned` holds only what is new to the member; as an allocation, all that it has.
 */
export function encodeAssignmentV1(assignment: WorkerAssignment): Buffer {
  const writer = new WireWriter();
  writer.int16(assignment.version);
  writeAssignmentHead(writer, assignment);
  writeEntries(writer, assignment.revoked);
  writer.int32(assignment.delayMs);
  return writer.finish();
}

/** Reads v0 to v2 and newer; what is missing at the end has its default. Throws RebalanceProtocolError. */
export function decodeAssignmentV1(bytes: Buffer): WorkerAssignment {
  return decoding('Assignment', () => {
    const reader = new WireReader(bytes);
    const version = checkVersion('Assignment', reader.int16());
    const head = readAssignmentHead(reader);
    const revoked = reader.remaining > 0 ? readEntries(reader) : NOTHING;
    const delayMs = reader.remaining > 0 ? reader.int32() : 0;
    return { version, ...head, revoked, delayMs };
  });
}
