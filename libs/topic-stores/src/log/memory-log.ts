import { partitionForKey } from '@millrace/kafka';
import type { LogEntry, TopicLog } from './topic-log.ts';

/** The topic behind any number of {@link MemoryLog}s: what a broker would hold. */
export class MemoryTopic {
  readonly name: string;
  readonly partitions: LogEntry[][];
  readonly #readers = new Set<() => void>();

  constructor(name: string, partitions = 1) {
    this.name = name;
    this.partitions = Array.from({ length: partitions }, () => []);
  }

  append(entry: Omit<LogEntry, 'offset' | 'partition' | 'timestamp'>, partition?: number): number {
    const index = partition ?? partitionForKey(Buffer.from(entry.key ?? ''), this.partitions.length);
    const log = this.partitions[index] ?? [];
    const offset = log.length;
    log.push({ ...entry, partition: index, offset, timestamp: Date.now() });
    for (const reader of this.#readers) {
      reader();
    }
    return offset;
  }

  follow(reader: () => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }
}

/** A TopicLog in memory, for tests: records arrive at other readers a moment later, as they do from a broker. */
export class MemoryLog implements TopicLog {
  readonly topic: string;
  readonly #topic: MemoryTopic;
  readonly #positions: number[];
  #onEntry: (entry: LogEntry) => void = () => undefined;
  #unfollow: () => void = () => undefined;
  #scheduled = false;

  constructor(topic: MemoryTopic) {
    this.topic = topic.name;
    this.#topic = topic;
    this.#positions = topic.partitions.map(() => 0);
  }

  start(onEntry: (entry: LogEntry) => void): Promise<void> {
    this.#onEntry = onEntry;
    this.#unfollow = this.#topic.follow(() => {
      this.#schedule();
    });
    this.#read();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#unfollow();
    return Promise.resolve();
  }

  async readToEnd(): Promise<void> {
    await Promise.resolve();
    this.#read();
  }

  position(partition: number): number {
    return this.#positions[partition] ?? 0;
  }

  async append(key: Buffer, value: Buffer | null): Promise<void> {
    await Promise.resolve();
    this.#topic.append({ key: key.toString('utf8'), value, headers: [] });
  }

  staleMs(): number {
    return 0;
  }

  #schedule(): void {
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#read();
      });
    }
  }

  #read(): void {
    for (const [partition, log] of this.#topic.partitions.entries()) {
      while (this.position(partition) < log.length) {
        const entry = log[this.position(partition)];
        this.#positions[partition] = this.position(partition) + 1;
        if (entry !== undefined) {
          this.#onEntry(entry);
        }
      }
    }
  }
}
