import { KafkaError } from '../errors.ts';

/** One record is larger than `max.request.size`, or than what the broker takes for its topic. Only that record fails. */
export class RecordTooLargeError extends KafkaError {
  override readonly code = 'RECORD_TOO_LARGE';
  override readonly javaClass = 'org.apache.kafka.common.errors.RecordTooLargeException';
  /** Bytes of the record as it would be written. */
  readonly size: number;

  constructor(message: string, size: number) {
    super(message, { retriable: false });
    this.size = size;
  }
}

/** `max.block.ms` passed before a record got into the buffers, or `delivery.timeout.ms` before it was acknowledged. */
export class ProducerTimeoutError extends KafkaError {
  override readonly code = 'PRODUCER_TIMEOUT';
  override readonly javaClass = 'org.apache.kafka.common.errors.TimeoutException';

  constructor(message: string, cause?: unknown) {
    super(message, { retriable: true, cause });
  }
}
