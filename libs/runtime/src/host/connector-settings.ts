import { ConfigError, type Props } from '@millrace/connect-api';
import type { ErrorPolicySettings } from '../task/error-policy.ts';

/** What the runtime itself reads of a connector's configuration (spec/runtime.md section 12). */
export interface ConnectorSettings {
  readonly connectorClass: string;
  readonly tasksMax: number;
  readonly tasksMaxEnforce: boolean;
  readonly errors: ErrorPolicySettings;
  readonly deadLetterTopic: string;
  /** `consumer.override.group.id`, where set. */
  readonly consumerGroupId: string | undefined;
  /** `topics` and `topics.regex` as they are copied into a sink's task configurations. */
  readonly sinkTopicProps: Readonly<Record<string, string>>;
  /** What a sink reads; throws ConfigError when nothing, or both ways, are given. */
  subscription(): { readonly topics: readonly string[] } | { readonly pattern: RegExp };
}

/** Reads the settings; throws ConfigError naming the key that is wrong. */
export function connectorSettings(props: Props): ConnectorSettings {
  const connectorClass = props['connector.class'] ?? '';
  if (connectorClass === '') {
    throw new ConfigError('Connector config contains no connector type', { key: 'connector.class' });
  }
  const sinkTopicProps: Record<string, string> = {};
  for (const key of ['topics', 'topics.regex']) {
    const value = props[key];
    if (value !== undefined && value !== null) {
      sinkTopicProps[key] = value;
    }
  }
  return {
    connectorClass,
    tasksMax: whole(props, 'tasks.max', 1),
    tasksMaxEnforce: flag(props, 'tasks.max.enforce', true),
    errors: {
      tolerance: tolerance(props),
      retryTimeoutMs: whole(props, 'errors.retry.timeout', 0),
      retryDelayMaxMs: whole(props, 'errors.retry.delay.max.ms', 60_000),
    },
    deadLetterTopic: props['errors.deadletterqueue.topic.name'] ?? '',
    consumerGroupId: props['consumer.override.group.id'] ?? undefined,
    sinkTopicProps,
    subscription: () => subscription(props),
  };
}

function subscription(props: Props): { topics: readonly string[] } | { pattern: RegExp } {
  const topics = (props['topics'] ?? '')
    .split(',')
    .map((topic) => topic.trim())
    .filter((topic) => topic !== '');
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
  return { pattern: new RegExp(`^(?:${regex})$`, 'u') };
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
  const value = text === undefined || text === null ? fallback : Number(text.trim());
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
