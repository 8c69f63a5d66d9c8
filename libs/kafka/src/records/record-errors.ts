import { KafkaError } from '../errors.ts';

/** Fetched bytes that are no valid record batch: a wrong checksum, or fields that contradict each other. */
export class CorruptRecordError extends KafkaError {
  override readonly code = 'CORRUPT_RECORD';
}

/** A valid batch that cannot be read here: an old message format, a codec or a number that is not supported. */
export class UnsupportedRecordError extends KafkaError {
  override readonly code = 'UNSUPPORTED_RECORD';
}
