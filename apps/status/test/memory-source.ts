import type { RecordSink, RecordSource, TopicRecord } from '../src/topics/record-source.ts';

interface MemoryRecord {
  readonly key: string;
  readonly value: unknown;
  readonly at?: number;
  readonly partition?: number;
}

/** Topics in memory that a source reads: what a broker would hold. Records may be removed, as compaction does. */
export class MemoryTopics {
  readonly cluster: string;
  records: TopicRecord[] = [];
  readonly #partitions: Readonly<Record<string, number>>;
  readonly #ends = new Map<string, number>();

  constructor(partitions: Readonly<Record<string, number>>, cluster = 'cluster-1') {
    this.#partitions = partitions;
    this.cluster = cluster;
  }

  /** Adds a record; a value that is no Buffer is written as JSON, null is a tombstone. */
  add(topic: string, { key, value, at = 1_000, partition = 0 }: MemoryRecord): void {
    const offset = this.end(topic, partition);
    this.#ends.set(`${topic}-${partition}`, offset + 1);
    this.records.push({ topic, partition, offset, timestamp: at, key, value: bytes(value) });
  }

  compact(keep: (record: TopicRecord) => boolean): void {
    this.records = this.records.filter(keep);
  }

  end(topic: string, partition: number): number {
    return this.#ends.get(`${topic}-${partition}`) ?? 0;
  }

  ends(): readonly { readonly topic: string; readonly partition: number; readonly offset: number }[] {
    return Object.entries(this.#partitions).flatMap(([topic, count]) =>
      Array.from({ length: count }, (_, partition) => ({
        topic,
        partition,
        offset: this.end(topic, partition),
      })),
    );
  }
}

function bytes(value: unknown): Buffer | null {
  if (value === null) {
    return null;
  }
  return Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
}

/** Reads {@link MemoryTopics} when it is told to. */
export class MemorySource implements RecordSource {
  stale: { readonly ms: number; readonly reason: string } | null = null;
  readonly #topics: MemoryTopics;
  #sink: RecordSink | null = null;
  #read = 0;

  constructor(topics: MemoryTopics) {
    this.#topics = topics;
  }

  start(sink: RecordSink): void {
    this.#sink = sink;
  }

  stop(): Promise<void> {
    this.#sink = null;
    return Promise.resolve();
  }

  staleMs(): number {
    return this.stale?.ms ?? 0;
  }

  problem(): string | null {
    return this.stale?.reason ?? null;
  }

  /** Reads everything from the beginning. */
  async readAll(): Promise<void> {
    const sink = this.#started();
    await sink.begin(this.#topics.cluster, this.#topics.ends());
    this.#read = 0;
    await this.readNew();
    sink.caughtUp();
  }

  /** Reads what was added since. */
  async readNew(): Promise<void> {
    const { records } = this.#topics;
    await this.#started().deliver(records.slice(this.#read));
    this.#read = records.length;
  }

  #started(): RecordSink {
    if (this.#sink === null) {
      throw new Error('The source was not started');
    }
    return this.#sink;
  }
}
