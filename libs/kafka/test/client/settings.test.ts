import { ConfigError } from '@millrace/connect-api';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { connectionSettings } from '../../src/client/client-settings.ts';
import type { ClientProps } from '../../src/client/kafka-client.ts';
import { consumerSettings } from '../../src/consumer/consumer-settings.ts';
import { producerSettings } from '../../src/producer/producer-settings.ts';

const SERVERS = { 'bootstrap.servers': 'a:1' };

/** What is logged while `run` runs: the settings warned of. */
function warned(run: (logger: pino.Logger) => unknown): readonly string[] {
  const settings: string[] = [];
  const logger = pino(
    { level: 'warn' },
    { write: (line: string) => settings.push((JSON.parse(line) as { setting: string }).setting) },
  );
  run(logger);
  return settings;
}

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('settings of connections', () => {
  it('name the servers, one or several, with or without a protocol', () => {
    const { bootstrapServers } = connectionSettings({
      'bootstrap.servers': 'a:9092, PLAINTEXT://b.example.com:1,[::1]:2',
    });
    expect(bootstrapServers).toEqual([
      { host: 'a', port: 9092 },
      { host: 'b.example.com', port: 1 },
      { host: '::1', port: 2 },
    ]);
  });

  it('have the defaults of Java, and take Long.MAX_VALUE for ever', () => {
    expect(connectionSettings(SERVERS)).toMatchObject({
      ssl: null,
      sasl: null,
      requestTimeoutMs: 30_000,
      connectTimeoutMs: 10_000,
      retryBackoffMs: 100,
      reconnectBackoffMs: 50,
      reconnectBackoffMaxMs: 1_000,
      metadataMaxAgeMs: 300_000,
    });
    const forEver = {
      ...SERVERS,
      'metadata.max.age.ms': '9223372036854775807',
      'retry.backoff.ms': '9223372036854775807',
    };
    expect(connectionSettings(forEver)).toMatchObject({
      metadataMaxAgeMs: Number.MAX_SAFE_INTEGER,
      retryBackoffMs: 2_147_483_647,
    });
  });

  it.each<[string, ClientProps]>([
    ['bootstrap.servers', {}],
    ['bootstrap.servers', { 'bootstrap.servers': 'no-port' }],
    ['security.protocol', { ...SERVERS, 'security.protocol': 'TLS' }],
    ['sasl.mechanism', { ...SERVERS, 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'GSSAPI' }],
    ['sasl.mechanism', { ...SERVERS, 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'OAUTHBEARER' }],
    ['sasl.jaas.config', { ...SERVERS, 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN' }],
    ['sasl.login.class', { ...SERVERS, 'security.protocol': 'SASL_SSL', 'sasl.login.class': 'X' }],
    ['ssl.truststore.type', { ...SERVERS, 'security.protocol': 'SSL', 'ssl.truststore.location': '/x.jks' }],
    ['ssl.cipher.suites', { ...SERVERS, 'security.protocol': 'SSL', 'ssl.cipher.suites': 'X' }],
    ['ssl.enabled.protocols', { ...SERVERS, 'security.protocol': 'SSL', 'ssl.enabled.protocols': 'TLSv1.1' }],
    ['client.dns.lookup', { ...SERVERS, 'client.dns.lookup': 'resolve_canonical_bootstrap_servers_only' }],
    ['request.timeout.ms', { ...SERVERS, 'request.timeout.ms': '-1' }],
  ])('are refused by name when they cannot be honoured: %s in %o', (key, props) => {
    const error = thrown(() => connectionSettings(props));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ key });
  });

  it('do not matter where they are not used', () => {
    // A worker's ssl settings are those of its REST listeners, too.
    expect(connectionSettings({ ...SERVERS, 'ssl.cipher.suites': 'X' }).ssl).toBeNull();
  });

  it('never show a password in an error', () => {
    const props = {
      ...SERVERS,
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': 'x password="hush";',
    };
    expect(String(thrown(() => connectionSettings(props)))).not.toContain('hush');
  });
});

describe.each([
  ['producer', producerSettings],
  ['consumer', consumerSettings],
] as const)('settings of a %s', (kind, read) => {
  it('are warned of when they are unknown or have no effect, and otherwise not', () => {
    const props = {
      ...SERVERS,
      'client.id': 'x',
      'no.such.setting': '1',
      'send.buffer.bytes': '1',
      'metadata.max.age.ms': '1',
    };
    expect(warned((logger) => read(props, props, logger))).toEqual(['no.such.setting', 'send.buffer.bytes']);
  });

  it('are refused where they would need connections of their own', () => {
    const props = { 'security.protocol': 'SSL' };
    const error = thrown(() => warned((logger) => read(props, SERVERS, logger)));
    expect(error).toMatchObject({ key: 'security.protocol' });
    expect(String(error)).toContain(`The ${kind} cannot have a security.protocol of its own`);
    expect(warned((logger) => read(props, { ...SERVERS, ...props }, logger))).toEqual([]);
  });

  it('are refused where Java classes would have to be loaded', () => {
    const error = thrown(() => warned((logger) => read({ 'interceptor.classes': 'X' }, SERVERS, logger)));
    expect(error).toMatchObject({ key: 'interceptor.classes' });
  });
});

describe('settings of a consumer', () => {
  const read = (props: ClientProps) => consumerSettings(props, SERVERS, pino({ level: 'silent' }));

  it('name assignors as Java does', () => {
    expect(read({}).assignors).toEqual(['range', 'cooperative-sticky']);
    const sticky = 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor';
    expect(read({ 'partition.assignment.strategy': sticky }).assignors).toEqual(['cooperative-sticky']);
  });

  it.each([
    ['partition.assignment.strategy', 'org.apache.kafka.clients.consumer.RoundRobinAssignor'],
    ['enable.auto.commit', 'true'],
    ['group.protocol', 'consumer'],
    ['client.rack', 'a'],
    ['isolation.level', 'read_everything'],
    ['auto.offset.reset', 'by_duration:PT1H'],
    ['heartbeat.interval.ms', '45000'],
    ['max.poll.records', '0'],
  ])('are refused when they cannot be honoured: %s=%s', (key, value) => {
    expect(thrown(() => read({ [key]: value }))).toMatchObject({ key });
  });
});
