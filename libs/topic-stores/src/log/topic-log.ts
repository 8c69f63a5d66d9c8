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

/**
 * An internal topic that is read from its beginning and then followed for ever (the JVM's KafkaBasedLog). Every reader
 * sees all records, in the order of their partition.
 */
export interface TopicLog {
  readonly topic: string;
  /** Reads to the end, giving every record to `onEntry`, and goes on in the background. `onEntry` must not throw. */
  start(onEntry: (entry: LogEntry) => void): Promise<void>;
  stop(): Promise<void>;
  /**
   * Resolves when everything that was in the topic when this was called has been given to `onEntry`; calls share a read that
   * began after them (design section 5). Throws StoreTimeoutError.
   */
  readToEnd(timeoutMs: number): Promise<void>;
  /** The offset of the next record of a partition; markers of transactions count. */
  position(partition: number): number;
  /** Plain append; resolves when the broker has it. Order is kept per key. Throws what the producer gives up with. */
  append(key: Buffer, value: Buffer | null): Promise<void>;
  /** Milliseconds since the topic could last be read; 0 while all is well. */
  staleMs(): number;
}
