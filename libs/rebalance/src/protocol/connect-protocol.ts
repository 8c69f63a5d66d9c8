import type { GroupProtocol } from '@millrace/kafka';
import type { WorkerMetadata } from '../types.ts';
import { encodeMetadataV0 } from './metadata-v0.ts';
import { encodeMetadataV1 } from './metadata-v1.ts';

/** Values of `connect.protocol`. */
export type ConnectProtocol = 'eager' | 'compatible' | 'sessioned';

/** The group's protocol type, in JoinGroup and DescribeGroups. */
export const CONNECT_PROTOCOL_TYPE = 'connect';

/** Names of the sub-protocols on the wire, and their versions; the eager one is called `default`. */
const VERSIONS: ReadonlyMap<string, number> = new Map([
  ['default', 0],
  ['compatible', 1],
  ['sessioned', 2],
]);

/** Sub-protocols that the JVM offers for a `connect.protocol`, in order of preference. */
const OFFERS: Readonly<Record<ConnectProtocol, readonly string[]>> = {
  eager: ['default'],
  compatible: ['compatible', 'default'],
  sessioned: ['sessioned', 'compatible', 'default'],
};

/** The version of a sub-protocol that a group chose; undefined for a name that is not Connect's. */
export function protocolVersion(name: string): number | undefined {
  return VERSIONS.get(name);
}

/** What the JVM offers in JoinGroup: one metadata per sub-protocol, in the order of preference. */
export function joinProtocols(
  protocol: ConnectProtocol,
  metadata: Omit<WorkerMetadata, 'version'>,
): readonly GroupProtocol[] {
  return OFFERS[protocol].map((name) => {
    const version = VERSIONS.get(name) ?? 0;
    return {
      name,
      metadata: version === 0 ? encodeMetadataV0(metadata) : encodeMetadataV1({ ...metadata, version }),
    };
  });
}

/**
 * What a worker offers: as {@link joinProtocols}, without the eager sub-protocol. Were it offered, one eager worker that
 * joins would turn the whole group to it; so the broker refuses that worker (INCONSISTENT_GROUP_PROTOCOL), and nobody else.
 */
export function cooperativeProtocols(
  protocol: ConnectProtocol,
  metadata: Omit<WorkerMetadata, 'version'>,
): readonly GroupProtocol[] {
  return joinProtocols(protocol, metadata).filter(({ name }) => protocolVersion(name) !== 0);
}
