/** A record of the config or status topic. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch, -1 for none. */
  readonly timestamp: number;
  /** null where the record has none; such records mean nothing. */
  readonly key: string | null;
  readonly value: Buffer | null;
}

/** The end of a partition: the offset that its next record gets. */
export interface PartitionEnd {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** What is told of the records; calls do not overlap. */
export interface RecordSink {
  /**
   * A reading begins, or begins again: every record of both topics follows, from the first on. `cluster` is the Kafka
   * cluster's id, `ends` are those of now.
   */
  begin(cluster: string, ends: readonly PartitionEnd[]): Promise<void>;
  /** Records in the order of their partitions; nothing more is read until this resolves. */
  deliver(records: readonly TopicRecord[]): Promise<void>;
  /** Everything that was there when the reading began has been delivered. */
  caughtUp(): void;
}

/** Reads both topics and follows them for ever. It only reads: nothing is created, no group joined. */
export interface RecordSource {
  start(sink: RecordSink): void;
  stop(): Promise<void>;
  /** Milliseconds since the topics could last be read; 0 while all is well. */
  staleMs(): number;
  /** Why they cannot be read now; null while all is well. */
  problem(): string | null;
}
