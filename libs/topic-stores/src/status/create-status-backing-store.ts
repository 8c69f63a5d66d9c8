import type { KafkaAdmin, KafkaClient } from '@millrace/kafka';
import type { Logger } from 'pino';
import { KafkaBasedLog } from '../log/kafka-based-log.ts';
import type { TopicSettings } from '../log/topic-setup.ts';
import { LogStatusBackingStore } from './log-status-backing-store.ts';
import type { StatusBackingStore } from './status-backing-store.ts';

export interface StatusBackingStoreOptions {
  /** Stays the caller's to close, after the store was stopped. */
  readonly client: KafkaClient;
  readonly admin: KafkaAdmin;
  readonly settings: TopicSettings;
  readonly logger: Logger;
}

/** As the JVM: a status is sent again by the store, which knows whether it is still true, and not by the producer. */
const PRODUCER = { retries: '0' } as const;

/** The status store on a real topic. */
export function createStatusBackingStore(options: StatusBackingStoreOptions): StatusBackingStore {
  const { client, admin, settings, logger } = options;
  const log = new KafkaBasedLog({
    settings,
    client,
    admin,
    isolation: 'read_uncommitted',
    producer: PRODUCER,
    logger,
  });
  return new LogStatusBackingStore({ log, logger });
}
