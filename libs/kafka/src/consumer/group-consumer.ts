import type { Logger } from 'pino';
import type { KafkaClient, TopicPartition } from '../client/kafka-client.ts';
import { describePartitions, without } from '../client/topic-partitions.ts';
import { CommitFailedError, KafkaError } from '../errors.ts';
import type { FetchedBatch } from '../records/record.ts';
import { Alarm } from '../timing/alarm.ts';
import { ConsumerGroupMember } from './consumer-group-member.ts';
import { consumerSettings, type ConsumerSettings } from './consumer-settings.ts';
import type { GroupConsumer, OffsetAndPartition, RebalanceListener } from './consumer.ts';
import { GroupOffsets } from './group-offsets.ts';
import type { SubscribedTo } from './group-subscription.ts';
import { PartitionConsumer } from './partition-consumer.ts';

export interface GroupConsumerOptions {
  readonly groupId: string;
  /** Static membership (KIP-345): whoever starts with the same id takes over the seat; null for none. */
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  /** Called before each commit is written; throws to forbid it (design invariant 4). */
  readonly gate?: () => void;
  readonly logger: Logger;
}

/**
 * A member of a consumer group, compatible with Java consumers of the same group. `client` is one of its own, since
 * JoinGroup blocks a connection; the caller closes it. `settings` are the Java consumer's (`group.id`,
 * `group.instance.id` and `client.id` come from the options); throws ConfigError for one that is wrong or cannot be
 * honoured.
 */
export function createGroupConsumer(
  client: KafkaClient,
  settings: Readonly<Record<string, string>>,
  options: GroupConsumerOptions,
): GroupConsumer {
  return new MemberConsumer(client, consumerSettings(settings, client.props, options.logger), options);
}

class MemberConsumer implements GroupConsumer {
  readonly #client: KafkaClient;
  readonly #settings: ConsumerSettings;
  readonly #options: GroupConsumerOptions;
  readonly #partitions: PartitionConsumer;
  readonly #offsets: GroupOffsets;
  /** Rings when the application has not polled for `max.poll.interval.ms`. */
  readonly #pollAlarm = new Alarm(() => {
    this.#pollIsOverdue();
  });
  #subscription: { readonly to: SubscribedTo; readonly listener: RebalanceListener } | null = null;
  #member: ConsumerGroupMember | null = null;
  /** The member leaves or has left the group, and the listener does not know it yet. */
  #leaving: Promise<void> | null = null;
  #failure: Error | null = null;
  #closed = false;

  constructor(client: KafkaClient, settings: ConsumerSettings, options: GroupConsumerOptions) {
    const { groupId, groupInstanceId, clientId, gate, logger } = options;
    this.#client = client;
    this.#settings = settings;
    this.#options = options;
    this.#offsets = new GroupOffsets({
      client,
      settings,
      groupId,
      groupInstanceId,
      gate: gate ?? (() => undefined),
      generation: () => this.#member?.generation ?? null,
      rebalancing: () => this.#member?.rebalancing ?? false,
    });
    this.#partitions = new PartitionConsumer({
      client,
      clientId,
      settings,
      logger,
      committed: (partitions) => this.#offsets.fetchOnce(partitions),
    });
  }

  subscribe(to: SubscribedTo, listener: RebalanceListener): void {
    if (this.#subscription !== null) {
      throw new KafkaError('The consumer is subscribed already', { retriable: false });
    }
    this.#subscription = { to, listener };
  }

  async poll(timeoutMs: number): Promise<readonly FetchedBatch[]> {
    this.#pollAlarm.cancel();
    try {
      return await this.#partitions.poll(timeoutMs, () => this.#turn());
    } finally {
      this.#expectPoll();
    }
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

  async commit(offsets: readonly OffsetAndPartition[]): Promise<void> {
    const foreign = without(offsets, this.#partitions.assignment());
    if (foreign.length > 0) {
      const names = describePartitions(foreign);
      throw new CommitFailedError(
        `Offsets cannot be committed for ${names}: not assigned to this consumer (any more)`,
        {
          retriable: false,
        },
      );
    }
    await this.#offsets.commit(offsets);
  }

  committed(partitions: readonly TopicPartition[]): Promise<readonly OffsetAndPartition[]> {
    return this.#offsets.fetch(partitions);
  }

  async close(): Promise<void> {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    this.#pollAlarm.cancel();
    const member = this.#member;
    try {
      if (this.#leaving !== null) {
        await this.#leaving;
        await member?.giveUp();
      } else {
        await member?.leave();
      }
    } finally {
      this.#member = null;
      this.#partitions.close();
    }
  }

  /** Between two looks at what was fetched: the group's business with the application. */
  async #turn(): Promise<void> {
    if (this.#failure !== null) {
      throw this.#failure;
    }
    if (this.#leaving !== null) {
      await this.#leaving;
      this.#leaving = null;
      const former = this.#member;
      this.#member = null;
      await former?.giveUp();
    }
    const member = this.#join();
    if (!member.pending) {
      return;
    }
    this.#expectPoll();
    try {
      await member.runTasks();
    } finally {
      this.#pollAlarm.cancel();
      this.#failure = member.failure;
    }
  }

  #join(): ConsumerGroupMember {
    if (this.#member === null) {
      const { groupId, groupInstanceId, logger } = this.#options;
      if (this.#subscription === null) {
        throw new KafkaError('The consumer is not subscribed to any topics', { retriable: false });
      }
      this.#member = new ConsumerGroupMember({
        client: this.#client,
        groupId,
        groupInstanceId,
        settings: this.#settings,
        logger,
        subscribedTo: this.#subscription.to,
        listener: this.#subscription.listener,
        partitions: this.#partitions,
      });
    }
    return this.#member;
  }

  #expectPoll(): void {
    if (this.#member !== null && this.#leaving === null && !this.#closed) {
      this.#pollAlarm.setFor(performance.now() + this.#settings.maxPollIntervalMs);
    }
  }

  #pollIsOverdue(): void {
    const { groupId, logger } = this.#options;
    logger.warn(
      { group: groupId, 'max.poll.interval.ms': this.#settings.maxPollIntervalMs },
      'The consumer leaves its group, since records take longer than max.poll.interval.ms; raise it or lower max.poll.records',
    );
    this.#leaving = this.#member?.abandon('max.poll.interval.ms has passed without a poll') ?? null;
  }
}
