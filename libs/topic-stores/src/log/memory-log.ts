import type { MemoryTopic } from './memory-topic.ts';
import { Positions } from './positions.ts';
import type { LogEntry, RawRecord, TopicLog } from './topic-log.ts';

/** A TopicLog in memory: records arrive at readers a moment later, as they do from a broker. */
export class MemoryLog implements TopicLog {
  readonly topic: string;
  readonly #topic: MemoryTopic;
  readonly #lagMs: number;
  readonly #positions: Positions;
  #onEntry: (entry: LogEntry) => void = () => undefined;
  #unfollow: () => void = () => undefined;
  #scheduled = false;
  #stopped = false;

  /** `lagMs`: how long records take to arrive at this reader by themselves. */
  constructor(topic: MemoryTopic, lagMs = 0) {
    this.topic = topic.name;
    this.#topic = topic;
    this.#lagMs = lagMs;
    this.#positions = new Positions(topic.name);
  }

  async start(onEntry: (entry: LogEntry) => void): Promise<void> {
    await Promise.resolve();
    this.#onEntry = onEntry;
    this.#unfollow = this.#topic.follow(() => {
      this.#schedule();
    });
    this.#read();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#unfollow();
    this.#positions.close();
    return Promise.resolve();
  }

  async readToEnd(): Promise<void> {
    await Promise.resolve();
    this.#read();
  }

  readTo(at: { readonly partition: number; readonly offset: number }, timeoutMs: number): Promise<void> {
    return this.#positions.reach(new Map([[at.partition, at.offset]]), timeoutMs);
  }

  position(partition: number): number {
    return this.#positions.get(partition);
  }

  async append(records: readonly RawRecord[]): Promise<void> {
    await Promise.resolve();
    for (const { key, value } of records) {
      this.#topic.append({ key: key.toString('utf8'), value });
    }
  }

  staleMs(): number {
    return 0;
  }

  #schedule(): void {
    if (!this.#scheduled) {
      this.#scheduled = true;
      const read = (): void => {
        this.#scheduled = false;
        this.#read();
      };
      if (this.#lagMs === 0) {
        setImmediate(read);
      } else {
        setTimeout(read, this.#lagMs);
      }
    }
  }

  #read(): void {
    if (this.#stopped) {
      return;
    }
    for (let partition = 0; partition < this.#topic.partitionCount; partition += 1) {
      const from = this.position(partition);
      const to = this.#topic.endOffset(partition, true);
      for (const entry of this.#topic.read(partition, { from, to }, true)) {
        this.#onEntry(entry);
      }
      this.#positions.advance(new Map([[partition, to]]));
    }
  }
}
