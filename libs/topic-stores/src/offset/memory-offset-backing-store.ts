import { pino, type Logger } from 'pino';
import { MemoryLog } from '../log/memory-log.ts';
import type { MemoryTopic } from '../log/memory-topic.ts';
import { LogOffsetBackingStore } from './log-offset-backing-store.ts';
import type { OffsetBackingStore } from './offset-backing-store.ts';

/** An offset store in memory, for tests; any number of them over one topic see each other as they would on a broker. */
export function memoryOffsetBackingStore(
  topic: MemoryTopic,
  logger: Logger = pino({ level: 'silent' }),
): OffsetBackingStore {
  return new LogOffsetBackingStore({ log: new MemoryLog(topic), logger });
}
