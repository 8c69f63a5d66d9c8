import { ConnectError } from '@millrace/connect-api';

/** Bytes of the group protocol that cannot be read: truncated inside a field, of a negative version, or garbage. */
export class RebalanceProtocolError extends ConnectError {
  override readonly code = 'REBALANCE_PROTOCOL';
}

/** Runs a decoder; whatever is wrong with the bytes comes out as a RebalanceProtocolError that names the message. */
export function decoding<T>(message: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof RebalanceProtocolError) {
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new RebalanceProtocolError(`${message} cannot be read: ${reason}`, { cause: error });
  }
}

/** The version that a message starts with. Higher ones than are known are read by the newest known schema, as the JVM does. */
export function checkVersion(message: string, version: number): number {
  if (version < 0) {
    throw new RebalanceProtocolError(`${message} has version ${version}; it must not be negative`);
  }
  return version;
}
