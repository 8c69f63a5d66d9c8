import { RecordBatchBuilder } from '../records/record-batch-builder.ts';
import type { ProducerSettings } from './producer-settings.ts';

/** Memory that idle builders of all producers of a process may hold between batches. */
const IDLE_BYTES = 16 * 1024 * 1024;

let idleBytes = 0;

/** Builders for new batches, used again so that steady traffic allocates nothing. */
export class BuilderPool {
  readonly #settings: Pick<ProducerSettings, 'compression' | 'compressionLevel'>;
  readonly #idle: RecordBatchBuilder[] = [];
  #closed = false;

  constructor(settings: Pick<ProducerSettings, 'compression' | 'compressionLevel'>) {
    this.#settings = settings;
  }

  /** An empty builder for a batch of at most `limit` bytes. */
  take(limit: number): RecordBatchBuilder {
    const builder = this.#idle.pop();
    if (builder === undefined) {
      return new RecordBatchBuilder(limit, this.#settings.compression, this.#settings.compressionLevel);
    }
    idleBytes -= builder.capacity;
    builder.limit = limit;
    return builder;
  }

  /** The batch is over, and no request with its bytes is under way. */
  give(builder: RecordBatchBuilder): void {
    if (this.#closed || idleBytes + builder.capacity > IDLE_BYTES) return;
    builder.reset();
    this.#idle.push(builder);
    idleBytes += builder.capacity;
  }

  close(): void {
    this.#closed = true;
    for (const { capacity } of this.#idle.splice(0)) idleBytes -= capacity;
  }
}
