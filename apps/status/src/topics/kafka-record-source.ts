import { setTimeout as pause } from 'node:timers/promises';
import {
  createAssignedConsumer,
  createKafkaClient,
  KafkaError,
  type AssignedConsumer,
  type FetchedBatch,
  type KafkaClient,
  type OffsetAndPartition,
  type TopicPartition,
} from '@millrace/kafka';
import type { Logger } from 'pino';
import type { RecordSink, RecordSource, TopicRecord } from './record-source.ts';

export interface KafkaRecordSourceOptions {
  /** Settings of the connections, under the Java clients' names. */
  readonly client: Readonly<Record<string, string>>;
  readonly clientId: string;
  readonly topics: readonly string[];
  readonly logger: Logger;
}

const POLL_MS = 1_000;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;

/** A topic that is looked at must not come into being by that, with settings that no worker would accept. */
const LOOKING_ONLY = { 'allow.auto.create.topics': 'false' };

/** Aborted records of the config topic never were; a whole topic is read, whatever its positions. */
const READING = {
  'isolation.level': 'read_committed',
  'auto.offset.reset': 'earliest',
  'default.api.timeout.ms': '5000',
};

/** Reads the topics of a real cluster, again and again with back-off while that fails. */
export class KafkaRecordSource implements RecordSource {
  readonly #options: KafkaRecordSourceOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #failure: { readonly since: number; readonly reason: string } | null = null;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: KafkaRecordSourceOptions) {
    this.#options = options;
  }

  start(sink: RecordSink): void {
    this.#running = this.#run(sink);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  staleMs(): number {
    return this.#failure === null ? 0 : Math.ceil(performance.now() - this.#failure.since);
  }

  problem(): string | null {
    return this.#failure?.reason ?? null;
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #run(sink: RecordSink): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#read(sink);
      } catch (error) {
        await this.#failed(error);
      }
    }
  }

  /** One reading, from the first record on, until it is stopped or cannot go on. */
  async #read(sink: RecordSink): Promise<void> {
    const { client: settings, clientId, logger } = this.#options;
    const client = createKafkaClient({ ...settings, ...LOOKING_ONLY }, { logger, clientId });
    try {
      await client.connect();
      const partitions = await this.#partitions(client);
      const consumer = createAssignedConsumer(
        client,
        { ...settings, ...LOOKING_ONLY, ...READING },
        { logger },
      );
      const wake = (): void => consumer.wakeup();
      this.#stop.signal.addEventListener('abort', wake);
      try {
        const ends = await consumer.endOffsets(partitions);
        consumer.assign(partitions.map((partition) => ({ ...partition, offset: 0 })));
        await sink.begin(await client.clusterId(), ends);
        await this.#follow(consumer, ends, sink);
      } finally {
        this.#stop.signal.removeEventListener('abort', wake);
        await consumer.close();
      }
    } finally {
      await client.close();
    }
  }

  async #follow(
    consumer: AssignedConsumer,
    ends: readonly OffsetAndPartition[],
    sink: RecordSink,
  ): Promise<void> {
    let caughtUp = false;
    while (!this.#stopped) {
      const batches = await consumer.poll(POLL_MS);
      if (batches.length > 0) {
        await sink.deliver(batches.flatMap(recordsOf));
        this.#recovered();
      } else {
        await this.#requireBroker(consumer, ends);
      }
      if (!caughtUp && this.#failure === null && (await reached(consumer, ends))) {
        caughtUp = true;
        sink.caughtUp();
      }
    }
  }

  /** Nothing came: either nothing is there, or no broker is, which a consumer does not tell. */
  async #requireBroker(consumer: AssignedConsumer, partitions: readonly TopicPartition[]): Promise<void> {
    if (this.#stopped) {
      return;
    }
    try {
      await consumer.endOffsets(partitions);
      this.#recovered();
    } catch (error) {
      if (!(error instanceof KafkaError) || !error.retriable) {
        throw error;
      }
      await this.#failed(error);
    }
  }

  async #partitions(client: KafkaClient): Promise<readonly TopicPartition[]> {
    const metadata = await client.metadata(this.#options.topics);
    return metadata.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition }) => ({ topic, partition })),
    );
  }

  /** Says what is wrong when that begins or changes, and waits before the next try. */
  async #failed(error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.#stopped) {
      return;
    }
    if (this.#failure?.reason !== reason) {
      const { topics, logger } = this.#options;
      logger.warn({ topics, reason }, 'The config and status topics cannot be read; trying again');
    }
    this.#failure = { since: this.#failure?.since ?? performance.now(), reason };
    await pause(this.#retryMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
  }

  #recovered(): void {
    if (this.#failure !== null) {
      this.#failure = null;
      this.#retryMs = FIRST_RETRY_MS;
      this.#options.logger.info(
        { topics: this.#options.topics },
        'The config and status topics can be read again',
      );
    }
  }
}

async function reached(consumer: AssignedConsumer, ends: readonly OffsetAndPartition[]): Promise<boolean> {
  for (const end of ends) {
    if ((await consumer.position(end)) < end.offset) {
      return false;
    }
  }
  return true;
}

function recordsOf({ topic, partition, records }: FetchedBatch): TopicRecord[] {
  return records.map(({ offset, timestamp, key, value }) => ({
    topic,
    partition,
    offset,
    timestamp,
    key: key === null ? null : key.toString('utf8'),
    value,
  }));
}
