import { pino, type Logger } from 'pino';
import { MemoryLog } from '../log/memory-log.ts';
import type { MemoryTopic } from '../log/memory-topic.ts';
import type { ConfigBackingStore } from './config-backing-store.ts';
import { LogConfigBackingStore } from './log-config-backing-store.ts';
import { MemoryTransactionalWriter } from './memory-transactional-writer.ts';
import type { UncommittedReader } from './uncommitted-reader.ts';

/** A config store in memory, for tests; any number of them over one topic see each other as they would on a broker. */
export function memoryConfigBackingStore(
  topic: MemoryTopic,
  logger: Logger = pino({ level: 'silent' }),
): ConfigBackingStore {
  return new LogConfigBackingStore({
    log: new MemoryLog(topic),
    writer: new MemoryTransactionalWriter(topic),
    uncommitted: memoryUncommittedReader(topic),
    logger,
  });
}

export function memoryUncommittedReader(topic: MemoryTopic): UncommittedReader {
  return {
    hasOpenTransaction: () => Promise.resolve(topic.endOffset(0, true) < topic.endOffset(0, false)),
    newestOffsets: (range) =>
      Promise.resolve(
        new Map(
          topic
            .read(0, range, false)
            .flatMap(({ key, offset }) => (key === null ? [] : [[key, offset] as const])),
        ),
      ),
    close: () => Promise.resolve(),
  };
}
