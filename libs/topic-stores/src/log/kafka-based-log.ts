import type { AssignedConsumer, KafkaAdmin, KafkaClient, Producer, TopicPartition } from '@millrace/kafka';
import type { Logger } from 'pino';
import { ReadRequests } from './read-requests.ts';
import { setUpTopic, type TopicSettings } from './topic-setup.ts';
import type { LogEntry, TopicLog } from './topic-log.ts';

export interface KafkaBasedLogOptions {
  readonly settings: TopicSettings;
  readonly client: KafkaClient;
  readonly admin: KafkaAdmin;
  /** Makes the reader (read_committed where transactions are written) and the writer. */
  readonly createConsumer: () => AssignedConsumer;
  readonly createProducer: () => Producer;
  readonly logger: Logger;
}

const POLL_MS = 1_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;

/** A TopicLog on a real topic. One loop reads; whoever wants to read to the end joins it. */
export class KafkaBasedLog implements TopicLog {
  readonly topic: string;
  readonly #options: KafkaBasedLogOptions;
  readonly #reads: ReadRequests;
  readonly #positions = new Map<number, number>();
  #consumer: AssignedConsumer | null = null;
  #producer: Producer | null = null;
  #partitions: readonly TopicPartition[] = [];
  #onEntry: (entry: LogEntry) => void = () => undefined;
  #stopped = false;
  #loop: Promise<void> = Promise.resolve();
  #failingSince: number | null = null;

  constructor(options: KafkaBasedLogOptions) {
    this.#options = options;
    this.topic = options.settings.topic;
    this.#reads = new ReadRequests(this.topic);
  }

  async start(onEntry: (entry: LogEntry) => void): Promise<void> {
    const { admin, settings, client, logger, createConsumer, createProducer } = this.#options;
    this.#onEntry = onEntry;
    await setUpTopic(admin, settings, logger);
    const [metadata] = await client.metadata([this.topic]);
    this.#partitions = (metadata?.partitions ?? []).map(({ partition }) => ({ topic: this.topic, partition }));
    this.#consumer = createConsumer();
    this.#producer = createProducer();
    this.#consumer.assign(this.#partitions.map((partition) => ({ ...partition, offset: 0 })));
    await this.#catchUp(this.#consumer);
    this.#loop = this.#follow(this.#consumer);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#consumer?.wakeup();
    await this.#loop;
    await this.#producer?.close(1_000);
    await this.#consumer?.close();
  }

  readToEnd(timeoutMs: number): Promise<void> {
    const read = this.#reads.add(timeoutMs);
    this.#consumer?.wakeup();
    return read;
  }

  position(partition: number): number {
    return this.#positions.get(partition) ?? 0;
  }

  async append(key: Buffer, value: Buffer | null): Promise<void> {
    if (this.#producer === null) {
      throw new Error(`Topic ${this.topic} is not open yet`);
    }
    const result = await this.#producer.send([
      { topic: this.topic, partition: null, timestamp: null, key, value, headers: [] },
    ]).done;
    const [failed] = result.failed;
    if (failed !== undefined) {
      throw failed.error;
    }
  }

  staleMs(): number {
    return this.#failingSince === null ? 0 : performance.now() - this.#failingSince;
  }

  async #follow(consumer: AssignedConsumer): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stopped) {
      try {
        if (this.#reads.pending) {
          const served = this.#reads.take();
          await this.#catchUp(consumer);
          served();
        } else {
          this.#deliver(await consumer.poll(POLL_MS));
          await this.#updatePositions(consumer);
        }
        this.#failingSince = null;
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (this.#failingSince === null) {
          this.#failingSince = performance.now();
          this.#options.logger.warn({ topic: this.topic, err: error }, 'An internal topic cannot be read; trying again');
        }
        await new Promise((resolve) => setTimeout(resolve, retryMs));
        retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
      }
    }
  }

  /** Reads until every partition has reached the end that it has now. */
  async #catchUp(consumer: AssignedConsumer): Promise<void> {
    const ends = await consumer.endOffsets(this.#partitions);
    for (;;) {
      await this.#updatePositions(consumer);
      if (this.#stopped || ends.every(({ partition, offset }) => this.position(partition) >= offset)) {
        return;
      }
      this.#deliver(await consumer.poll(POLL_MS));
    }
  }

  async #updatePositions(consumer: AssignedConsumer): Promise<void> {
    for (const partition of this.#partitions) {
      this.#positions.set(partition.partition, await consumer.position(partition));
    }
  }

  #deliver(batches: Awaited<ReturnType<AssignedConsumer['poll']>>): void {
    for (const batch of batches) {
      for (const record of batch.records) {
        this.#onEntry({
          partition: batch.partition,
          offset: record.offset,
          timestamp: record.timestamp,
          key: record.key === null ? null : record.key.toString('utf8'),
          value: record.value,
          headers: record.headers,
        });
      }
    }
  }
}
