import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '@millrace/connect-api';
import { tempDir } from '@millrace/testing';
import {
  parseProperties,
  readPropertiesFile,
  workerConfig,
  type Role,
  type WorkerConfig,
} from '../../src/index.ts';

const MINIMAL = {
  'bootstrap.servers': 'kafka-1:9092,kafka-2:9092',
  'group.id': 'connect-cluster',
  'config.storage.topic': 'configs',
  'offset.storage.topic': 'offsets',
  'status.storage.topic': 'statuses',
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
};

function text(props: Readonly<Record<string, string>>): string {
  return Object.entries(props)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

interface Read {
  readonly config: WorkerConfig;
  readonly warnings: readonly string[];
}

function read(settings: Readonly<Record<string, string>> = {}, role: Role = 'worker'): Read {
  const warnings: string[] = [];
  const file = parseProperties(text({ ...MINIMAL, ...settings }), '/etc/millrace/worker.properties');
  return { config: workerConfig(file, role, (message) => warnings.push(message)), warnings };
}

function problem(settings: Readonly<Record<string, string>>, role: Role = 'worker'): string {
  try {
    read(settings, role);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  return 'none';
}

/** The line of the first setting after the minimal ones. */
const NEXT = Object.keys(MINIMAL).length + 1;

describe('what a file leaves out', () => {
  test("has the JVM's defaults, but fails over faster", () => {
    expect(read().config).toMatchObject({
      path: '/etc/millrace/worker.properties',
      baseDir: '/etc/millrace',
      bootstrapServers: ['kafka-1:9092', 'kafka-2:9092'],
      listeners: [{ scheme: 'http', host: '', port: 8083 }],
      adminListeners: null,
      sessionTimeoutMs: 6000,
      heartbeatIntervalMs: 1000,
      rebalanceTimeoutMs: 60_000,
      scheduledRebalanceMaxDelayMs: 0,
      connectProtocol: 'sessioned',
      offsetFlushIntervalMs: 60_000,
      topicTrackingEnable: true,
      pluginPath: [],
      taskHost: 'process',
      taskHostCount: availableParallelism(),
      statusDatabase: '/etc/millrace/millrace-status.db',
      logLevel: 'info',
      connectorClientConfigOverridePolicy: 'All',
      restMaskPasswords: false,
      restLimits: { headMs: 20_000, requestMs: 60_000, idleMs: 30_000, connections: 5_000 },
      responseHeaders: [],
    });
  });

  test('internal topics are made as the JVM makes them', () => {
    const { configTopic, offsetTopic, statusTopic } = read().config;
    expect(configTopic).toEqual({
      topic: 'configs',
      partitions: 1,
      replicationFactor: 3,
      topicConfigs: {},
      onePartition: true,
      property: 'config.storage.topic',
    });
    expect([offsetTopic.partitions, statusTopic.partitions]).toEqual([25, 5]);
  });

  test('is no data that could not cross a process boundary', () => {
    const { config } = read();
    expect(structuredClone(config)).toEqual(config);
  });
});

describe('internal topics', () => {
  test('take any further topic setting, and the number of partitions where it is free', () => {
    const { config, warnings } = read({
      'offset.storage.partitions': '-1',
      'offset.storage.replication.factor': '1',
      'offset.storage.min.insync.replicas': '1',
      'config.storage.partitions': '3',
      'status.storage.cleanup.policy': 'delete',
    });
    expect(config.offsetTopic).toMatchObject({
      partitions: -1,
      replicationFactor: 1,
      topicConfigs: { 'min.insync.replicas': '1' },
    });
    expect(config.configTopic).toMatchObject({ partitions: 1, topicConfigs: {} });
    expect(warnings).toEqual([
      `/etc/millrace/worker.properties, line ${NEXT + 3}: 'config.storage.partitions' is ignored, since the topic always has one partition`,
      `/etc/millrace/worker.properties, line ${NEXT + 4}: 'status.storage.cleanup.policy' is ignored, since the topic always is compacted`,
    ]);
  });

  test('are three different ones', () => {
    expect(problem({ 'status.storage.topic': 'configs' })).toContain(
      'Invalid value configs for configuration status.storage.topic: config.storage.topic has the same topic',
    );
  });
});

describe('listeners', () => {
  test('may be several, secure, and on IPv6', () => {
    const { config } = read({ listeners: 'https://[::1]:8443, HTTP://localhost:8080' });
    expect(config.listeners).toEqual([
      { scheme: 'https', host: '::1', port: 8443 },
      { scheme: 'http', host: 'localhost', port: 8080 },
    ]);
    expect([config.advertisedUrl, config.workerId]).toEqual(['http://localhost:8080/', 'localhost:8080']);
  });

  test('are rest.port and rest.host.name where they are not set, as in older workers', () => {
    expect(read({ 'rest.port': '8090' }).config.listeners).toEqual([
      { scheme: 'http', host: '', port: 8090 },
    ]);
    expect(read({ 'rest.host.name': '127.0.0.1' }).config.listeners).toEqual([
      { scheme: 'http', host: '127.0.0.1', port: 8083 },
    ]);
    const both = read({ 'rest.port': '8090', listeners: 'http://:8091' });
    expect(both.config.listeners).toEqual([{ scheme: 'http', host: '', port: 8091 }]);
    expect(both.warnings).toEqual([
      `/etc/millrace/worker.properties, line ${NEXT}: 'rest.port' is ignored, since 'listeners' is set`,
    ]);
  });

  test('can be none for a worker only, which is then told from its neighbours by its process', () => {
    const { config } = read({ listeners: '', 'rest.advertised.host.name': 'w1' });
    expect([config.listeners, config.workerId]).toEqual([[], `w1:${process.pid}`]);
    expect(problem({ listeners: '' }, 'gateway')).toContain(
      'Invalid value  for configuration listeners: at least one is needed, e.g. http://:8083',
    );
  });

  test('admin listeners are on the others, nowhere, or their own', () => {
    expect(read({ 'admin.listeners': '' }).config.adminListeners).toEqual([]);
    expect(read({ 'admin.listeners': 'https://:9443' }).config.adminListeners).toEqual([
      { scheme: 'https', host: '', port: 9443 },
    ]);
  });

  test("a node's worker serves its metrics where that is asked for", () => {
    expect(read({}, 'node').config.metricsListeners).toEqual([]);
    expect(read({ 'metrics.listeners': 'http://:9404' }, 'node').config.metricsListeners).toEqual([
      { scheme: 'http', host: '', port: 9404 },
    ]);
    expect(problem({ 'metrics.listeners': ':9404' }, 'node')).toContain('metrics.listeners');
  });

  test.each(['ftp://:21', 'http://host', 'http://:99999', 'localhost:8083'])('%s is none', (listener) => {
    expect(problem({ listeners: listener })).toBe(
      `/etc/millrace/worker.properties, line ${NEXT}: Invalid value ${listener} for configuration listeners: expected a ` +
        'comma-separated list of URLs like http://localhost:8080 or https://:8443',
    );
  });

  test('the advertised address is what others are told', () => {
    const { config } = read({
      listeners: 'http://0.0.0.0:8083,https://:8443',
      'rest.advertised.listener': 'HTTPS',
      'rest.advertised.host.name': 'connect.example.com',
      'rest.advertised.port': '443',
    });
    expect([config.advertisedUrl, config.workerId]).toEqual([
      'https://connect.example.com:443/',
      'connect.example.com:443',
    ]);
    expect(read({ 'worker.id': 'alpha' }).config.workerId).toBe('alpha');
  });
});

describe('what is wrong', () => {
  test('is told with file, line, key, value and what would be right, all at once', () => {
    expect(
      problem({ 'rest.port': 'x', 'topic.creation.enable': 'maybe', 'connect.protocol': 'modern' }),
    ).toBe(
      [
        `/etc/millrace/worker.properties, line ${NEXT + 2}: Invalid value modern for configuration connect.protocol: String must be one of: eager, compatible, sessioned`,
        `/etc/millrace/worker.properties, line ${NEXT + 1}: Invalid value maybe for configuration topic.creation.enable: Expected value to be either true or false`,
        `/etc/millrace/worker.properties, line ${NEXT}: Invalid value x for configuration rest.port: Not a number of type INT`,
      ].join('\n'),
    );
  });

  test('a missing key has no line; the error carries the key', () => {
    const { 'group.id': _, ...rest } = MINIMAL;
    const file = parseProperties(text(rest), 'w.properties');
    expect(() => workerConfig(file, 'worker', () => undefined)).toThrow(
      expect.objectContaining({
        message: 'w.properties: Missing required configuration "group.id" which has no default value.',
        key: 'group.id',
      }),
    );
  });

  const REFUSED: readonly [Readonly<Record<string, string>>, string, Role?][] = [
    [{ 'group.id': ' ' }, 'Invalid value  for configuration group.id: it may not be empty'],
    [
      { 'bootstrap.servers': 'kafka' },
      'Invalid value kafka for configuration bootstrap.servers: expected host:port',
    ],
    [{ 'bootstrap.servers': '' }, 'expected a comma-separated list of host:port'],
    [
      { 'session.timeout.ms': '0' },
      'Invalid value 0 for configuration session.timeout.ms: Value must be at least 1',
    ],
    [{ 'heartbeat.interval.ms': '6000' }, 'it must be lower than session.timeout.ms, which is 6000'],
    [
      { 'offset.storage.partitions': '0' },
      "Number of partitions must be positive, or -1 to use the broker's default",
    ],
    [
      { 'exactly.once.source.support': 'enabled' },
      'exactly-once delivery of source connectors is not available yet',
    ],
    [
      { 'connect.protocol': 'eager' },
      'eager rebalancing, which stops all tasks at every change, is not supported',
    ],
    [
      { 'connector.client.config.override.policy': 'com.acme.Mine' },
      'use one of All, None, Principal, Allowlist',
    ],
    [{ 'rest.extension.classes': 'com.acme.Auth' }, 'Java REST extensions cannot be loaded', 'gateway'],
    [{ 'task.host': 'thread' }, 'String must be one of: process, inline'],
    [{ 'log.level': 'loud' }, 'String must be one of: trace, debug, info, warn, error, fatal, silent'],
    [{ 'response.http.headers.config': 'put X: y' }, 'Invalid header config action: '],
    [{ 'rest.advertised.port': '70000' }, 'Value must be no more than 65535'],
    [{ 'rest.advertised.listener': 'ftp' }, 'String must be one of: http, https'],
    [{ 'admin.listeners': 'nowhere' }, 'Invalid value nowhere for configuration admin.listeners'],
  ];
  test.each(REFUSED)('%j', (settings, reason, role) => {
    expect(problem(settings, role)).toContain(reason);
  });

  test('a secret is not shown', () => {
    expect(problem({ 'ssl.key.password': 'hunter2', 'group.id': '' })).not.toContain('hunter2');
  });

  test('a worker has no REST API that an extension could protect', () => {
    expect(problem({ 'rest.extension.classes': 'com.acme.Auth' }, 'worker')).toBe('none');
  });
});

describe('settings that nobody knows', () => {
  test('are warned of, with their line and what may have been meant', () => {
    expect(read({ 'grup.id': 'x', 'producer.linger.mss': '1', 'no.such.setting': 'x' }).warnings).toEqual([
      `/etc/millrace/worker.properties, line ${NEXT}: the setting 'grup.id' is not known and is ignored; did you mean 'group.id'?`,
      `/etc/millrace/worker.properties, line ${NEXT + 1}: the setting 'producer.linger.mss' is not known and is ignored; did you mean 'producer.linger.ms'?`,
      `/etc/millrace/worker.properties, line ${NEXT + 2}: the setting 'no.such.setting' is not known and is ignored`,
    ]);
  });

  test('settings of clients, converters, providers, topics and listeners are known', () => {
    const { warnings } = read({
      'producer.linger.ms': '1',
      'consumer.fetch.min.bytes': '1',
      'admin.request.timeout.ms': '1',
      'max.request.size': '1000',
      'key.converter.schemas.enable': 'false',
      'config.providers': 'env',
      'config.providers.env.class': 'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
      'config.providers.env.param.allowlist.pattern': 'X.*',
      'status.storage.segment.bytes': '1000000',
      'listeners.https.ssl.keystore.location': 'keys.pem',
      'metrics.context.cluster': 'a',
      'inter.worker.key.ttl.ms': '1000',
      'plugin.discovery': 'service_load',
    });
    expect(warnings).toEqual([]);
  });

  test("one properties file serves all roles: another role's settings are no strangers", () => {
    expect(read({ 'status.database': 's.db', 'task.host': 'inline' }, 'gateway').warnings).toEqual([]);
  });
});

describe("references in the worker's own settings", () => {
  test('are resolved by the built-in providers, from files beside the properties file', () => {
    const folder = tempDir('millrace-config-');
    mkdirSync(join(folder, 'secrets'));
    writeFileSync(join(folder, 'secrets', 'kafka.properties'), 'password=p1\ngroup=from-file\n');
    writeFileSync(
      join(folder, 'worker.properties'),
      text({
        ...MINIMAL,
        'config.providers': 'file',
        'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
        'group.id': '${file:secrets/kafka.properties:group}',
        'sasl.jaas.config': 'x username="u" password="${file:secrets/kafka.properties:password}";',
        'client.id': '${nobody:x}',
      }),
    );
    const config = workerConfig(
      readPropertiesFile(join(folder, 'worker.properties')),
      'worker',
      () => undefined,
    );
    expect(config.groupId).toBe('from-file');
    expect(config.originals['sasl.jaas.config']).toBe('x username="u" password="p1";');
    expect(config.clientId).toBe('${nobody:x}');
  });

  test('that cannot be read are an error that names the file', () => {
    expect(
      problem({
        'config.providers': 'file',
        'config.providers.file.class': 'FileConfigProvider',
        'client.id': '${file:missing.properties:x}',
      }),
    ).toBe('/etc/millrace/worker.properties: Could not read properties from file missing.properties');
  });

  test('to a plugin are refused, since plugins are found by means of this file', () => {
    expect(
      problem({
        'config.providers': 'v',
        'config.providers.v.class': 'com.acme.Vault',
        'client.id': '${v:a:b}',
      }),
    ).toBe(
      `/etc/millrace/worker.properties, line ${NEXT + 1}: Invalid value com.acme.Vault for configuration config.providers.v.class: ` +
        "the worker's own properties can refer to the File, Directory and EnvVar config providers only",
    );
  });

  test('a provider without a class is named', () => {
    expect(problem({ 'config.providers': 'v', 'client.id': '${v:b}' })).toContain(
      'Missing required configuration "config.providers.v.class"',
    );
  });
});

test('paths start at the folder of the properties file', () => {
  const { config } = read({ 'plugin.path': 'plugins, /opt/plugins', 'status.database': 'data/s.db' });
  expect(config.pluginPath).toEqual(['/etc/millrace/plugins', '/opt/plugins']);
  expect(config.statusDatabase).toBe('/etc/millrace/data/s.db');
  expect(read({ 'status.database': ':memory:' }).config.statusDatabase).toBe(':memory:');
});

test('rules for response headers are read as Jetty writes them', () => {
  const { config } = read({
    'response.http.headers.config':
      'add Cache-Control: no-cache, "set X-List: a, b",setDate Expires: 31540000000',
  });
  expect(config.responseHeaders).toEqual([
    { action: 'add', name: 'Cache-Control', value: 'no-cache' },
    { action: 'set', name: 'X-List', value: 'a, b' },
    { action: 'setDate', name: 'Expires', value: '31540000000' },
  ]);
});
