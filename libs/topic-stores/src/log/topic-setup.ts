import { KafkaError, type KafkaAdmin } from '@millrace/kafka';
import type { Logger } from 'pino';
import { TopicCheckError } from '../errors.ts';

/** How an internal topic is to be (spec/topics.md section 1). */
export interface TopicSettings {
  readonly topic: string;
  /** -1: the broker's default. */
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Further topic settings; a `cleanup.policy` in it is ignored, compaction is not a choice. */
  readonly topicConfigs: Readonly<Record<string, string>>;
  /** The config topic must have one partition: its order is its meaning. */
  readonly onePartition: boolean;
  /** The worker's property that names the topic, for messages. */
  readonly property: string;
}

/** What it takes of the admin client. */
export type TopicAdmin = Pick<KafkaAdmin, 'createTopic' | 'describeTopics' | 'topicConfigs'>;

const INVALID_REPLICATION_FACTOR = 38;
const INVALID_CONFIG = 40;

/** Creates the topic, or checks the one that is there; throws TopicCheckError that says how to mend it. */
export async function setUpTopic(admin: TopicAdmin, settings: TopicSettings, logger: Logger): Promise<void> {
  const { topic, partitions } = settings;
  const [existing] = await admin.describeTopics([topic]);
  if (existing === undefined && (await create(admin, settings))) {
    logger.info({ topic, partitions }, 'Created an internal topic');
    return;
  }
  await check(admin, settings, logger);
}

async function create(admin: TopicAdmin, settings: TopicSettings): Promise<boolean> {
  const { topic, partitions, replicationFactor, topicConfigs, property, onePartition } = settings;
  try {
    return await admin.createTopic({
      topic,
      partitions: onePartition ? 1 : partitions,
      replicationFactor,
      configs: { ...topicConfigs, 'cleanup.policy': 'compact' },
    });
  } catch (error) {
    if (!(error instanceof KafkaError)) {
      throw error;
    }
    const prefix = property.replace(/topic$/, '');
    if (error.brokerCode === INVALID_REPLICATION_FACTOR) {
      throw new TopicCheckError(
        `Topic '${topic}' cannot be created with a replication factor of ${replicationFactor}: there are fewer brokers. ` +
          `Set '${prefix}replication.factor' to no more than their number, or create the topic beforehand.`,
        { cause: error },
      );
    }
    if (error.brokerCode === INVALID_CONFIG) {
      throw new TopicCheckError(
        `Topic '${topic}' cannot be created with the settings of '${prefix}*': ${error.message}`,
        { cause: error },
      );
    }
    throw error;
  }
}

async function check(admin: TopicAdmin, settings: TopicSettings, logger: Logger): Promise<void> {
  const { topic, onePartition, property } = settings;
  const [existing] = await admin.describeTopics([topic]);
  if (onePartition && existing !== undefined && existing.partitions !== 1) {
    throw new TopicCheckError(
      `Topic '${topic}' supplied via the '${property}' property is required to have a single partition in order to ` +
        `guarantee consistency of connector configurations, but found ${existing.partitions} partitions. Delete it and let ` +
        'it be created, or name another one.',
    );
  }
  const configs = await admin.topicConfigs(topic);
  const policy = configs?.get('cleanup.policy');
  if (policy === undefined) {
    logger.warn({ topic }, 'The cleanup policy of an internal topic cannot be read; it must be compact');
  } else if (policy !== 'compact') {
    throw new TopicCheckError(
      `Topic '${topic}' supplied via the '${property}' property is required to have 'cleanup.policy=compact' to guarantee ` +
        `consistency and durability, but found '${policy}'. Mend it with: kafka-configs.sh --bootstrap-server <broker> ` +
        `--alter --entity-type topics --entity-name ${topic} --add-config cleanup.policy=compact`,
    );
  }
}
