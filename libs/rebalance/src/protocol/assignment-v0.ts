import { WireReader, WireWriter } from '@millrace/kafka';
import { NOTHING, type WorkerAssignment } from '../types.ts';
import { readEntries, writeEntries } from './assignment-entries.ts';
import { checkVersion, decoding } from './protocol-error.ts';

/**
 * Assignment v0, the eager protocol's (SyncGroup member assignment):
 *
 *     version INT16 = 0, error INT16, leader STRING, leader-url STRING, config-offset INT64, assignment ARRAY(entry)
 *
 * `assigned` is the full assignment; there are no revocations and no delay.
 */
export function encodeAssignmentV0(assignment: WorkerAssignment): Buffer {
  const writer = new WireWriter();
  writer.int16(0);
  writeAssignmentHead(writer, assignment);
  return writer.finish();
}

/** Reads v0, and of newer versions what v0 has; throws RebalanceProtocolError. */
export function decodeAssignmentV0(bytes: Buffer): WorkerAssignment {
  return decoding('Assignment v0', () => {
    const reader = new WireReader(bytes);
    const version = checkVersion('Assignment v0', reader.int16());
    return { version, ...readAssignmentHead(reader), revoked: NOTHING, delayMs: 0 };
  });
}

/** The fields that all versions have, after the version. */
export function writeAssignmentHead(writer: WireWriter, assignment: WorkerAssignment): void {
  writer.int16(assignment.error);
  writer.string(assignment.leader ?? '').string(assignment.leaderUrl ?? '');
  writer.int64(assignment.configOffset);
  writeEntries(writer, assignment.assigned);
}

/** Reads what {@link writeAssignmentHead} writes. */
export function readAssignmentHead(
  reader: WireReader,
): Pick<WorkerAssignment, 'error' | 'leader' | 'leaderUrl' | 'configOffset' | 'assigned'> {
  return {
    error: reader.int16(),
    leader: reader.string(),
    leaderUrl: reader.string(),
    configOffset: Number(reader.bigint64()),
    assigned: readEntries(reader),
  };
}
