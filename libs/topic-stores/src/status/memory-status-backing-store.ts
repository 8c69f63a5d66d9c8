import { pino, type Logger } from 'pino';
import { MemoryLog } from '../log/memory-log.ts';
import type { MemoryTopic } from '../log/memory-topic.ts';
import { LogStatusBackingStore } from './log-status-backing-store.ts';
import type { StatusBackingStore } from './status-backing-store.ts';

/** A status store in memory, for tests; any number of them over one topic see each other as they would on a broker. */
export function memoryStatusBackingStore(
  topic: MemoryTopic,
  logger: Logger = pino({ level: 'silent' }),
): StatusBackingStore {
  return new LogStatusBackingStore({ log: new MemoryLog(topic), logger });
}
