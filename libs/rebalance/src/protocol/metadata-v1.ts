import { WireReader, WireWriter } from '@millrace/kafka';
import type { WorkerMetadata } from '../types.ts';
import { decodeAssignmentV1, encodeAssignmentV1 } from './assignment-v1.ts';
import { checkVersion, decoding } from './protocol-error.ts';

/**
 * Metadata v1 and v2, the incremental cooperative protocol's (JoinGroup protocol metadata, KIP-415):
 *
 *     version INT16 = 1 | 2, url STRING, config-offset INT64, allocation BYTES?
 *
 * `allocation` is the member's whole current assignment as {@link encodeAssignmentV1} writes it; null for a member that has
 * not been given any yet.
 */
export function encodeMetadataV1(metadata: WorkerMetadata): Buffer {
  const { version, url, configOffset, allocation } = metadata;
  return new WireWriter()
    .int16(version)
    .string(url)
    .int64(configOffset)
    .bytes(allocation === null ? null : encodeAssignmentV1({ ...allocation, version }))
    .finish();
}

/** Reads v0 to v2 and newer; a missing allocation is null. Throws RebalanceProtocolError. */
export function decodeMetadataV1(bytes: Buffer): WorkerMetadata {
  return decoding('Metadata', () => {
    const reader = new WireReader(bytes);
    const version = checkVersion('Metadata', reader.int16());
    const url = reader.string();
    const configOffset = Number(reader.bigint64());
    const allocation = reader.remaining > 0 ? reader.nullableBytes() : null;
    return {
      version,
      url,
      configOffset,
      allocation: allocation === null ? null : decodeAssignmentV1(allocation),
    };
  });
}
