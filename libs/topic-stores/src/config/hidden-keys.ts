import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { ConfigRecord } from './config-records.ts';
import type { ConfigTail } from './config-tail.ts';
import type { ClusterConfigState } from './cluster-config-state.ts';
import { restoreRecords } from './restore-records.ts';
import type { UncommittedReader } from './uncommitted-reader.ts';
import type { Operation } from './write-group.ts';

export interface HiddenKeysOptions {
  readonly tail: ConfigTail;
  readonly reader: UncommittedReader;
  /** Appends the records that restore what aborted ones hide. */
  readonly append: (operation: Operation) => Promise<unknown>;
  readonly logger: Logger;
}

/** Looks take a connection of their own: writers that contend for the lease need not do that each time they get it. */
const LOOK_EVERY_MS = 1_000;

/**
 * Keys whose newest record is of an aborted transaction, which readers of uncommitted data take for true. Whoever takes the
 * lease has their committed value written again (design section 5); it happens beside the writing, since nobody waits for it.
 */
export class HiddenKeys {
  readonly #options: HiddenKeysOptions;
  /** Offsets of aborted records that are the newest of their key. */
  readonly #aborted = new Map<string, number>();
  #lookedTo = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #due = false;
  #looking = false;
  #stopped = false;

  constructor(options: HiddenKeysOptions) {
    this.#options = options;
  }

  /** Some transaction may have been aborted. */
  suspect(): void {
    this.#due = true;
    if (!this.#looking) {
      this.#looking = true;
      void this.#run();
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (this.#due && !this.#stopped) {
      const wait = this.#lookedAt + LOOK_EVERY_MS - performance.now();
      if (wait > 0) {
        await new Promise((resolve) => setTimeout(resolve, wait).unref());
      }
      this.#due = false;
      this.#lookedAt = performance.now();
      await this.#restore();
    }
    this.#looking = false;
  }

  async #restore(): Promise<void> {
    const { tail, append, logger } = this.#options;
    const records = (state: ClusterConfigState): readonly ConfigRecord[] =>
      restoreRecords(this.#keys(), state);
    try {
      await this.#look();
      if (!this.#stopped && records(tail.snapshot()).length > 0) {
        const keys = this.#keys();
        await append({ id: randomUUID(), restores: true, records, creates: () => false });
        logger.info(
          { keys },
          'Wrote records of the config topic again that an aborted transaction had hidden',
        );
      }
    } catch (error) {
      if (!this.#stopped) {
        logger.warn({ err: error }, 'Records of the config topic may stay hidden by an aborted transaction');
      }
    }
  }

  /** Looks at what has come since the last look. */
  async #look(): Promise<void> {
    const { tail, reader } = this.#options;
    const to = tail.position();
    if (to > this.#lookedTo) {
      const newest = await reader.newestOffsets({ from: this.#lookedTo, to });
      for (const [key, offset] of newest) {
        if (offset > tail.newestOffset(key)) {
          this.#aborted.set(key, offset);
        }
      }
      this.#lookedTo = to;
    }
  }

  /** Those that nobody has written again in the meantime. */
  #keys(): readonly string[] {
    for (const [key, offset] of this.#aborted) {
      if (this.#options.tail.newestOffset(key) > offset) {
        this.#aborted.delete(key);
      }
    }
    return [...this.#aborted.keys()];
  }
}
