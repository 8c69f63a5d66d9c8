import { ConfigError, Validators, type ConfigParsed, type Validator } from '@millrace/connect-api';
import { parseListener } from './listeners.ts';
import { parseResponseHeaders } from './response-headers.ts';

/** No signed requests exist between our workers, so these are read over; whatever a JVM would make of them. */
const readOver = (): void => undefined;

export const JAVA_KEY_ALGORITHM = Validators.of(
  'Any KeyGenerator algorithm supported by the worker JVM',
  readOver,
);
export const JAVA_MAC_ALGORITHM = Validators.of('Any MAC algorithm supported by the worker JVM', readOver);
export const JAVA_MAC_ALGORITHMS = Validators.of(
  'A list of one or more MAC algorithms, each supported by the worker JVM',
  readOver,
);

export const PARTITIONS = positiveOrDefault(
  "Positive number, or -1 to use the broker's default",
  "Number of partitions must be positive, or -1 to use the broker's default",
);
export const REPLICATION = positiveOrDefault(
  "Positive number not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default",
  "Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default",
);

export const LISTENERS = Validators.of(
  'List of comma-separated URLs, ex: http://localhost:8080,https://localhost:8443.',
  (name, value) => {
    for (const listener of entries(value)) {
      parseListener(name, listener);
    }
  },
);

export const RESPONSE_HEADERS = Validators.of(
  "Comma-separated header rules, where each header rule is of the form '[action] [header name]:[header value]' and optionally surrounded by double quotes if any part of a header rule contains a comma",
  (name, value) => {
    try {
      parseResponseHeaders(typeof value === 'string' ? value : '');
    } catch (error) {
      throw ConfigError.invalidValue(name, value, error instanceof Error ? error.message : undefined);
    }
  },
);

function positiveOrDefault(description: string, reason: string): Validator {
  return Validators.of(description, (name, value) => {
    if (typeof value !== 'number' || (value !== -1 && value < 1)) {
      throw ConfigError.invalidValue(name, value, reason);
    }
  });
}

function entries(value: ConfigParsed): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
