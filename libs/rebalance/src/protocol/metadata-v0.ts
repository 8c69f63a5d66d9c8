import { WireReader, WireWriter } from '@millrace/kafka';
import type { WorkerMetadata } from '../types.ts';
import { checkVersion, decoding } from './protocol-error.ts';

/**
 * Metadata v0, the eager protocol's (JoinGroup protocol metadata):
 *
 *     version INT16 = 0, url STRING, config-offset INT64
 */
export function encodeMetadataV0(metadata: Pick<WorkerMetadata, 'url' | 'configOffset'>): Buffer {
  return new WireWriter().int16(0).string(metadata.url).int64(metadata.configOffset).finish();
}

/** Reads v0, and of newer versions what v0 has; throws RebalanceProtocolError. */
export function decodeMetadataV0(bytes: Buffer): WorkerMetadata {
  return decoding('Metadata v0', () => {
    const reader = new WireReader(bytes);
    return {
      version: checkVersion('Metadata v0', reader.int16()),
      url: reader.string(),
      configOffset: Number(reader.bigint64()),
      allocation: null,
    };
  });
}
