import { setTimeout } from 'node:timers/promises';
import { toError } from '@millrace/connect-api';
import {
  createAssignedConsumer,
  createProducer,
  KafkaError,
  type AssignedConsumer,
  type FetchedBatch,
  type KafkaAdmin,
  type KafkaClient,
  type Producer,
  type SendGate,
  type TopicPartition,
} from '@millrace/kafka';
import type { Logger } from 'pino';
import { StoreTimeoutError } from '../errors.ts';
import { EndReads } from './end-reads.ts';
import { Positions } from './positions.ts';
import type { LogEntry, RawRecord, TopicLog } from './topic-log.ts';
import { setUpTopic, type TopicSettings } from './topic-setup.ts';

export interface KafkaBasedLogOptions {
  readonly settings: TopicSettings;
  readonly client: KafkaClient;
  readonly admin: KafkaAdmin;
  readonly isolation: 'read_committed' | 'read_uncommitted';
  /** Settings of the producer behind `append`, on top of those that all internal topics share. */
  readonly producer?: Readonly<Record<string, string>>;
  /** Asked before anything is written; what it throws refuses it. */
  readonly gate?: SendGate;
  readonly logger: Logger;
}

/** Look-ups give up early and are repeated here, so that their failures are known. */
const CONSUMER = {
  'auto.offset.reset': 'earliest',
  'max.poll.records': '5000',
  'default.api.timeout.ms': '5000',
} as const;

/** The JVM's, but for the linger: a status that is late by it helps nobody. */
const PRODUCER = { acks: 'all', 'enable.idempotence': 'false', 'linger.ms': '0' } as const;

const POLL_MS = 500;
const CHECK_EVERY_MS = 1_000;
const STALE_AFTER_MS = 3_000;
const CHECK_LIMIT_MS = 10_000;
const START_LIMIT_MS = 2_147_483_647;
const METADATA_LIMIT_MS = 30_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;
const CLOSE_LIMIT_MS = 1_000;

/** A TopicLog on a real topic. One loop reads; looks at the end of the topic run beside it. */
export class KafkaBasedLog implements TopicLog {
  readonly topic: string;
  readonly #options: KafkaBasedLogOptions;
  readonly #positions: Positions;
  readonly #reads: EndReads;
  #consumer: AssignedConsumer | null = null;
  /** Only asks where the topic ends, since calls on one consumer must not overlap. */
  #probe: AssignedConsumer | null = null;
  #producer: Producer | null = null;
  #partitions: readonly TopicPartition[] = [];
  #onEntry: (entry: LogEntry) => void = () => undefined;
  #loop: Promise<void> = Promise.resolve();
  readonly #stop = new AbortController();
  #checking = false;
  #failing = false;
  #checkedAt = 0;
  /** When the last look at the end began that was followed by reading up to it. */
  #completeAt = 0;

  constructor(options: KafkaBasedLogOptions) {
    this.#options = options;
    this.topic = options.settings.topic;
    this.#positions = new Positions(this.topic);
    this.#reads = new EndReads({
      topic: this.topic,
      positions: this.#positions,
      ends: () => this.#ends(),
    });
  }

  async start(onEntry: (entry: LogEntry) => void): Promise<void> {
    const { admin, settings, client, isolation, producer, gate, logger } = this.#options;
    this.#onEntry = onEntry;
    await setUpTopic(admin, settings, logger);
    this.#partitions = await this.#findPartitions();
    if (this.#isStopped()) {
      throw new StoreTimeoutError(`Topic ${this.topic} is no longer read`);
    }
    const consumerSettings = { ...CONSUMER, 'isolation.level': isolation };
    this.#consumer = createAssignedConsumer(client, consumerSettings, { logger });
    this.#probe = createAssignedConsumer(client, consumerSettings, { logger });
    this.#producer =
      producer === undefined
        ? null
        : createProducer(
            client,
            { ...PRODUCER, ...producer },
            { logger, ...(gate === undefined ? {} : { gate }) },
          );
    this.#consumer.assign(this.#partitions.map((partition) => ({ ...partition, offset: 0 })));
    this.#loop = this.#follow(this.#consumer);
    const began = performance.now();
    await this.#reads.request(START_LIMIT_MS);
    this.#completeAt = began;
    this.#checkedAt = began;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#consumer?.wakeup();
    this.#reads.close();
    this.#positions.close();
    await this.#loop;
    await this.#producer?.close(CLOSE_LIMIT_MS);
    await this.#consumer?.close();
    await this.#probe?.close();
  }

  readToEnd(timeoutMs: number): Promise<void> {
    return this.#reads.request(timeoutMs);
  }

  readTo(at: { readonly partition: number; readonly offset: number }, timeoutMs: number): Promise<void> {
    return this.#positions.reach(new Map([[at.partition, at.offset]]), timeoutMs);
  }

  position(partition: number): number {
    return this.#positions.get(partition);
  }

  async append(records: readonly RawRecord[]): Promise<void> {
    if (this.#producer === null) {
      throw new KafkaError(`Topic ${this.topic} is not open for writing`, { retriable: false });
    }
    const send = this.#producer.send(
      records.map(({ key, value }) => ({
        topic: this.topic,
        partition: null,
        timestamp: null,
        key,
        value,
        headers: [],
      })),
    );
    const [failed] = (await send.done).failed;
    if (failed !== undefined) {
      throw failed.error;
    }
  }

  staleMs(): number {
    const age = performance.now() - this.#completeAt;
    return age > STALE_AFTER_MS ? age : 0;
  }

  /** Ends early when the log is stopped. */
  async #pause(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #follow(consumer: AssignedConsumer): Promise<void> {
    let failures = 0;
    while (!this.#isStopped()) {
      try {
        this.#deliver(await consumer.poll(POLL_MS));
        await this.#updatePositions(consumer);
        failures = 0;
      } catch (error) {
        if (this.#isStopped()) {
          return;
        }
        if (failures === 0) {
          this.#options.logger.warn(
            { topic: this.topic, err: error },
            'An internal topic cannot be read; trying again',
          );
        }
        await this.#pause(Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS));
        failures += 1;
      }
      void this.#check();
    }
  }

  /** Finds out from time to time whether the copy is complete: a broker that does not answer lets `poll` just wait. */
  async #check(): Promise<void> {
    const began = performance.now();
    if (
      this.#checking ||
      this.#isStopped() ||
      this.#completeAt === 0 ||
      began - this.#checkedAt < CHECK_EVERY_MS
    ) {
      return;
    }
    this.#checking = true;
    this.#checkedAt = began;
    const { topic } = this;
    const { logger } = this.#options;
    try {
      await this.#reads.request(CHECK_LIMIT_MS);
      this.#completeAt = began;
      if (this.#failing) {
        this.#failing = false;
        logger.info({ topic }, 'An internal topic can be followed again');
      }
    } catch (error) {
      if (!this.#failing && !this.#isStopped()) {
        this.#failing = true;
        logger.warn({ topic, err: error }, 'An internal topic cannot be followed; trying again');
      }
    } finally {
      this.#checking = false;
    }
  }

  async #ends(): Promise<ReadonlyMap<number, number>> {
    if (this.#probe === null) {
      throw new KafkaError(`Topic ${this.topic} is not open yet`, { retriable: true });
    }
    const ends = await this.#probe.endOffsets(this.#partitions);
    return new Map(ends.map(({ partition, offset }) => [partition, offset]));
  }

  async #findPartitions(): Promise<readonly TopicPartition[]> {
    const { client } = this.#options;
    const deadline = performance.now() + METADATA_LIMIT_MS;
    for (;;) {
      try {
        const [metadata] = await client.metadata([this.topic]);
        return (metadata?.partitions ?? []).map(({ partition }) => ({ topic: this.topic, partition }));
      } catch (error) {
        // Another process may have created it a moment ago: not every broker knows it yet.
        if (!(error instanceof KafkaError) || !error.retriable || performance.now() > deadline) {
          throw error;
        }
        await this.#pause(FIRST_RETRY_MS);
      }
    }
  }

  async #updatePositions(consumer: AssignedConsumer): Promise<void> {
    const reached = new Map<number, number>();
    for (const partition of this.#partitions) {
      reached.set(partition.partition, await consumer.position(partition));
    }
    this.#positions.advance(reached);
  }

  #deliver(batches: readonly FetchedBatch[]): void {
    for (const { partition, records } of batches) {
      for (const { offset, timestamp, key, value, headers } of records) {
        const text = key === null ? null : key.toString('utf8');
        try {
          this.#onEntry({ partition, offset, timestamp, key: text, value, headers });
        } catch (error) {
          // One record must not stop the topic; the stores skip what they cannot read, so this is a fault of a listener.
          const at = { topic: this.topic, partition, offset, key: text };
          this.#options.logger.error({ ...at, err: toError(error) }, 'A listener failed on a record');
        }
      }
    }
  }
}
