import { createAssignedConsumer, type AssignedConsumer, type KafkaClient } from '@millrace/kafka';
import type { Logger } from 'pino';
import { StoreTimeoutError } from '../errors.ts';
import type { UncommittedReader } from './uncommitted-reader.ts';

const SETTINGS = {
  'auto.offset.reset': 'earliest',
  'max.poll.records': '5000',
  'default.api.timeout.ms': '5000',
} as const;

const POLL_MS = 500;
const LIMIT_MS = 30_000;

/** The uncommitted view of the config topic on a broker. */
export class KafkaUncommittedReader implements UncommittedReader {
  readonly #client: KafkaClient;
  readonly #logger: Logger;
  readonly #at: { readonly topic: string; readonly partition: number };
  readonly #ends: AssignedConsumer;
  readonly #stableEnds: AssignedConsumer;
  #closed = false;

  constructor(client: KafkaClient, topic: string, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
    this.#at = { topic, partition: 0 };
    this.#ends = this.#consumer('read_uncommitted');
    this.#stableEnds = this.#consumer('read_committed');
  }

  async hasOpenTransaction(): Promise<boolean> {
    const [[end], [stable]] = await Promise.all([
      this.#ends.endOffsets([this.#at]),
      this.#stableEnds.endOffsets([this.#at]),
    ]);
    return (stable?.offset ?? 0) < (end?.offset ?? 0);
  }

  async newestOffsets(range: {
    readonly from: number;
    readonly to: number;
  }): Promise<ReadonlyMap<string, number>> {
    const newest = new Map<string, number>();
    const deadline = performance.now() + LIMIT_MS;
    const consumer = this.#consumer('read_uncommitted');
    try {
      consumer.assign([{ ...this.#at, offset: range.from }]);
      for (;;) {
        for (const { records } of await consumer.poll(POLL_MS)) {
          for (const { key, offset } of records) {
            if (key !== null && offset < range.to) {
              newest.set(key.toString('utf8'), offset);
            }
          }
        }
        if ((await consumer.position(this.#at)) >= range.to) {
          return newest;
        }
        if (this.#closed || performance.now() > deadline) {
          throw new StoreTimeoutError(`Topic ${this.#at.topic} could not be read up to ${range.to}`);
        }
      }
    } finally {
      await consumer.close();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#ends.close();
    await this.#stableEnds.close();
  }

  #consumer(isolation: 'read_committed' | 'read_uncommitted'): AssignedConsumer {
    return createAssignedConsumer(
      this.#client,
      { ...SETTINGS, 'isolation.level': isolation },
      { logger: this.#logger },
    );
  }
}
