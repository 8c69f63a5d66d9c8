import type { RecordHeader } from '../records/record.ts';

export interface LogRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly RecordHeader[];
}

/**
 * Raw transactions on one partition, as the compare-and-append writer of the config topic needs them (design section
 * 5): every step is visible, nothing is retried behind the caller's back but finding the coordinator and waiting out
 * CONCURRENT_TRANSACTIONS. Errors: ProducerFencedError (another writer initialised), UnknownOutcomeError (the step may
 * or may not have happened), other KafkaErrors (it did not happen).
 */
export interface TransactionalLogWriter {
  /** InitProducerId: fences every other writer of the transactional id and aborts its open transaction. */
  initialise(): Promise<void>;
  /** True between a successful `initialise` and the first error. */
  readonly initialised: boolean;
  /** Opens a transaction and appends one batch; the base offset the broker gave it. */
  append(records: readonly LogRecord[]): Promise<{ readonly baseOffset: number }>;
  commit(): Promise<void>;
  abort(): Promise<void>;
  close(): Promise<void>;
}
