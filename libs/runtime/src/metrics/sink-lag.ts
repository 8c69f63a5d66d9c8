import type { TopicPartition } from '@millrace/connect-api';
import type { GroupConsumer } from '@millrace/kafka';
import type { Logger } from 'pino';
import { partitionKey, type SinkOffsets } from '../task/sink-offsets.ts';

export interface SinkLagOptions {
  readonly consumer: Pick<GroupConsumer, 'endOffsets'>;
  readonly offsets: SinkOffsets;
  /** Ends that are younger are not asked for again, milliseconds. */
  readonly maxAgeMs: number;
  readonly now: () => number;
  readonly logger: Logger;
}

/** How many records a sink task has before it, by the ends of its partitions, which are asked for once in a while. */
export class SinkLag {
  readonly #options: SinkLagOptions;
  #ends: ReadonlyMap<string, number> = new Map();
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking = false;

  constructor(options: SinkLagOptions) {
    this.#options = options;
  }

  /** Asks for the ends if it is time; never waits, never throws. What cannot be had is not known. */
  refresh(): void {
    const { offsets, maxAgeMs, now } = this.#options;
    if (!this.#asking && now() - this.#askedAt >= maxAgeMs && offsets.assigned().length > 0) {
      this.#asking = true;
      this.#askedAt = now();
      void this.#ask();
    }
  }

  /** The largest lag, paused partitions left out; NaN where no end is known. */
  max(paused: readonly TopicPartition[] = []): number {
    const left = new Set(paused.map(partitionKey));
    let max = Number.NaN;
    for (const position of this.#options.offsets.current()) {
      const key = partitionKey(position);
      const end = this.#ends.get(key);
      if (end !== undefined && !left.has(key)) {
        const lag = Math.max(0, end - position.offset);
        max = Number.isNaN(max) ? lag : Math.max(max, lag);
      }
    }
    return max;
  }

  async #ask(): Promise<void> {
    const { consumer, offsets, logger } = this.#options;
    try {
      const ends = await consumer.endOffsets(offsets.assigned());
      this.#ends = new Map(ends.map((end) => [partitionKey(end), end.offset]));
    } catch (error) {
      this.#ends = new Map();
      logger.debug({ err: error }, 'The ends of the partitions are not known now, nor is the lag');
    } finally {
      this.#asking = false;
    }
  }
}
