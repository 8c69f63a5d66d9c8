import { ConfigError, javaRegExp, type Props } from '@millrace/connect-api';
import type { DeadLetterSettings } from '../errors/dead-letter-queue.ts';
import type { ErrorPolicySettings } from '../errors/error-policy.ts';
import { nameList } from './name-list.ts';
import { TopicCreation } from '../topics/topic-creation.ts';

/** What the runtime itself reads of a connector's configuration (spec/runtime.md section 12). */
export interface ConnectorSettings {
  readonly connectorClass: string;
  readonly pluginVersion: string | undefined;
  readonly tasksMax: number;
  readonly tasksMaxEnforce: boolean;
  readonly errors: ErrorPolicySettings;
  /** null: there is no dead letter queue. */
  readonly deadLetters: DeadLetterSettings | null;
  /** `offsets.storage.topic` of a source connector; null: the worker's. */
  readonly offsetsTopic: string | null;
  /** `config.action.reload`: whether the connector is restarted when a value of a config provider may have changed. */
  readonly reload: boolean;
  /** `consumer.override.group.id`, where set. */
  readonly consumerGroupId: string | undefined;
  /** `topics` and `topics.regex` as they are copied into a sink's task configurations. */
  readonly sinkTopicProps: Readonly<Record<string, string>>;
  /** `topic.creation.*` of a source connector, where there is any; throws ConfigError. */
  topicCreation(): TopicCreation | null;
  /** What a sink reads; throws ConfigError when nothing, or both ways, are given. */
  subscription(): { readonly topics: readonly string[] } | { readonly pattern: RegExp };
}

const DLQ_TOPIC = 'errors.deadletterqueue.topic.name';

/** Settings whose meaning would be lost on the user: refused where they are set, never ignored. */
const NOT_AVAILABLE: readonly {
  readonly key: string;
  readonly unless: readonly string[];
  readonly why: string;
}[] = [
  { key: 'exactly.once.support', unless: ['requested'], why: 'exactly-once delivery is not available yet' },
  {
    key: 'transaction.boundary',
    unless: ['poll'],
    why: 'transactions of source tasks are not available yet',
  },
];

/** Reads the settings; throws ConfigError naming the key that is wrong. */
export function connectorSettings(props: Props): ConnectorSettings {
  const connectorClass = props['connector.class'] ?? '';
  if (connectorClass === '') {
    throw new ConfigError('Connector config contains no connector type', { key: 'connector.class' });
  }
  refuseUnavailable(props);
  return {
    connectorClass,
    pluginVersion: props['connector.plugin.version'] ?? undefined,
    tasksMax: whole(props, 'tasks.max', 1),
    tasksMaxEnforce: flag(props, 'tasks.max.enforce', true),
    errors: {
      tolerance: tolerance(props),
      retryTimeoutMs: whole(props, 'errors.retry.timeout', 0),
      retryDelayMaxMs: whole(props, 'errors.retry.delay.max.ms', 60_000),
      log: flag(props, 'errors.log.enable', false),
      logMessages: flag(props, 'errors.log.include.messages', false),
    },
    deadLetters: deadLetters(props),
    offsetsTopic: offsetsTopic(props),
    reload: (props['config.action.reload'] ?? 'restart').toLowerCase() !== 'none',
    consumerGroupId: props['consumer.override.group.id'] ?? undefined,
    sinkTopicProps: sinkTopicProps(props),
    topicCreation: () => TopicCreation.of(props),
    subscription: () => subscription(props),
  };
}

function refuseUnavailable(props: Props): void {
  for (const { key, unless, why } of NOT_AVAILABLE) {
    const value = props[key] ?? '';
    if (value !== '' && !unless.includes(value.toLowerCase())) {
      throw ConfigError.invalidValue(key, value, why);
    }
  }
}

function deadLetters(props: Props): DeadLetterSettings | null {
  const topic = props[DLQ_TOPIC]?.trim() ?? '';
  if (topic === '') {
    return null;
  }
  if (nameList(props, 'topics').includes(topic)) {
    throw ConfigError.invalidValue(
      DLQ_TOPIC,
      topic,
      'a dead letter queue cannot be one of the topics that the connector reads',
    );
  }
  return {
    topic,
    replicationFactor: whole(props, 'errors.deadletterqueue.topic.replication.factor', 3),
    contextHeaders: flag(props, 'errors.deadletterqueue.context.headers.enable', false),
  };
}

function offsetsTopic(props: Props): string | null {
  const topic = props['offsets.storage.topic']?.trim() ?? null;
  if (topic === '') {
    throw ConfigError.invalidValue('offsets.storage.topic', topic, 'String must be non-empty');
  }
  return topic;
}

function sinkTopicProps(props: Props): Record<string, string> {
  const result: Record<string, string> = {};
  for (const key of ['topics', 'topics.regex']) {
    const value = props[key];
    if (value !== undefined && value !== null) {
      result[key] = value;
    }
  }
  return result;
}

function subscription(props: Props): { topics: readonly string[] } | { pattern: RegExp } {
  const topics = nameList(props, 'topics');
  const regex = props['topics.regex'] ?? '';
  if (topics.length > 0 && regex !== '') {
    throw new ConfigError('topics and topics.regex are mutually exclusive options, but both are set.');
  }
  if (topics.length > 0) {
    return { topics };
  }
  if (regex === '') {
    throw new ConfigError('Must configure one of topics or topics.regex');
  }
  return { pattern: javaRegExp(regex, 'matches') };
}

function tolerance(props: Props): 'none' | 'all' {
  const value = props['errors.tolerance'] ?? 'none';
  if (value !== 'none' && value !== 'all') {
    throw ConfigError.invalidValue('errors.tolerance', value, 'String must be one of: none, all');
  }
  return value;
}

function whole(props: Props, key: string, fallback: number): number {
  const text = props[key];
  const value =
    text === undefined || text === null ? fallback : Number(text.trim() === '' ? 'x' : text.trim());
  if (!Number.isSafeInteger(value)) {
    throw ConfigError.invalidValue(key, text, 'Not a number of type INT');
  }
  return value;
}

function flag(props: Props, key: string, fallback: boolean): boolean {
  const text = props[key]?.trim().toLowerCase();
  if (text === undefined) {
    return fallback;
  }
  if (text !== 'true' && text !== 'false') {
    throw ConfigError.invalidValue(key, text, 'Expected value to be either true or false');
  }
  return text === 'true';
}
