import type { ProducerRecord } from '../records/record.ts';

/** Where one record went. */
export interface RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
}

/** One record of a send that could not be written, after all retries. */
export interface FailedRecord {
  /** Index into the array given to `send`. */
  readonly index: number;
  readonly error: Error;
}

export interface SendResult {
  /** Empty when every record was acknowledged. */
  readonly failed: readonly FailedRecord[];
  /** Metadata of the record at `index`, or null for a failed one. Computed when asked for. */
  metadata(index: number): RecordMetadata | null;
}

export interface PendingSend {
  /** Resolves when all records are in the producer's buffers; back-pressure by `buffer.memory`. */
  readonly accepted: Promise<void>;
  /** Resolves when the last record was acknowledged or given up. Never rejects. */
  readonly done: Promise<SendResult>;
}

/**
 * Called before every produce request is written; throws to forbid it (design invariant 4: a host whose lease is
 * over must not send). The error becomes the result of the records concerned.
 */
export type SendGate = () => void;

/**
 * A pipelined producer with acks=all: accumulates per partition, keeps order per partition, retries over leader
 * changes until `delivery.timeout.ms`. Settings are the Java producer's; one that is not supported is refused when
 * the producer is made (ConfigError that names it).
 */
export interface Producer {
  /**
   * Hands over a batch; nothing is awaited per record. Records of one partition keep their order. They are copied: neither
   * the array nor what it holds may change before `accepted`.
   */
  send(records: readonly ProducerRecord[]): PendingSend;
  /** Sends what lingers and resolves when everything handed over so far is acknowledged or given up. */
  flush(): Promise<void>;
  /** Waits up to `timeoutMs` for outstanding records, then fails them with ProducerClosedError. */
  close(timeoutMs: number): Promise<void>;
}
