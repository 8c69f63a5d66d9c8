import type { SourceOffset, SourcePartition } from '@millrace/connect-api';
import type { Logger } from 'pino';
import type { LogEntry, RawRecord, TopicLog } from '../log/topic-log.ts';
import type { OffsetBackingStore, PartitionOffset } from './offset-backing-store.ts';
import { canonicalPartition, decodeOffsetRecord, encodeOffset, offsetKey } from './offset-records.ts';

export interface LogOffsetBackingStoreOptions {
  readonly log: TopicLog;
  readonly logger: Logger;
}

/** The newest record of one key. */
interface Written {
  readonly timestamp: number;
  readonly offset: SourceOffset | null;
}

/** What the topic holds of one source partition: entries in another order make another key. */
interface Stored {
  readonly partition: SourcePartition;
  readonly keys: Map<string, Written>;
}

const READ_LIMIT_MS = 60_000;

/**
 * The offset store over a log (the JVM's KafkaOffsetBackingStore). Source partitions are told apart by what they say; the topic
 * tells them apart by the bytes of the key. So an offset goes under the key that the topic has for its partition already,
 * whoever wrote it, and under that of a HashMap where there is none; removing it removes it under all of them.
 */
export class LogOffsetBackingStore implements OffsetBackingStore {
  readonly #log: TopicLog;
  readonly #logger: Logger;
  readonly #connectors = new Map<string, Map<string, Stored>>();

  constructor({ log, logger }: LogOffsetBackingStoreOptions) {
    this.#log = log;
    this.#logger = logger;
  }

  start(): Promise<void> {
    return this.#log.start((entry) => {
      this.#onEntry(entry);
    });
  }

  stop(): Promise<void> {
    return this.#log.stop();
  }

  async get(connector: string, partitions: readonly SourcePartition[]): Promise<(SourceOffset | null)[]> {
    const names = partitions.map((partition) => canonicalPartition(connector, partition));
    await this.#log.readToEnd(READ_LIMIT_MS);
    const stored = this.#connectors.get(connector);
    return names.map((name) => newestOf(stored?.get(name))?.offset ?? null);
  }

  async all(connector: string): Promise<readonly PartitionOffset[]> {
    await this.#log.readToEnd(READ_LIMIT_MS);
    return [...(this.#connectors.get(connector)?.values() ?? [])]
      .map((stored) => ({ partition: stored.partition, offset: newestOf(stored)?.offset ?? null }))
      .filter(({ offset }) => offset !== null);
  }

  async set(connector: string, offsets: readonly PartitionOffset[]): Promise<void> {
    const records = offsets.flatMap(({ partition, offset }) => this.#encode(connector, partition, offset));
    if (records.length > 0) {
      await this.#log.append(records);
    }
  }

  #encode(connector: string, partition: SourcePartition, offset: SourceOffset | null): readonly RawRecord[] {
    const value = encodeOffset(connector, offset);
    const stored = this.#connectors.get(connector)?.get(canonicalPartition(connector, partition));
    const living = [...(stored?.keys ?? [])].filter(([, written]) => written.offset !== null);
    const newest = newestOf(stored)?.key ?? offsetKey(connector, partition);
    const keys = offset === null && living.length > 0 ? living.map(([key]) => key) : [newest];
    return keys.map((key) => ({ key: Buffer.from(key), value }));
  }

  #onEntry({ partition: from, offset: at, timestamp, key, value }: LogEntry): void {
    const record = decodeOffsetRecord(key, value);
    if (record.kind === 'unreadable') {
      if (!record.quiet) {
        const { topic } = this.#log;
        this.#logger.warn(
          { topic, partition: from, offset: at, key, reason: record.reason },
          'Skipped a record of the offset topic',
        );
      }
      return;
    }
    const { connector, partition, offset } = record;
    let stored = this.#connectors.get(connector);
    if (stored === undefined) {
      stored = new Map();
      this.#connectors.set(connector, stored);
    }
    const name = canonicalPartition(connector, partition);
    const entry = stored.get(name) ?? { partition, keys: new Map<string, Written>() };
    stored.set(name, entry);
    entry.keys.set(key ?? '', { timestamp, offset });
  }
}

/** Keys of one partition may lie in several Kafka partitions: time alone orders their records. */
function newestOf(stored: Stored | undefined): (Written & { readonly key: string }) | undefined {
  let newest: (Written & { readonly key: string }) | undefined;
  for (const [key, written] of stored?.keys ?? []) {
    if (newest === undefined || written.timestamp >= newest.timestamp) {
      newest = { key, ...written };
    }
  }
  return newest;
}
