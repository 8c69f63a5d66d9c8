import { readFileSync } from 'node:fs';
import { ConfigError } from '@millrace/connect-api';
import type { ClientProps } from './kafka-client.ts';

/** What kafkajs's connections need to know, read from the Java clients' settings. */
export interface ConnectionSettings {
  readonly bootstrapServers: readonly { readonly host: string; readonly port: number }[];
  readonly ssl: object | null;
  readonly sasl: { readonly mechanism: string; readonly username: string; readonly password: string } | null;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly retryBackoffMs: number;
  readonly metadataMaxAgeMs: number;
}

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'];

/** Settings that name something this client has no counterpart of; setting one is refused, never ignored. */
const REFUSED: Readonly<Record<string, string>> = {
  'sasl.kerberos.service.name': 'Kerberos is not supported; use SCRAM or PLAIN',
  'sasl.login.class': 'Java login modules are not supported',
  'sasl.login.callback.handler.class': 'Java callback handlers are not supported',
  'sasl.client.callback.handler.class': 'Java callback handlers are not supported',
  'sasl.oauthbearer.token.endpoint.url': 'OAUTHBEARER is not supported; use SCRAM or PLAIN',
  'ssl.engine.factory.class': 'Java SSL engine factories are not supported; give PEM settings',
  'ssl.provider': 'Java security providers are not supported',
};

/** Reads the settings; throws ConfigError naming the one that is wrong. */
export function connectionSettings(props: ClientProps): ConnectionSettings {
  for (const [key, reason] of Object.entries(REFUSED)) {
    if ((props[key] ?? '') !== '') {
      throw ConfigError.invalidValue(key, props[key], reason);
    }
  }
  const protocol = (props['security.protocol'] ?? 'PLAINTEXT').toUpperCase();
  if (!['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'].includes(protocol)) {
    throw ConfigError.invalidValue(
      'security.protocol',
      protocol,
      'String must be one of (case insensitive): PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL',
    );
  }
  return {
    bootstrapServers: bootstrapServers(props),
    ssl: protocol.endsWith('SSL') ? sslSettings(props) : null,
    sasl: protocol.startsWith('SASL') ? saslSettings(props) : null,
    requestTimeoutMs: integer(props, 'request.timeout.ms', 30_000),
    connectTimeoutMs: integer(props, 'socket.connection.setup.timeout.ms', 10_000),
    retryBackoffMs: integer(props, 'retry.backoff.ms', 100),
    metadataMaxAgeMs: integer(props, 'metadata.max.age.ms', 300_000),
  };
}

function bootstrapServers(props: ClientProps): { host: string; port: number }[] {
  const key = 'bootstrap.servers';
  const servers = (props[key] ?? '')
    .split(',')
    .map((server) => server.trim())
    .filter((server) => server !== '');
  if (servers.length === 0) {
    throw new ConfigError(`Missing required configuration "${key}" which has no default value.`, { key });
  }
  return servers.map((server) => {
    const match = /^(?:[a-zA-Z_]+:\/\/)?\[?(.+?)\]?:(\d+)$/.exec(server);
    const port = Number(match?.[2]);
    if (match?.[1] === undefined || port > 65_535) {
      throw ConfigError.invalidValue(key, server, 'expected host:port');
    }
    return { host: match[1], port };
  });
}

function sslSettings(props: ClientProps): object {
  const ca = pem(props, 'ssl.truststore.certificates', 'ssl.truststore');
  const cert = pem(props, 'ssl.keystore.certificate.chain', 'ssl.keystore');
  const key = (props['ssl.keystore.key'] ?? '') === '' ? cert : props['ssl.keystore.key'];
  const verifyHost = (props['ssl.endpoint.identification.algorithm'] ?? 'https') !== '';
  return {
    ...(ca === null ? {} : { ca: [ca] }),
    ...(cert === null ? {} : { cert, key }),
    ...((props['ssl.key.password'] ?? '') === '' ? {} : { passphrase: props['ssl.key.password'] }),
    ...(verifyHost ? {} : { checkServerIdentity: () => undefined }),
  };
}

/** PEM text from an inline setting or a file whose store type is PEM; null when neither is set. */
function pem(props: ClientProps, inline: string, store: string): string | null {
  const text = props[inline] ?? '';
  if (text !== '') {
    return text;
  }
  const location = props[`${store}.location`] ?? '';
  if (location === '') {
    return null;
  }
  const type = (props[`${store}.type`] ?? 'JKS').toUpperCase();
  if (type !== 'PEM') {
    throw ConfigError.invalidValue(
      `${store}.type`,
      type,
      `only PEM can be read; convert the store with keytool and openssl, and set ${store}.type=PEM`,
    );
  }
  try {
    return readFileSync(location, 'utf8');
  } catch (error) {
    throw new ConfigError(
      `Invalid value ${location} for configuration ${store}.location: it cannot be read`,
      {
        key: `${store}.location`,
        cause: error,
      },
    );
  }
}

function saslSettings(props: ClientProps): ConnectionSettings['sasl'] {
  const mechanism = props['sasl.mechanism'] ?? 'GSSAPI';
  if (!MECHANISMS.includes(mechanism)) {
    throw ConfigError.invalidValue(
      'sasl.mechanism',
      mechanism,
      `String must be one of: ${MECHANISMS.join(', ')}`,
    );
  }
  const jaas = props['sasl.jaas.config'] ?? '';
  const username = jaasOption(jaas, 'username');
  const password = jaasOption(jaas, 'password');
  if (username === null || password === null) {
    throw ConfigError.invalidValue(
      'sasl.jaas.config',
      '[hidden]',
      'it must give username="…" and password="…"',
    );
  }
  return { mechanism, username, password };
}

function jaasOption(jaas: string, name: string): string | null {
  const match = new RegExp(`\\b${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`).exec(jaas);
  return match === null ? null : (match[1]?.replace(/\\(.)/g, '$1') ?? match[2] ?? null);
}

/** A whole number that is not negative; ConfigError names the key. */
export function integer(props: ClientProps, key: string, fallback: number): number {
  const text = props[key];
  if (text === undefined || text === '') {
    return fallback;
  }
  const value = Number(text.trim());
  if (!Number.isSafeInteger(value) || value < 0) {
    throw ConfigError.invalidValue(key, text, 'Not a number of at least 0');
  }
  return value;
}
