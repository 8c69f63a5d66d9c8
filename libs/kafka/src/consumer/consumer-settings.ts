import { ConfigError } from '@millrace/connect-api';
import type { Logger } from 'pino';

export type IsolationLevel = 'read_uncommitted' | 'read_committed';
export type OffsetReset = 'earliest' | 'latest' | 'none';
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

type Read = (key: string, text: string) => number | boolean | string | readonly string[];

const MAX_INT = 2_147_483_647;

function whole(least: number): Read {
  return (key, text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value > MAX_INT) {
      throw ConfigError.invalidValue(key, text, 'Not a number of type INT');
    }
    if (value < least) {
      throw ConfigError.invalidValue(key, value, `Value must be at least ${least}`);
    }
    return value;
  };
}

const flag: Read = (key, text) => {
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') {
    throw ConfigError.invalidValue(key, text, 'Expected value to be either true or false');
  }
  return lower === 'true';
};

function oneOf(...values: readonly string[]): Read {
  return (key, text) => {
    const lower = text.toLowerCase();
    if (!values.includes(lower)) {
      throw ConfigError.invalidValue(key, text, `String must be one of: ${values.join(', ')}`);
    }
    return lower;
  };
}

const ASSIGNORS: Readonly<Record<string, AssignorName>> = {
  range: 'range',
  'org.apache.kafka.clients.consumer.RangeAssignor': 'range',
  'cooperative-sticky': 'cooperative-sticky',
  'org.apache.kafka.clients.consumer.CooperativeStickyAssignor': 'cooperative-sticky',
};

const assignorList: Read = (key, text) => {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) {
    throw ConfigError.invalidValue(key, text, 'at least one assignor is needed');
  }
  return names.map((name) => {
    const known = ASSIGNORS[name];
    if (known === undefined) {
      throw ConfigError.invalidValue(
        key,
        name,
        'supported are range and cooperative-sticky (or their Java class names)',
      );
    }
    return known;
  });
};

/** Every setting this consumer obeys: the Java name, its default there, and how its text is read. */
const OBEYED: {
  readonly [K in keyof ConsumerSettings]: readonly [key: string, fallback: string, read: Read];
} = {
  fetchMinBytes: ['fetch.min.bytes', '1', whole(0)],
  fetchMaxBytes: ['fetch.max.bytes', '52428800', whole(0)],
  maxPartitionFetchBytes: ['max.partition.fetch.bytes', '1048576', whole(0)],
  fetchMaxWaitMs: ['fetch.max.wait.ms', '500', whole(0)],
  maxPollRecords: ['max.poll.records', '500', whole(1)],
  isolationLevel: ['isolation.level', 'read_uncommitted', oneOf('read_uncommitted', 'read_committed')],
  autoOffsetReset: ['auto.offset.reset', 'latest', oneOf('earliest', 'latest', 'none')],
  requestTimeoutMs: ['request.timeout.ms', '30000', whole(0)],
  apiTimeoutMs: ['default.api.timeout.ms', '60000', whole(0)],
  retryBackoffMs: ['retry.backoff.ms', '100', whole(0)],
  retryBackoffMaxMs: ['retry.backoff.max.ms', '1000', whole(0)],
  metadataMaxAgeMs: ['metadata.max.age.ms', '300000', whole(0)],
  excludeInternalTopics: ['exclude.internal.topics', 'true', flag],
  sessionTimeoutMs: ['session.timeout.ms', '45000', whole(1)],
  heartbeatIntervalMs: ['heartbeat.interval.ms', '3000', whole(1)],
  maxPollIntervalMs: ['max.poll.interval.ms', '300000', whole(1)],
  assignors: [
    'partition.assignment.strategy',
    'org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
    assignorList,
  ],
};

/** Settings that may only have these values, since no other can be honoured; the empty text stands for "not set". */
const FIXED: Readonly<Record<string, { readonly allowed: readonly string[]; readonly reason: string }>> = {
  'enable.auto.commit': {
    allowed: ['false'],
    reason: 'offsets are committed by the caller; set it to false',
  },
  'group.protocol': { allowed: ['classic'], reason: 'only the classic group protocol is supported' },
  'group.remote.assignor': { allowed: [], reason: 'only the classic group protocol is supported' },
  'client.rack': { allowed: [], reason: 'fetching from the closest replica is not supported' },
  'interceptor.classes': { allowed: [], reason: 'Java interceptors are not supported' },
  'metric.reporters': {
    allowed: ['org.apache.kafka.common.metrics.JmxReporter'],
    reason: 'Java metrics reporters are not supported',
  },
  ...Object.fromEntries(
    ['key.deserializer', 'value.deserializer'].map((key) => [
      key,
      {
        allowed: ['org.apache.kafka.common.serialization.ByteArrayDeserializer'],
        reason: 'records are given out as bytes; converters read them',
      },
    ]),
  ),
};

/**
 * Known to Java consumers, harmless here: settings of the connections (read by the client), of what does not exist, and
 * `check.crcs`, since checksums are always verified.
 */
const ELSEWHERE = new Set([
  'allow.auto.create.topics',
  'auto.commit.interval.ms',
  'auto.include.jmx.reporter',
  'bootstrap.servers',
  'check.crcs',
  'client.dns.lookup',
  'client.id',
  'connections.max.idle.ms',
  'enable.metrics.push',
  'group.id',
  'group.instance.id',
  'metadata.recovery.rebootstrap.trigger.ms',
  'metadata.recovery.strategy',
  'metrics.num.samples',
  'metrics.recording.level',
  'metrics.sample.window.ms',
  'receive.buffer.bytes',
  'reconnect.backoff.max.ms',
  'reconnect.backoff.ms',
  'security.protocol',
  'security.providers',
  'send.buffer.bytes',
  'socket.connection.setup.timeout.max.ms',
  'socket.connection.setup.timeout.ms',
]);

const KEYS = new Set(Object.values(OBEYED).map(([key]) => key));

/**
 * Reads the settings of a consumer under their Java names. ConfigError for a value that is wrong or cannot be
 * honoured; a key that no Kafka consumer has is warned of.
 */
export function consumerSettings(props: Readonly<Record<string, string>>, logger: Logger): ConsumerSettings {
  for (const [key, value] of Object.entries(props)) {
    const fixed = FIXED[key];
    if (fixed !== undefined) {
      if (value !== '' && !fixed.allowed.includes(value)) {
        throw ConfigError.invalidValue(key, value, fixed.reason);
      }
    } else if (!KEYS.has(key) && !ELSEWHERE.has(key) && !/^(ssl|sasl)\./.test(key)) {
      logger.warn({ setting: key }, 'The setting is not known to a Kafka consumer; it is ignored');
    }
  }
  const parsed = Object.fromEntries(
    Object.entries(OBEYED).map(([name, [key, fallback, read]]) => [
      name,
      read(key, (props[key] ?? fallback).trim()),
    ]),
  ) as unknown as ConsumerSettings;
  if (parsed.heartbeatIntervalMs >= parsed.sessionTimeoutMs) {
    throw ConfigError.invalidValue(
      'heartbeat.interval.ms',
      parsed.heartbeatIntervalMs,
      'it must be lower than session.timeout.ms',
    );
  }
  return parsed;
}
