import { resolve } from 'node:path';
import type { Props } from '@millrace/connect-api';
import type { WorkerConfig } from '../worker/worker-config.ts';
import { CLIENT_KINDS, clientConfigDef, type ClientKind } from './client-config-def.ts';

/** `internal`: the clients of the internal topics and the group. */
export type ClientUse = ClientKind | 'internal';

/**
 * What the framework sets before anyone else (spec/runtime.md sections 3 and 5). Not the JVM's one request in flight: our producer keeps the
 * order of each partition by itself.
 */
const DEFAULTS: Readonly<Record<ClientKind, Readonly<Record<string, string>>>> = {
  producer: {
    acks: 'all',
    'enable.idempotence': 'false',
    'max.block.ms': '9223372036854775807',
    'delivery.timeout.ms': '2147483647',
  },
  consumer: { 'enable.auto.commit': 'false', 'auto.offset.reset': 'earliest' },
  admin: {},
};

/** Names that mean something else in a worker's properties than to a client, or nothing to one of ours. */
const WORKER_ONLY = new Set([
  'client.id',
  'config.providers',
  'group.id',
  'group.instance.id',
  'heartbeat.interval.ms',
  'interceptor.classes',
  'metric.reporters',
  'session.timeout.ms',
]);

/** Settings that are paths; they start at the properties file's folder. */
const PATHS = ['ssl.keystore.location', 'ssl.truststore.location'];

/**
 * Settings for a Kafka client under the Java clients' names, put together as the JVM does (spec/runtime.md section 8): producers and
 * consumers get the framework's defaults, the worker's `producer.` or `consumer.` settings and the connector's overrides; admin clients the
 * worker's own settings, those with `admin.` and the overrides; internal clients the worker's own. References in `connectorProps` must be
 * resolved.
 */
export function clientProps(
  config: WorkerConfig,
  use: ClientUse,
  connectorProps: Props = {},
): Record<string, string> {
  const props: Record<string, string> = { 'bootstrap.servers': config.bootstrapServers.join(',') };
  if (use === 'internal' || use === 'admin') {
    Object.assign(props, ownSettings(config.originals, use));
  }
  if (use !== 'internal') {
    Object.assign(
      props,
      DEFAULTS[use],
      under(config.originals, `${use}.`),
      under(connectorProps, `${use}.override.`),
    );
  }
  for (const key of PATHS) {
    const path = props[key] ?? '';
    if (path !== '') {
      props[key] = resolve(config.baseDir, path);
    }
  }
  return props;
}

/** The worker's unprefixed settings that a client of that kind knows. */
function ownSettings(
  originals: Readonly<Record<string, string>>,
  use: 'internal' | 'admin',
): Readonly<Record<string, string>> {
  const kinds = use === 'admin' ? (['admin'] as const) : CLIENT_KINDS;
  const known = new Set(
    kinds.flatMap((kind) =>
      clientConfigDef(kind)
        .keys()
        .map(({ name }) => name),
    ),
  );
  return Object.fromEntries(
    Object.entries(originals).filter(
      ([key]) => known.has(key) && !WORKER_ONLY.has(key) && key !== 'bootstrap.servers',
    ),
  );
}

function under(props: Props, prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(props).flatMap(([key, value]) =>
      key.startsWith(prefix) && value !== null ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}
