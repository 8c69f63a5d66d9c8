import type { ConfigDef } from '@millrace/connect-api';
import { configDefOf, keysOf } from '../key-rows.ts';
import { ADMIN_ROWS, CONSUMER_ROWS, PRODUCER_ROWS, SHARED_ROWS } from './client-rows.ts';
import { SECURITY_ROWS } from './security-rows.ts';

/** The Kafka clients whose settings a worker and its connectors may give. */
export type ClientKind = 'producer' | 'consumer' | 'admin';

export const CLIENT_KINDS: readonly ClientKind[] = ['producer', 'consumer', 'admin'];

const ROWS = { producer: PRODUCER_ROWS, consumer: CONSUMER_ROWS, admin: ADMIN_ROWS } as const;
const NAMES = { producer: 'producers', consumer: 'consumers', admin: 'admin clients' } as const;

/** The settings of Kafka's own clients, 4.3.1: names, types, defaults. Overrides of connectors are checked against them. */
export function clientConfigDef(kind: ClientKind): ConfigDef {
  const rows = [...ROWS[kind], ...SHARED_ROWS, ...SECURITY_ROWS];
  return configDefOf(
    keysOf(rows, (name) => `The setting ${name} of Kafka's ${NAMES[kind]}; see Kafka's documentation.`),
  );
}
