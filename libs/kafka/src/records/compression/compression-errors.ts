import { KafkaError } from '../../errors.ts';

/** Compressed bytes that break the rules of their format: cut off, altered, or never of that format. */
export class CompressedDataError extends KafkaError {
  override readonly code = 'CORRUPT_COMPRESSED_DATA';

  constructor(message: string, cause?: unknown) {
    super(message, { retriable: true, cause });
  }
}

/** Compressed bytes that may be valid, but would become more than `limit` bytes. */
export class DecompressionLimitError extends KafkaError {
  override readonly code = 'DECOMPRESSION_LIMIT';
  /** Bytes. */
  readonly limit: number;

  constructor(limit: number, cause?: unknown) {
    super(`The compressed data would become more than ${limit} bytes`, { retriable: false, cause });
    this.limit = limit;
  }
}
