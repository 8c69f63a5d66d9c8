/** A record read from an internal topic. */
export interface LogEntry {
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** null where the record has none; such records mean nothing to any store. */
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[];
}

/** A record's key and value bytes, to be written. A null value is a tombstone. */
export interface RawRecord {
  readonly key: Buffer;
  readonly value: Buffer | null;
}

/**
 * An internal topic that is read from its beginning and then followed for ever (the JVM's KafkaBasedLog). Every reader
 * sees all records, in the order of their partition.
 */
export interface TopicLog {
  readonly topic: string;
  /** Reads to the end, giving every record to `onEntry`, and goes on in the background. */
  start(onEntry: (entry: LogEntry) => void): Promise<void>;
  stop(): Promise<void>;
  /**
   * Resolves when everything that was in the topic when this was called has been given to `onEntry`; calls that wait share
   * a look at the end that began after them (design section 5). Throws StoreTimeoutError.
   */
  readToEnd(timeoutMs: number): Promise<void>;
  /** Resolves when what lies before this offset has been given to `onEntry`. Throws StoreTimeoutError. */
  readTo(at: { readonly partition: number; readonly offset: number }, timeoutMs: number): Promise<void>;
  /** The offset of the next record of a partition; markers of transactions count. */
  position(partition: number): number;
  /** Plain append; resolves when the broker has all of it. Order is kept per key. Throws what the producer gives up with. */
  append(records: readonly RawRecord[]): Promise<void>;
  /** Milliseconds since the copy was last known to be complete; 0 while the topic is being followed. */
  staleMs(): number;
}
