import type { Logger } from 'pino';
import type { KafkaClient, TopicPartition } from '../client/kafka-client.ts';
import type { FetchedBatch } from '../records/record.ts';
import type { AssignedConsumer, OffsetAndPartition } from './consumer.ts';
import { consumerSettings } from './consumer-settings.ts';
import { PartitionConsumer } from './partition-consumer.ts';

export interface AssignedConsumerOptions {
  readonly logger: Logger;
}

/**
 * A consumer without a group over the cluster of `client`, which stays the caller's to close. `settings` are the Java
 * consumer's; ConfigError for one that is wrong or cannot be honoured.
 */
export function createAssignedConsumer(
  client: KafkaClient,
  settings: Readonly<Record<string, string>>,
  options: AssignedConsumerOptions,
): AssignedConsumer {
  return new PartitionsConsumer(client, settings, options);
}

class PartitionsConsumer implements AssignedConsumer {
  readonly #partitions: PartitionConsumer;

  constructor(
    client: KafkaClient,
    settings: Readonly<Record<string, string>>,
    { logger }: AssignedConsumerOptions,
  ) {
    this.#partitions = new PartitionConsumer({
      client,
      clientId: settings['client.id'] ?? client.clientId,
      settings: consumerSettings(settings, client.props, logger),
      logger,
      committed: null,
    });
  }

  assign(partitions: readonly (TopicPartition & { readonly offset?: number })[]): void {
    this.#partitions.assign(partitions, 'reset');
  }

  poll(timeoutMs: number): Promise<readonly FetchedBatch[]> {
    return this.#partitions.poll(timeoutMs);
  }

  wakeup(): void {
    this.#partitions.wakeup();
  }

  assignment(): readonly TopicPartition[] {
    return this.#partitions.assignment();
  }

  position(partition: TopicPartition): Promise<number> {
    return this.#partitions.position(partition);
  }

  seek(to: OffsetAndPartition): void {
    this.#partitions.seek(to);
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#partitions.pause(partitions);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#partitions.resume(partitions);
  }

  endOffsets(partitions: readonly TopicPartition[]): Promise<readonly OffsetAndPartition[]> {
    return this.#partitions.endOffsets(partitions);
  }

  beginningOffsets(partitions: readonly TopicPartition[]): Promise<readonly OffsetAndPartition[]> {
    return this.#partitions.beginningOffsets(partitions);
  }

  close(): Promise<void> {
    this.#partitions.close();
    return Promise.resolve();
  }
}
