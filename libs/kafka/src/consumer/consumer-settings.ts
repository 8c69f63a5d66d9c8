import { ConfigError } from '@millrace/connect-api';
import type { Logger } from 'pino';
import type { ClientProps } from '../client/kafka-client.ts';
import { checkSettings, type FixedSettings } from '../client/setting-rules.ts';
import { flagOf, intOf, longOf, timerOf, wordOf } from '../client/setting-values.ts';

export type IsolationLevel = 'read_uncommitted' | 'read_committed';
type OffsetReset = 'earliest' | 'latest' | 'none';
export type AssignorName = 'range' | 'cooperative-sticky';

/** The Java consumer's settings as this consumer obeys them; times in milliseconds, sizes in bytes. */
export interface ConsumerSettings {
  readonly fetchMinBytes: number;
  readonly fetchMaxBytes: number;
  readonly maxPartitionFetchBytes: number;
  readonly fetchMaxWaitMs: number;
  readonly maxPollRecords: number;
  readonly isolationLevel: IsolationLevel;
  readonly autoOffsetReset: OffsetReset;
  readonly requestTimeoutMs: number;
  readonly apiTimeoutMs: number;
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
  readonly metadataMaxAgeMs: number;
  readonly excludeInternalTopics: boolean;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly maxPollIntervalMs: number;
  /** In order of preference. */
  readonly assignors: readonly AssignorName[];
}

const ASSIGNORS: Readonly<Record<string, AssignorName>> = {
  range: 'range',
  'org.apache.kafka.clients.consumer.RangeAssignor': 'range',
  'cooperative-sticky': 'cooperative-sticky',
  'org.apache.kafka.clients.consumer.CooperativeStickyAssignor': 'cooperative-sticky',
};

const OBEYED = [
  'auto.offset.reset',
  'check.crcs',
  'default.api.timeout.ms',
  'exclude.internal.topics',
  'fetch.max.bytes',
  'fetch.max.wait.ms',
  'fetch.min.bytes',
  'group.id',
  'group.instance.id',
  'heartbeat.interval.ms',
  'isolation.level',
  'max.partition.fetch.bytes',
  'max.poll.interval.ms',
  'max.poll.records',
  'partition.assignment.strategy',
  'retry.backoff.max.ms',
  'session.timeout.ms',
];

const BYTES = {
  allowed: ['org.apache.kafka.common.serialization.ByteArrayDeserializer'],
  reason: 'records are given out as bytes; converters read them',
};

const FIXED: FixedSettings = {
  'enable.auto.commit': {
    allowed: ['false'],
    reason: 'offsets are committed by the caller; set it to false',
  },
  'group.protocol': {
    allowed: ['classic', 'CLASSIC'],
    reason: 'only the classic group protocol is supported',
  },
  'group.remote.assignor': { allowed: [], reason: 'only the classic group protocol is supported' },
  'client.rack': { allowed: [], reason: 'fetching from the closest replica is not supported' },
  'key.deserializer': BYTES,
  'value.deserializer': BYTES,
};

/**
 * Reads the settings of a consumer under their Java names. ConfigError for a value that is wrong or cannot be honoured;
 * warns of others. `client` are the settings of the client whose connections are used.
 */
export function consumerSettings(props: ClientProps, client: ClientProps, logger: Logger): ConsumerSettings {
  checkSettings(props, { kind: 'consumer', obeyed: OBEYED, fixed: FIXED, client, logger });
  const settings: ConsumerSettings = {
    fetchMinBytes: intOf(props, 'fetch.min.bytes', 1),
    fetchMaxBytes: intOf(props, 'fetch.max.bytes', 52_428_800),
    maxPartitionFetchBytes: intOf(props, 'max.partition.fetch.bytes', 1_048_576),
    fetchMaxWaitMs: intOf(props, 'fetch.max.wait.ms', 500),
    maxPollRecords: intOf(props, 'max.poll.records', 500, 1),
    isolationLevel: wordOf(props, 'isolation.level', ['read_uncommitted', 'read_committed']),
    autoOffsetReset: wordOf(props, 'auto.offset.reset', ['latest', 'earliest', 'none']),
    requestTimeoutMs: intOf(props, 'request.timeout.ms', 30_000),
    apiTimeoutMs: intOf(props, 'default.api.timeout.ms', 60_000),
    retryBackoffMs: timerOf(props, 'retry.backoff.ms', 100),
    retryBackoffMaxMs: timerOf(props, 'retry.backoff.max.ms', 1_000),
    metadataMaxAgeMs: longOf(props, 'metadata.max.age.ms', 300_000),
    excludeInternalTopics: flagOf(props, 'exclude.internal.topics', true),
    sessionTimeoutMs: intOf(props, 'session.timeout.ms', 45_000, 1),
    heartbeatIntervalMs: intOf(props, 'heartbeat.interval.ms', 3_000, 1),
    maxPollIntervalMs: intOf(props, 'max.poll.interval.ms', 300_000, 1),
    assignors: assignors(props),
  };
  if (settings.heartbeatIntervalMs >= settings.sessionTimeoutMs) {
    throw ConfigError.invalidValue(
      'heartbeat.interval.ms',
      settings.heartbeatIntervalMs,
      'it must be lower than session.timeout.ms',
    );
  }
  return settings;
}

/** Java's default: range as long as some member of the group has nothing else. */
function assignors(props: ClientProps): readonly AssignorName[] {
  const key = 'partition.assignment.strategy';
  const names = (props[key] ?? 'range,cooperative-sticky')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) {
    throw ConfigError.invalidValue(key, props[key], 'at least one assignor is needed');
  }
  return names.map((name) => {
    const known = ASSIGNORS[name];
    if (known === undefined) {
      const supported = 'supported are range and cooperative-sticky (or their Java class names)';
      throw ConfigError.invalidValue(key, name, supported);
    }
    return known;
  });
}
