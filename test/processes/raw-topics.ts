import { createAdmin, createKafkaClient, createProducer, type KafkaAdmin } from '@millrace/kafka';
import { pino } from 'pino';

/** A record as a stranger writes it. */
export interface RawRecord {
  readonly partition: number;
  readonly key: string | null;
  readonly value: string | null;
}

/** Direct access to topics, past everything Millrace: what other programs may have done to them. */
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
    const producer = createProducer(this.#client, {}, { logger: this.#logger });
    const { failed } = await producer.send(
      records.map(({ partition, key, value }) => ({
        topic,
        partition,
        timestamp: null,
        key: key === null ? null : Buffer.from(key),
        value: value === null ? null : Buffer.from(value),
        headers: [],
      })),
    ).done;
    await producer.close(1_000);
    if (failed[0] !== undefined) {
      throw failed[0].error;
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}
