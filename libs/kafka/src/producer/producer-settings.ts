import { ConfigError } from '@millrace/connect-api';
import type { Logger } from 'pino';
import type { ClientProps } from '../client/kafka-client.ts';
import { checkSettings, type FixedSettings } from '../client/setting-rules.ts';
import { flagOf, MAX_INT, MAX_LONG, wholeNumber, wordOf } from '../client/setting-values.ts';
import { CODECS, type Codec } from '../records/compression/codec.ts';

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
  readonly compression: Codec;
  /** Of gzip or zstd, undefined for the codec's default. */
  readonly compressionLevel: number | undefined;
  /** `partitioner.ignore.keys`: records with a key go the way of those without. */
  readonly ignoreKeys: boolean;
  /** `partitioner.adaptive.partitioning.enable`: sticky batches prefer partitions that have nothing waiting. */
  readonly adaptive: boolean;
}

/** Whole numbers: default, smallest and largest value. */
const NUMBERS = {
  batchSize: ['batch.size', 16_384, 0, MAX_INT],
  lingerMs: ['linger.ms', 5, 0, MAX_LONG],
  bufferMemory: ['buffer.memory', 33_554_432, 0, MAX_LONG],
  maxRequestSize: ['max.request.size', 1_048_576, 0, MAX_INT],
  maxInFlight: ['max.in.flight.requests.per.connection', 5, 1, MAX_INT],
  deliveryTimeoutMs: ['delivery.timeout.ms', 120_000, 0, MAX_INT],
  requestTimeoutMs: ['request.timeout.ms', 30_000, 0, MAX_INT],
  retries: ['retries', MAX_INT, 0, MAX_INT],
  retryBackoffMs: ['retry.backoff.ms', 100, 0, MAX_LONG],
  retryBackoffMaxMs: ['retry.backoff.max.ms', 1_000, 0, MAX_LONG],
  maxBlockMs: ['max.block.ms', 60_000, 0, MAX_LONG],
  metadataMaxAgeMs: ['metadata.max.age.ms', 300_000, 0, MAX_LONG],
} as const satisfies Record<
  string,
  readonly [key: string, fallback: number, least: number, most: number | bigint]
>;

const OBEYED = [
  ...Object.values(NUMBERS).map(([key]) => key),
  'acks',
  'compression.gzip.level',
  'compression.type',
  'compression.zstd.level',
  'partitioner.adaptive.partitioning.enable',
  'partitioner.ignore.keys',
];

const BYTES = {
  allowed: ['org.apache.kafka.common.serialization.ByteArraySerializer'],
  reason: 'records are handed over as bytes; converters write them',
};

const FIXED: FixedSettings = {
  // The Java default is true; order is kept here by one request at a time per partition (README).
  'enable.idempotence': {
    allowed: ['false'],
    reason: 'idempotence is not supported yet; leave it out or set it to false',
  },
  'transactional.id': { allowed: [], reason: 'transactions are not supported by this producer' },
  'transaction.two.phase.commit.enable': {
    allowed: ['false'],
    reason: 'transactions are not supported by this producer',
  },
  'partitioner.class': {
    allowed: [],
    reason: 'Java partitioners are not supported; keys go where the default one puts them',
  },
  'partitioner.availability.timeout.ms': {
    allowed: ['0'],
    reason: 'partitions are not taken out for being slow',
  },
  'key.serializer': BYTES,
  'value.serializer': BYTES,
};

const ACKS = { all: -1, '-1': -1, '1': 1, '0': 0 } as const;

/**
 * Reads the settings; throws ConfigError for one that is wrong or cannot be honoured, warns of others. `client` are those of
 * the client whose connections are used.
 */
export function producerSettings(props: ClientProps, client: ClientProps, logger: Logger): ProducerSettings {
  checkSettings(props, { kind: 'producer', obeyed: OBEYED, fixed: FIXED, client, logger });
  const numbers = Object.fromEntries(
    Object.entries(NUMBERS).map(([name, [key, fallback, least, most]]) => [
      name,
      wholeNumber(props, key, { fallback, least, most }),
    ]),
  ) as Record<keyof typeof NUMBERS, number>;
  return {
    ...numbers,
    deliveryTimeoutMs: deliveryTimeout(props, numbers),
    acks: ACKS[wordOf(props, 'acks', ['all', '-1', '1', '0'])],
    ...compressionOf(props),
    ignoreKeys: flagOf(props, 'partitioner.ignore.keys', false),
    adaptive: flagOf(props, 'partitioner.adaptive.partitioning.enable', true),
  };
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

/** As in Java: the level of each codec must be a good one, also where another codec is used. */
function compressionOf(props: ClientProps): Pick<ProducerSettings, 'compression' | 'compressionLevel'> {
  const gzip = gzipLevel(props);
  const zstd = wholeNumber(props, 'compression.zstd.level', { fallback: 3, least: -131_072, most: 22 });
  // Checked only: the one level that lz4 has here is that of Java's default (checkSettings warns).
  wholeNumber(props, 'compression.lz4.level', { fallback: 9, least: 1, most: 17 });
  const compression = wordOf(props, 'compression.type', CODECS);
  const levels: Partial<Record<Codec, number>> = { gzip, zstd };
  return { compression, compressionLevel: levels[compression] };
}

function gzipLevel(props: ClientProps): number {
  const key = 'compression.gzip.level';
  const level = wholeNumber(props, key, { fallback: -1, least: -1, most: 9 });
  if (level !== 0) return level;
  throw ConfigError.invalidValue(key, level, 'Value must be between 1 and 9 or equal to -1');
}
