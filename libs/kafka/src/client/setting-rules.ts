import { clientConfigDef, type ClientKind } from '@millrace/config';
import { ConfigError } from '@millrace/connect-api';
import type { Logger } from 'pino';
import type { ClientProps } from './kafka-client.ts';

/** A setting that may only have some values, since no other can be honoured. */
interface FixedSetting {
  /** Values that mean what this client does anyway; to leave the setting out or empty is always allowed. */
  readonly allowed: readonly string[];
  readonly reason: string;
}

export type FixedSettings = Readonly<Record<string, FixedSetting>>;

/** Settings of connections: those of the client count, and nobody who shares it can have others. */
const OF_CONNECTIONS = /^(?:bootstrap\.servers$|security\.protocol$|sasl\.|ssl\.)/;

const JAVA_CLASSES = 'Java classes cannot be loaded';

/** What no client of ours can honour. */
export const FIXED_FOR_CLIENTS: FixedSettings = {
  'bootstrap.controllers': {
    allowed: [],
    reason: 'connections to controllers are not supported; use bootstrap.servers',
  },
  'client.dns.lookup': {
    allowed: ['use_all_dns_ips'],
    reason: 'canonical names are for Kerberos, which is not supported',
  },
  'metadata.recovery.strategy': {
    allowed: ['rebootstrap', 'REBOOTSTRAP'],
    reason: 'the client always goes back to the bootstrap servers when no broker answers',
  },
  'security.providers': { allowed: [], reason: JAVA_CLASSES },
};

/** What no SASL connection of ours can honour. */
export const FIXED_FOR_SASL: FixedSettings = {
  'sasl.kerberos.service.name': { allowed: [], reason: 'Kerberos is not supported; use SCRAM or PLAIN' },
  'sasl.login.class': { allowed: [], reason: JAVA_CLASSES },
  'sasl.login.callback.handler.class': { allowed: [], reason: JAVA_CLASSES },
  'sasl.client.callback.handler.class': { allowed: [], reason: JAVA_CLASSES },
};

/** What no SSL connection of ours can honour. */
export const FIXED_FOR_SSL: FixedSettings = {
  'ssl.cipher.suites': { allowed: [], reason: 'the cipher suites are those of Node.js' },
  'ssl.engine.factory.class': { allowed: [], reason: `${JAVA_CLASSES}; give PEM settings` },
  'ssl.keymanager.algorithm': { allowed: ['SunX509', 'PKIX'], reason: JAVA_CLASSES },
  'ssl.protocol': {
    allowed: ['TLS', 'TLSv1.2', 'TLSv1.3'],
    reason: 'only TLS 1.2 and 1.3 are supported; narrow them with ssl.enabled.protocols',
  },
  'ssl.provider': { allowed: [], reason: JAVA_CLASSES },
  'ssl.secure.random.implementation': { allowed: [], reason: JAVA_CLASSES },
  'ssl.trustmanager.algorithm': { allowed: ['PKIX'], reason: JAVA_CLASSES },
};

/** The same for producers and consumers. */
const FIXED_FOR_ALL: FixedSettings = {
  ...FIXED_FOR_CLIENTS,
  'interceptor.classes': { allowed: [], reason: 'Java interceptors are not supported' },
  'metric.reporters': {
    allowed: ['org.apache.kafka.common.metrics.JmxReporter'],
    reason: 'Java metrics reporters are not supported',
  },
};

/** What the client obeys, for all who use its connections. */
const OBEYED_BY_CLIENT: ReadonlySet<string> = new Set([
  'allow.auto.create.topics',
  'client.id',
  'config.providers',
  'metadata.max.age.ms',
  'reconnect.backoff.max.ms',
  'reconnect.backoff.ms',
  'request.timeout.ms',
  'retry.backoff.ms',
  'socket.connection.setup.timeout.ms',
]);

/** Refuses what cannot be honoured with a ConfigError that names it. */
export function requireHonoured(props: ClientProps, fixed: FixedSettings): void {
  for (const [key, { allowed, reason }] of Object.entries(fixed)) {
    const value = props[key]?.trim() ?? '';
    if (value !== '' && !allowed.includes(value)) {
      throw ConfigError.invalidValue(key, value, reason);
    }
  }
}

export interface SettingsCheck {
  readonly kind: ClientKind;
  /** What this kind of client obeys, beside what its connections do. */
  readonly obeyed: Iterable<string>;
  /** What this kind of client cannot honour, beside what none can. */
  readonly fixed: FixedSettings;
  /** The settings of the client whose connections are used. */
  readonly client: ClientProps;
  readonly logger: Logger;
}

/** Checks the settings of a producer or consumer: refuses what cannot be honoured, warns of what says nothing to it. */
export function checkSettings(props: ClientProps, check: SettingsCheck): void {
  const { kind, logger } = check;
  const fixed = { ...FIXED_FOR_ALL, ...check.fixed };
  requireHonoured(props, fixed);
  const known = new Set(
    clientConfigDef(kind)
      .keys()
      .map(({ name }) => name),
  );
  const obeyed = new Set([...check.obeyed, ...OBEYED_BY_CLIENT, ...Object.keys(fixed)]);
  for (const [setting, value] of Object.entries(props)) {
    if (OF_CONNECTIONS.test(setting)) {
      requireSame(setting, value, check);
    } else if (!known.has(setting)) {
      logger.warn({ setting }, `The setting is not known to a Kafka ${kind}; it is ignored`);
    } else if (!obeyed.has(setting)) {
      logger.warn({ setting }, `The setting has no effect on this ${kind}`);
    }
  }
}

function requireSame(setting: string, value: string, { kind, client }: SettingsCheck): void {
  if (value !== client[setting]) {
    throw new ConfigError(
      `The ${kind} cannot have a ${setting} of its own: it uses the connections of a client with other settings`,
      { key: setting },
    );
  }
}
