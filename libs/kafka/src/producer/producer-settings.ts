import { ConfigError } from '@millrace/connect-api';
import type { Logger } from 'pino';
import type { ClientProps } from '../client/kafka-client.ts';
import type { WriteCompression } from '../records/compression.ts';

/** The producer's settings, checked; names and meanings are the Java producer's. */
export interface ProducerSettings {
  /** -1: all in-sync replicas, 1: the leader, 0: nobody. */
  readonly acks: -1 | 0 | 1;
  readonly batchSize: number;
  readonly lingerMs: number;
  readonly bufferMemory: number;
  readonly maxRequestSize: number;
  readonly maxInFlight: number;
  readonly deliveryTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly retries: number;
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
  readonly maxBlockMs: number;
  readonly metadataMaxAgeMs: number;
  readonly compression: WriteCompression;
  readonly gzipLevel: number;
  /** `partitioner.ignore.keys`: records with a key go the way of those without. */
  readonly ignoreKeys: boolean;
  /** `partitioner.adaptive.partitioning.enable`: sticky batches prefer partitions that have nothing waiting. */
  readonly adaptive: boolean;
}

const MAX_INT = 2_147_483_647;
const MAX_LONG = 9_223_372_036_854_775_807n;

/** Whole numbers: default, smallest and largest value. */
const NUMBERS = {
  'batch.size': [16_384, 0, MAX_INT],
  'linger.ms': [5, 0, MAX_LONG],
  'buffer.memory': [33_554_432, 0, MAX_LONG],
  'max.request.size': [1_048_576, 0, MAX_INT],
  'max.in.flight.requests.per.connection': [5, 1, MAX_INT],
  'delivery.timeout.ms': [120_000, 0, MAX_INT],
  'request.timeout.ms': [30_000, 0, MAX_INT],
  retries: [MAX_INT, 0, MAX_INT],
  'retry.backoff.ms': [100, 0, MAX_LONG],
  'retry.backoff.max.ms': [1_000, 0, MAX_LONG],
  'max.block.ms': [60_000, 0, MAX_LONG],
  'metadata.max.age.ms': [300_000, 0, MAX_LONG],
  'compression.gzip.level': [-1, -1, 9],
} as const satisfies Record<string, readonly [number, number, number | bigint]>;

/** Words: the default, and the values that can be honoured. */
const WORDS = {
  acks: ['all', ['all', '-1', '1', '0']],
  'compression.type': ['none', ['none', 'gzip', 'zstd']],
  // The Java default is true, which needs several requests in flight per partition to pay off; see the README.
  'enable.idempotence': ['false', ['false']],
  'transactional.id': ['', ['']],
  'partitioner.class': ['', ['']],
  'partitioner.ignore.keys': ['false', ['true', 'false']],
  'partitioner.adaptive.partitioning.enable': ['true', ['true', 'false']],
  'partitioner.availability.timeout.ms': ['0', ['0']],
  'interceptor.classes': ['', ['']],
  'key.serializer': ['', ['', 'org.apache.kafka.common.serialization.ByteArraySerializer']],
  'value.serializer': ['', ['', 'org.apache.kafka.common.serialization.ByteArraySerializer']],
} as const satisfies Record<string, readonly [string, readonly string[]]>;

/** Settings of connections, which the client takes, and such as mean nothing without idempotence or a JVM. */
const TAKEN_ELSEWHERE =
  /^(bootstrap\.servers|client\..+|security\..+|ssl\..+|sasl\..+|reconnect\..+|metadata\..+|metrics?\..+|enable\.metrics\.push|auto\.include\.jmx\.reporter|socket\..+|(send|receive)\.buffer\.bytes|connections\.max\.idle\.ms|allow\.auto\.create\.topics|transaction\..+|compression\.(lz4|zstd)\.level|config\.providers(\..+)?)$/;

/** Reads the settings; throws ConfigError for one that is wrong or cannot be honoured, warns of unknown ones. */
export function producerSettings(props: ClientProps, logger: Logger): ProducerSettings {
  for (const key of Object.keys(props)) {
    if (!(key in NUMBERS) && !(key in WORDS) && !TAKEN_ELSEWHERE.test(key)) {
      logger.warn({ setting: key }, 'The producer does not know this setting');
    }
  }
  for (const key of Object.keys(WORDS)) word(props, key as keyof typeof WORDS);
  const settings = {
    acks: acks(word(props, 'acks')),
    batchSize: number(props, 'batch.size'),
    lingerMs: number(props, 'linger.ms'),
    bufferMemory: number(props, 'buffer.memory'),
    maxRequestSize: number(props, 'max.request.size'),
    maxInFlight: number(props, 'max.in.flight.requests.per.connection'),
    deliveryTimeoutMs: number(props, 'delivery.timeout.ms'),
    requestTimeoutMs: number(props, 'request.timeout.ms'),
    retries: number(props, 'retries'),
    retryBackoffMs: number(props, 'retry.backoff.ms'),
    retryBackoffMaxMs: number(props, 'retry.backoff.max.ms'),
    maxBlockMs: number(props, 'max.block.ms'),
    metadataMaxAgeMs: number(props, 'metadata.max.age.ms'),
    compression: word(props, 'compression.type'),
    gzipLevel: gzipLevel(props),
    ignoreKeys: word(props, 'partitioner.ignore.keys') === 'true',
    adaptive: word(props, 'partitioner.adaptive.partitioning.enable') === 'true',
  };
  return { ...settings, deliveryTimeoutMs: deliveryTimeout(props, settings) };
}

/** As in Java: a value that was given must leave room for one request, a default is raised. */
function deliveryTimeout(
  props: ClientProps,
  settings: Pick<ProducerSettings, 'deliveryTimeoutMs' | 'lingerMs' | 'requestTimeoutMs'>,
): number {
  const least = Math.min(settings.lingerMs + settings.requestTimeoutMs, MAX_INT);
  if (settings.deliveryTimeoutMs >= least) return settings.deliveryTimeoutMs;
  const key = 'delivery.timeout.ms';
  if (props[key] === undefined) return least;
  throw ConfigError.invalidValue(
    key,
    props[key],
    'it should be equal to or larger than linger.ms + request.timeout.ms',
  );
}

function number(props: ClientProps, key: keyof typeof NUMBERS): number {
  const [fallback, least, most] = NUMBERS[key];
  const text = props[key]?.trim();
  if (text === undefined) return fallback;
  if (!/^[+-]?\d+$/.test(text)) throw ConfigError.invalidValue(key, text, 'Not a number of type INT or LONG');
  const value = BigInt(text);
  if (value < BigInt(least)) throw ConfigError.invalidValue(key, text, `Value must be at least ${least}`);
  if (value > BigInt(most)) throw ConfigError.invalidValue(key, text, `Value must be no more than ${most}`);
  // Long.MAX_VALUE means "for ever", and 2^53 ms or bytes are just that.
  return Math.min(Number(value), Number.MAX_SAFE_INTEGER);
}

function gzipLevel(props: ClientProps): number {
  const level = number(props, 'compression.gzip.level');
  if (level !== 0) return level;
  throw ConfigError.invalidValue(
    'compression.gzip.level',
    level,
    'Value must be between 1 and 9 or equal to -1',
  );
}

function word<Key extends keyof typeof WORDS>(props: ClientProps, key: Key): (typeof WORDS)[Key][1][number] {
  const [fallback, supported] = WORDS[key];
  const text = (props[key] ?? fallback).trim();
  const found = supported.find((value) => value === text);
  if (found !== undefined) return found;
  const values = supported.map((value) => (value === '' ? 'none at all' : value)).join(', ');
  throw ConfigError.invalidValue(key, text, `this producer supports ${values}`);
}

function acks(text: 'all' | '-1' | '0' | '1'): -1 | 0 | 1 {
  if (text === '0') return 0;
  return text === '1' ? 1 : -1;
}
