import { createTransactionalLogWriter, type KafkaAdmin, type KafkaClient } from '@millrace/kafka';
import type { Logger } from 'pino';
import { KafkaBasedLog } from '../log/kafka-based-log.ts';
import type { TopicSettings } from '../log/topic-setup.ts';
import type { ConfigBackingStore } from './config-backing-store.ts';
import { KafkaUncommittedReader } from './kafka-uncommitted-reader.ts';
import { LogConfigBackingStore } from './log-config-backing-store.ts';

export interface ConfigBackingStoreOptions {
  /** Stays the caller's to close, after the store was stopped. */
  readonly client: KafkaClient;
  readonly admin: KafkaAdmin;
  readonly settings: TopicSettings;
  readonly groupId: string;
  readonly logger: Logger;
}

/** Coordinators abort the transaction of a dead writer after so long, at the latest; whoever writes next does so at once. */
const TRANSACTION_TIMEOUT_MS = 10_000;
/** Back-to-back transactions meet the end of the one before: 10 ms keeps them fast (design section 6). */
const RETRY_BACKOFF_MS = 10;
const RETRY_LIMIT_MS = 5_000;

/** The config store on a real topic. Nothing is initialised before the first write, so that mere readers fence nobody. */
export function createConfigBackingStore(options: ConfigBackingStoreOptions): ConfigBackingStore {
  const { client, admin, settings, groupId, logger } = options;
  const writer = createTransactionalLogWriter(client, {
    // The JVM's leader writes under the same id: a Millrace writer fences it, and the other way round.
    transactionalId: `connect-cluster-${groupId}`,
    topic: settings.topic,
    partition: 0,
    transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
    retryBackoffMs: RETRY_BACKOFF_MS,
    retryLimitMs: RETRY_LIMIT_MS,
  });
  return new LogConfigBackingStore({
    log: new KafkaBasedLog({ settings, client, admin, isolation: 'read_committed', logger }),
    writer,
    uncommitted: new KafkaUncommittedReader(client, settings.topic, logger),
    logger,
  });
}
