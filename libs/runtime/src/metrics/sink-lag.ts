import type { TopicPartition } from '@millrace/connect-api';
import type { GroupConsumer } from '@millrace/kafka';
import type { Logger } from 'pino';
import { partitionKey, type SinkOffsets } from '../task/sink-offsets.ts';

export interface SinkLagOptions {
  readonly consumer: Pick<GroupConsumer, 'endOffsets' | 'position'>;
  readonly offsets: SinkOffsets;
  /** Ends that are younger are not asked for again, milliseconds. */
  readonly maxAgeMs: number;
  readonly now: () => number;
  readonly logger: Logger;
}

/** A partition as it was when it was looked at. */
interface Look {
  readonly end: number;
  /** Of the consumer: past control and aborted records, which no batch of records tells of. */
  readonly position: number;
}

/** How many records a sink task has before it, by the ends of its partitions, which are looked at once in a while. */
export class SinkLag {
  readonly #options: SinkLagOptions;
  #looks: ReadonlyMap<string, Look> = new Map();
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

  /**
   * The largest lag, `paused` partitions left out; NaN where no end is known. `pending`: whether records were read and not put yet, so that
   * what the consumer has passed is no measure of what the task has.
   */
  max(pending: boolean, paused: readonly TopicPartition[] = []): number {
    const left = new Set(paused.map(partitionKey));
    let max = Number.NaN;
    for (const position of this.#options.offsets.current()) {
      const key = partitionKey(position);
      const look = this.#looks.get(key);
      if (look !== undefined && !left.has(key)) {
        const reached = pending ? position.offset : Math.max(position.offset, look.position);
        const lag = Math.max(0, look.end - reached);
        max = Number.isNaN(max) ? lag : Math.max(max, lag);
      }
    }
    return max;
  }

  async #ask(): Promise<void> {
    const { consumer, offsets, logger } = this.#options;
    try {
      const ends = await consumer.endOffsets(offsets.assigned());
      const looks = ends.map(async (end): Promise<readonly [string, Look]> => {
        return [partitionKey(end), { end: end.offset, position: await consumer.position(end) }];
      });
      this.#looks = new Map(await Promise.all(looks));
    } catch (error) {
      this.#looks = new Map();
      logger.debug({ err: error }, 'The ends of the partitions are not known now, nor is the lag');
    } finally {
      this.#asking = false;
    }
  }
}
