import {
  createAdmin,
  createAssignedConsumer,
  createKafkaClient,
  createProducer,
  type ConsumerRecord,
  type KafkaAdmin,
  type TopicPartition,
} from '@millrace/kafka';
import { pino } from 'pino';

/** A record as a stranger writes it. Text is UTF-8. */
export interface RawRecord {
  readonly partition: number;
  readonly key: string | Uint8Array | null;
  readonly value: string | Uint8Array | null;
  /** Names may repeat. */
  readonly headers?: readonly (readonly [name: string, value: string | Uint8Array | null])[];
  /** Milliseconds since the epoch; now when left out. */
  readonly timestamp?: number;
}

const POLL_MS = 200;
/** Enough for the largest records that tests write. */
const LARGEST_REQUEST = String(32 << 20);

/** Direct access to topics, past everything Millrace: what other programs may have done to them, and what they would see. */
export class RawTopics {
  readonly admin: KafkaAdmin;
  readonly #client: ReturnType<typeof createKafkaClient>;
  readonly #logger = pino({ level: 'silent' });

  constructor(bootstrapServers: string) {
    this.#client = createKafkaClient({ 'bootstrap.servers': bootstrapServers }, { logger: this.#logger });
    this.admin = createAdmin(this.#client);
  }

  async create(topic: string, partitions: number, configs: Readonly<Record<string, string>>): Promise<void> {
    await this.admin.createTopic({ topic, partitions, replicationFactor: 1, configs });
  }

  async write(topic: string, records: readonly RawRecord[]): Promise<void> {
    const settings = { 'max.request.size': LARGEST_REQUEST };
    const producer = createProducer(this.#client, settings, { logger: this.#logger });
    const { failed } = await producer.send(
      records.map(({ partition, key, value, headers = [], timestamp = null }) => ({
        topic,
        partition,
        timestamp,
        key: bytes(key),
        value: bytes(value),
        headers: headers.map(([name, text]) => ({ key: name, value: bytes(text) })),
      })),
    ).done;
    await producer.close(1_000);
    if (failed[0] !== undefined) {
      throw failed[0].error;
    }
  }

  /** All that is in a topic now, in the order of each partition; none for a topic that is not there. */
  async read(topic: string): Promise<readonly (readonly ConsumerRecord[])[]> {
    const partitions = await this.#partitions(topic);
    const read = partitions.map((): ConsumerRecord[] => []);
    const consumer = createAssignedConsumer(
      this.#client,
      { 'auto.offset.reset': 'earliest' },
      { logger: this.#logger },
    );
    try {
      consumer.assign(partitions);
      const ends = await consumer.endOffsets(partitions);
      const unread = async (): Promise<boolean> => {
        const positions = await Promise.all(ends.map((end) => consumer.position(end)));
        return ends.some(({ offset }, index) => (positions[index] ?? 0) < offset);
      };
      while (await unread()) {
        for (const { partition, records } of await consumer.poll(POLL_MS)) {
          read[partition]?.push(...records);
        }
      }
    } finally {
      await consumer.close();
    }
    return read;
  }

  /** How many records were ever written to a topic, transactions' marks included; 0 for a topic that is not there. */
  async count(topic: string): Promise<number> {
    const partitions = await this.#partitions(topic);
    const consumer = createAssignedConsumer(this.#client, {}, { logger: this.#logger });
    try {
      const ends = await consumer.endOffsets(partitions);
      return ends.reduce((sum, { offset }) => sum + offset, 0);
    } finally {
      await consumer.close();
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #partitions(topic: string): Promise<readonly TopicPartition[]> {
    const [found] = await this.admin.describeTopics([topic]);
    return Array.from({ length: found?.partitions ?? 0 }, (_, partition) => ({ topic, partition }));
  }
}

function bytes(content: string | Uint8Array | null): Uint8Array | null {
  return typeof content === 'string' ? Buffer.from(content) : content;
}
