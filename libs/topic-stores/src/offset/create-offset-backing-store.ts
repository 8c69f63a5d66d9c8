import type { KafkaAdmin, KafkaClient, SendGate } from '@millrace/kafka';
import type { Logger } from 'pino';
import { KafkaBasedLog } from '../log/kafka-based-log.ts';
import type { TopicSettings } from '../log/topic-setup.ts';
import { LogOffsetBackingStore } from './log-offset-backing-store.ts';
import type { OffsetBackingStore } from './offset-backing-store.ts';

export interface OffsetBackingStoreOptions {
  /** Stays the caller's to close, after the store was stopped. */
  readonly client: KafkaClient;
  readonly admin: KafkaAdmin;
  readonly settings: TopicSettings;
  /**
   * Asked before offsets are written: those of a worker that has lost its place must not arrive after what its successor has
   * committed, however long they waited.
   */
  readonly gate?: SendGate;
  readonly logger: Logger;
}

/** As the JVM: an offset is never given up, whoever waits for it has a limit of its own. */
const PRODUCER = { 'delivery.timeout.ms': '2147483647' } as const;

/** The offset store on a real topic. Offsets of aborted transactions (exactly-once sources) are never seen. */
export function createOffsetBackingStore(options: OffsetBackingStoreOptions): OffsetBackingStore {
  const { client, admin, settings, gate, logger } = options;
  const log = new KafkaBasedLog({
    settings,
    client,
    admin,
    isolation: 'read_committed',
    producer: PRODUCER,
    ...(gate === undefined ? {} : { gate }),
    logger,
  });
  return new LogOffsetBackingStore({ log, logger });
}
