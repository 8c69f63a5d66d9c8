import { readFileSync } from 'node:fs';
import { ConfigError } from '@millrace/connect-api';
import type { ClientProps } from './kafka-client.ts';
import { FIXED_FOR_CLIENTS, FIXED_FOR_SASL, FIXED_FOR_SSL, requireHonoured } from './setting-rules.ts';
import { intOf, longOf, timerOf, wordOf } from './setting-values.ts';

/** What kafkajs's connections need to know, read from the Java clients' settings. */
export interface ConnectionSettings {
  readonly bootstrapServers: readonly { readonly host: string; readonly port: number }[];
  readonly ssl: object | null;
  readonly sasl: { readonly mechanism: string; readonly username: string; readonly password: string } | null;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly retryBackoffMs: number;
  readonly reconnectBackoffMs: number;
  readonly reconnectBackoffMaxMs: number;
  readonly metadataMaxAgeMs: number;
}

const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;
const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'];
const TLS_VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

/** Reads the settings; throws ConfigError naming the one that is wrong. */
export function connectionSettings(props: ClientProps): ConnectionSettings {
  requireHonoured(props, FIXED_FOR_CLIENTS);
  const protocol = wordOf(props, 'security.protocol', PROTOCOLS);
  return {
    bootstrapServers: bootstrapServers(props),
    ssl: protocol.endsWith('SSL') ? sslSettings(props) : null,
    sasl: protocol.startsWith('SASL') ? saslSettings(props) : null,
    requestTimeoutMs: intOf(props, 'request.timeout.ms', 30_000),
    connectTimeoutMs: timerOf(props, 'socket.connection.setup.timeout.ms', 10_000),
    retryBackoffMs: timerOf(props, 'retry.backoff.ms', 100),
    reconnectBackoffMs: longOf(props, 'reconnect.backoff.ms', 50),
    reconnectBackoffMaxMs: longOf(props, 'reconnect.backoff.max.ms', 1_000),
    metadataMaxAgeMs: longOf(props, 'metadata.max.age.ms', 300_000),
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
  requireHonoured(props, FIXED_FOR_SSL);
  const ca = pem(props, 'ssl.truststore.certificates', 'ssl.truststore');
  const cert = pem(props, 'ssl.keystore.certificate.chain', 'ssl.keystore');
  const key = (props['ssl.keystore.key'] ?? '') === '' ? cert : props['ssl.keystore.key'];
  const verifyHost = (props['ssl.endpoint.identification.algorithm'] ?? 'https') !== '';
  return {
    ...(ca === null ? {} : { ca: [ca] }),
    ...(cert === null ? {} : { cert, key }),
    ...((props['ssl.key.password'] ?? '') === '' ? {} : { passphrase: props['ssl.key.password'] }),
    ...(verifyHost ? {} : { checkServerIdentity: () => undefined }),
    ...tlsVersions(props),
  };
}

/** `ssl.enabled.protocols`: both versions, or the one that is named. */
function tlsVersions(props: ClientProps): { readonly minVersion: string; readonly maxVersion: string } {
  const key = 'ssl.enabled.protocols';
  const named = (props[key] ?? '')
    .split(',')
    .map((version) => version.trim())
    .filter((version) => version !== '');
  for (const version of named) {
    if (!TLS_VERSIONS.some((known) => known === version)) {
      throw ConfigError.invalidValue(key, version, `supported are ${TLS_VERSIONS.join(', ')}`);
    }
  }
  const [oldest, newest] = TLS_VERSIONS;
  const enabled = named.length === 0 ? TLS_VERSIONS : named;
  return {
    minVersion: enabled.includes(oldest) ? oldest : newest,
    maxVersion: enabled.includes(newest) ? newest : oldest,
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
  requireHonoured(props, FIXED_FOR_SASL);
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
