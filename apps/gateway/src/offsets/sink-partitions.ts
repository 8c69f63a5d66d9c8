import { javaRegExp } from '@millrace/connect-api';
import type { KafkaAdmin, OffsetAndPartition, TopicPartition } from '@millrace/kafka';
import type { Props } from '@millrace/topic-stores';
import type { OffsetSpec, PartitionOffsets } from './partition-offsets.ts';

/** What brokers know of the topics that sinks read. */
export class SinkPartitions {
  readonly #offsets: PartitionOffsets;
  readonly #admin: Pick<KafkaAdmin, 'describeTopics'>;
  readonly #topicNames: () => Promise<readonly string[]>;

  constructor(options: {
    readonly offsets: PartitionOffsets;
    readonly admin: Pick<KafkaAdmin, 'describeTopics'>;
    readonly topicNames: () => Promise<readonly string[]>;
  }) {
    this.#offsets = options.offsets;
    this.#admin = options.admin;
    this.#topicNames = options.topicNames;
  }

  /** The partitions of the topics that a configuration names, or whose names match its `topics.regex`, as far as they exist. */
  async of(config: Props): Promise<readonly TopicPartition[]> {
    const topics = await this.#topics(config);
    const described = topics.length === 0 ? [] : await this.#admin.describeTopics(topics);
    return described.flatMap(({ topic, partitions }) =>
      Array.from({ length: partitions }, (_, partition) => ({ topic, partition })),
    );
  }

  list(at: readonly TopicPartition[], spec: OffsetSpec): Promise<readonly OffsetAndPartition[]> {
    return this.#offsets.list(at, spec);
  }

  async #topics(config: Props): Promise<readonly string[]> {
    const named = (config['topics'] ?? '').split(',').map((topic) => topic.trim());
    const pattern = config['topics.regex']?.trim() ?? '';
    const topics = named.filter((topic) => topic !== '');
    if (topics.length > 0 || pattern === '') {
      return [...new Set(topics)];
    }
    const regex = javaRegExp(pattern, 'matches');
    return (await this.#topicNames()).filter((topic) => regex.test(topic));
  }
}
