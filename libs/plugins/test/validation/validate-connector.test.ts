import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { ConfigTransformer } from '@millrace/config';
import { ConfigError, type ConfigProvider, type Props } from '@millrace/connect-api';
import {
  configErrors,
  PluginRegistry,
  validateConnector,
  type ConfigInfo,
  type ConfigInfos,
  type ValidationOptions,
} from '../../src/index.ts';
import { jvmRegistry, WORKER_PROPS } from './jvm-worker.ts';

const jvm = jvmRegistry();
const acme = PluginRegistry.scan({
  pluginPath: [fileURLToPath(new URL('../plugins/folder', import.meta.url))],
  builtins: [],
  logger: pino({ level: 'silent' }),
});

const SOURCE: Props = { name: 's', 'connector.class': 'FileStreamSource', topic: 't' };
const SINK: Props = { name: 's', 'connector.class': 'FileStreamSink', topics: 't' };
const COUNTER: Props = {
  name: 'c',
  'connector.class': 'CounterSource',
  'connector.plugin.version': '1.0.0',
  'count.to': '1',
};

function check(props: Props, options: Partial<ValidationOptions> = {}): Promise<ConfigInfos> {
  return validateConnector({ registry: jvm, workerProps: WORKER_PROPS, props, ...options });
}

function errors(infos: ConfigInfos): readonly (readonly [string, string])[] {
  return infos.configs.flatMap(({ value }) => value.errors.map((error) => [value.name, error] as const));
}

function key(infos: ConfigInfos, name: string): ConfigInfo | undefined {
  return infos.configs.find(({ value }) => value.name === name);
}

describe('converters', () => {
  test('may be named by an alias; the class is shown', async () => {
    const infos = await check({
      ...SOURCE,
      'value.converter': 'Json',
      'value.converter.schemas.enable': 'false',
    });
    expect(key(infos, 'value.converter')?.value.value).toBe('org.apache.kafka.connect.json.JsonConverter');
    expect(key(infos, 'value.converter.schemas.enable')?.value.value).toBe('false');
    expect(infos.error_count).toBe(0);
  });

  test('of another kind are refused', async () => {
    const infos = await check({ ...SOURCE, 'value.converter': 'org.apache.kafka.connect.transforms.Filter' });
    expect(errors(infos)).toEqual([
      [
        'value.converter',
        'Class class org.apache.kafka.connect.transforms.Filter does not implement the Converter interface',
      ],
    ]);
  });

  test('in a version that is not there are refused on both keys', async () => {
    const message =
      'Plugin org.apache.kafka.connect.json.JsonConverter not found that matches the version range [1.0,1.0], available versions: [4.3.1]';
    const infos = await check({
      ...SOURCE,
      'key.converter': 'JsonConverter',
      'key.converter.plugin.version': '1.0',
    });
    expect(errors(infos)).toEqual([
      ['key.converter', message],
      ['key.converter.plugin.version', message],
    ]);
  });

  test('a malformed version is an error of its key', async () => {
    const infos = await check({ ...SOURCE, 'key.converter': 'Json', 'key.converter.plugin.version': '[1' });
    expect(errors(infos)).toEqual([
      [
        'key.converter.plugin.version',
        'Invalid value [1 for configuration key.converter.plugin.version: Unbounded range: [1',
      ],
    ]);
  });

  test("a worker without converters, or with one that is not here, is not the configuration's trouble", async () => {
    expect((await check(SOURCE, { workerProps: {} })).error_count).toBe(0);
    const infos = await check(SOURCE, { workerProps: { 'key.converter': 'com.acme.Avro' } });
    expect(infos.error_count).toBe(0);
    expect(key(infos, 'key.converter')?.value.value).toBe('com.acme.Avro');
  });

  test("the worker's version of its own converter is the default", async () => {
    const workerProps = { ...WORKER_PROPS, 'key.converter.plugin.version': '4.3.1' };
    expect(
      key(await check(SOURCE, { workerProps }), 'key.converter.plugin.version')?.definition.default_value,
    ).toBe('4.3.1');
  });
});

test('the time after which a task is stalled is checked and shown where it is given', async () => {
  const name = 'task.progress.timeout.ms';
  expect(key(await check(SINK), name)).toBeUndefined();
  const given = await check({ ...SINK, [name]: '0' }, { workerProps: { ...WORKER_PROPS, [name]: '5000' } });
  expect(given.error_count).toBe(0);
  expect(key(given, name)).toMatchObject({ definition: { default_value: '5000' }, value: { value: '0' } });
  expect(errors(await check({ ...SOURCE, [name]: '-1' }))).toEqual([
    [name, `Invalid value -1 for configuration ${name}: Value must be at least 0`],
  ]);
});

describe('automatic restarts', () => {
  const shown = (infos: ConfigInfos): readonly string[] =>
    infos.configs.map(({ value }) => value.name).filter((name) => name.startsWith('auto.restart.'));

  test('are not listed unless they are given, with the worker as default', async () => {
    expect(shown(await check(SINK))).toEqual([]);
    const infos = await check(
      { ...SINK, 'auto.restart.max.attempts': '5' },
      { workerProps: { ...WORKER_PROPS, 'auto.restart.max.attempts': '3' } },
    );
    expect(infos.error_count).toBe(0);
    expect(shown(infos)).toEqual(['auto.restart.max.attempts']);
    expect(infos.groups).toContain('Automatic Restart');
    const info = key(infos, 'auto.restart.max.attempts');
    expect(info?.definition).toMatchObject({ type: 'INT', default_value: '3', required: false });
    expect(info?.value.value).toBe('5');
  });

  test('with a bad value are an error of their key, also where the connector is not there in that version', async () => {
    const message =
      'Invalid value often for configuration auto.restart.enabled: Expected value to be either true or false';
    const infos = await check({ ...SOURCE, 'auto.restart.enabled': 'often' });
    expect(errors(infos)).toEqual([['auto.restart.enabled', message]]);
    expect(infos.error_count).toBe(1);
    const other = await check({
      ...SOURCE,
      'connector.plugin.version': '0.1',
      'auto.restart.enabled': 'often',
    });
    expect(errors(other)).toContainEqual(['auto.restart.enabled', message]);
  });

  test('are read as they are written, without references', async () => {
    const provider: ConfigProvider = {
      configure: () => undefined,
      get: () => ({ data: { on: 'true' } }),
    };
    const infos = await check(
      { ...SOURCE, 'auto.restart.enabled': '${p:on}' },
      { transformer: new ConfigTransformer(new Map([['p', provider]])) },
    );
    expect(errors(infos)).toEqual([
      [
        'auto.restart.enabled',
        'Invalid value ${p:on} for configuration auto.restart.enabled: it may not be a reference; write the value itself',
      ],
    ]);
  });

  test('that are null are refused once', async () => {
    const infos = await check({ ...SOURCE, 'auto.restart.enabled': null });
    expect(infos.error_count).toBe(1);
    expect(errors(infos)).toHaveLength(1);
  });
});

describe('transforms and predicates', () => {
  test('of another kind, and in a version that is not there', async () => {
    const infos = await check({
      ...SOURCE,
      transforms: 'a,b',
      'transforms.a.type': 'org.apache.kafka.connect.json.JsonConverter',
      'transforms.b.type': 'org.apache.kafka.connect.transforms.Filter',
      'transforms.b.plugin.version': '[5,)',
    });
    expect(errors(infos)).toEqual([
      [
        'transforms.a.type',
        'Class class org.apache.kafka.connect.json.JsonConverter does not implement the Transformation interface',
      ],
      [
        'transforms.b.plugin.version',
        'Invalid value org.apache.kafka.connect.transforms.Filter for configuration transforms.b.type: Error getting config ' +
          'definition from Transformation: Plugin org.apache.kafka.connect.transforms.Filter not found that matches the version ' +
          'range [5,), available versions: [4.3.1]',
      ],
    ]);
  });

  test('a malformed version is an error of its key', async () => {
    const infos = await check({
      ...SOURCE,
      transforms: 'a',
      'transforms.a.type': 'org.apache.kafka.connect.transforms.Filter',
      'transforms.a.plugin.version': '(1',
    });
    expect(errors(infos)).toEqual([
      [
        'transforms.a.plugin.version',
        'Invalid value (1 for configuration transforms.a.plugin.version: Unbounded range: (1',
      ],
    ]);
  });

  test("a transform's own settings of the names that all have are not seen", async () => {
    const infos = await check(
      {
        ...COUNTER,
        transforms: 'up',
        'transforms.up.type': 'com.acme.Upper$Value',
        'transforms.up.field': 'f',
      },
      { registry: acme, workerProps: {} },
    );
    expect(infos.error_count).toBe(0);
    expect(key(infos, 'transforms.up.negate')?.definition).toMatchObject({
      type: 'BOOLEAN',
      default_value: 'false',
    });
  });

  test('the same alias for both is no trouble', async () => {
    const infos = await check({
      ...SOURCE,
      transforms: 'a',
      'transforms.a.type': 'org.apache.kafka.connect.transforms.Filter',
      'transforms.a.predicate': 'a',
      'transforms.a.negate': 'true',
      predicates: 'a',
      'predicates.a.type': 'org.apache.kafka.connect.transforms.predicates.RecordIsTombstone',
    });
    expect(infos.error_count).toBe(0);
    expect(infos.groups).toEqual(expect.arrayContaining(['Transforms: a', 'Predicates: a']));
  });
});

describe('sinks', () => {
  test('a dead letter topic may not match what is consumed', async () => {
    const { topics: _, ...rest } = SINK;
    const infos = await check({ ...rest, 'topics.regex': 'a.*', 'errors.deadletterqueue.topic.name': 'abc' });
    expect(errors(infos)).toEqual([
      [
        'topics.regex',
        "The DLQ topic 'abc' may not be matched by the regex for the topics ('topics.regex=a.*') consumed by the connector",
      ],
    ]);
  });

  test("its group may not be the workers', by its name either", async () => {
    const workerProps = { ...WORKER_PROPS, 'group.id': 'connect-s' };
    expect(errors(await check(SINK, { workerProps }))).toEqual([
      ['name', 'Consumer group for sink connector named s conflicts with Connect worker group connect-s'],
    ]);
    expect(
      (await check({ ...SINK, 'consumer.override.group.id': 'mine' }, { workerProps })).error_count,
    ).toBe(0);
  });

  test('a topic given twice is refused', async () => {
    expect(errors(await check({ ...SINK, topics: 'a,a' }))).toEqual([
      ['topics', "Configuration 'topics' values must not be duplicated."],
    ]);
  });
});

describe('exactly-once and transaction boundaries', () => {
  const enabled = { ...WORKER_PROPS, 'exactly.once.source.support': 'enabled' };

  test('a connector that supports it may require it', async () => {
    const props = { ...SOURCE, file: 'f', 'exactly.once.support': 'REQUIRED' };
    expect((await check(props, { workerProps: enabled })).error_count).toBe(0);
  });

  test('one that does not, or does not say, may not', async () => {
    expect(
      errors(await check({ ...SOURCE, 'exactly.once.support': 'required' }, { workerProps: enabled })),
    ).toEqual([
      [
        'exactly.once.support',
        'The connector does not support exactly-once semantics with the provided configuration.',
      ],
    ]);
    const infos = await check(
      { ...COUNTER, 'exactly.once.support': 'required' },
      { registry: acme, workerProps: { 'exactly.once.source.support': 'enabled' } },
    );
    expect(errors(infos)).toEqual([
      [
        'exactly.once.support',
        expect.stringContaining('The connector does not implement the API required for preflight'),
      ],
    ]);
  });
});

describe('overrides of client settings', () => {
  const OVERRIDES = {
    'producer.override.linger.ms': '5',
    'producer.override.sasl.jaas.config': 'secret',
    'producer.override.made.up': 'x',
  };

  const refused = async (policy: string, allowlist = ''): Promise<readonly string[]> => {
    const workerProps = {
      ...WORKER_PROPS,
      'connector.client.config.override.policy': policy,
      'connector.client.config.override.allowlist': allowlist,
    };
    return errors(await check({ ...SOURCE, ...OVERRIDES }, { workerProps })).map(([name]) => name);
  };

  test.each([
    ['All', '', []],
    ['None', '', Object.keys(OVERRIDES)],
    [
      'org.apache.kafka.connect.connector.policy.NoneConnectorClientConfigOverridePolicy',
      '',
      Object.keys(OVERRIDES),
    ],
    ['Principal', '', ['producer.override.linger.ms', 'producer.override.made.up']],
    ['Allowlist', 'made.up, linger.ms', ['producer.override.sasl.jaas.config']],
    ['Allowlist', '', Object.keys(OVERRIDES)],
  ])('%s %s', async (policy, allowlist, names) => {
    expect((await refused(policy, allowlist)).toSorted()).toEqual(names.toSorted());
  });

  test('say why, hide secrets, and take settings that nobody defines', async () => {
    const workerProps = { ...WORKER_PROPS, 'connector.client.config.override.policy': 'None' };
    const infos = await check({ ...SOURCE, ...OVERRIDES }, { workerProps });
    expect(infos.error_count).toBe(3);
    expect(key(infos, 'producer.override.sasl.jaas.config')?.value).toMatchObject({
      value: '[hidden]',
      errors: [
        "The 'None' policy does not allow 'sasl.jaas.config' to be overridden in the connector configuration.",
      ],
    });
    expect(key(infos, 'producer.override.made.up')?.definition).toMatchObject({
      type: 'STRING',
      required: false,
    });
  });

  test('are those of the clients that the connector has', async () => {
    const overrides = {
      'producer.override.acks': '1',
      'consumer.override.max.poll.records': '1',
      'admin.override.retries': '1',
    };
    const names = async (props: Props, workerProps = WORKER_PROPS): Promise<readonly string[]> =>
      (await check({ ...props, ...overrides }, { workerProps })).configs.flatMap(({ value: { name } }) =>
        name.includes('.override.') ? [name.split('.')[0] ?? ''] : [],
      );
    expect(await names(SOURCE)).toEqual(['producer']);
    expect(await names({ ...SOURCE, 'topic.creation.default.partitions': '1' })).toEqual([
      'producer',
      'admin',
    ]);
    expect(await names({ ...SOURCE, 'offsets.storage.topic': 'o' })).toEqual([
      'producer',
      'consumer',
      'admin',
    ]);
    expect(await names(SOURCE, { ...WORKER_PROPS, 'exactly.once.source.support': 'enabled' })).toEqual([
      'producer',
      'consumer',
      'admin',
    ]);
    expect(await names(SINK)).toEqual(['consumer']);
    expect(await names({ ...SINK, 'errors.deadletterqueue.topic.name': 'd' })).toEqual([
      'producer',
      'consumer',
      'admin',
    ]);
  });
});

describe('a connector that answers strangely', () => {
  const ask = (onCheck: string, more: Props = {}): Promise<ConfigInfos> =>
    check({ ...COUNTER, 'on.check': onCheck, ...more }, { registry: acme, workerProps: {} });

  test('throws: the reason is an error of its class, without the password in it', async () => {
    expect(errors(await ask('throw', { password: 'hunter2' }))).toEqual([
      ['connector.class', 'CounterSource.validate() failed: cannot log in with [hidden]'],
    ]);
  });

  test('gives nothing', async () => {
    expect(errors(await ask('nothing'))).toEqual([
      ['connector.class', 'CounterSource.validate() must return a Config that is not null.'],
    ]);
  });

  test('gives nonsense: what makes sense of it counts', async () => {
    expect(errors(await ask('nonsense'))).toEqual([
      ['made.up', 'who is this?'],
      ['count.to', 'one'],
      ['count.to', 'two'],
    ]);
  });
});

describe('references', () => {
  const vault: ConfigProvider = {
    configure: () => undefined,
    get: (_path, keys) => ({ data: Object.fromEntries([...keys].map((name) => [name, `${name}-value\n`])) }),
  };
  const transformer = new ConfigTransformer(new Map([['v', vault]]));

  test('are what is shown, also within a value and in errors', async () => {
    const infos = await check(
      { ...SOURCE, topic: 'x-${v:t}', 'errors.tolerance': '${v:all}', 'tasks.max': '${nobody:n}' },
      { transformer },
    );
    expect(key(infos, 'topic')?.value.value).toBe('x-${v:t}');
    expect(errors(infos)).toEqual([
      ['tasks.max', 'Invalid value ${nobody:n} for configuration tasks.max: Not a number of type INT'],
      ['tasks.max', 'Invalid value null for configuration tasks.max: Value must be non-null'],
      [
        'errors.tolerance',
        'Invalid value ${v:all} for configuration errors.tolerance: String must be one of: none, all',
      ],
    ]);
  });

  test('hide what they stand for in an override that cannot be parsed', async () => {
    const failure = check({ ...SOURCE, 'producer.override.linger.ms': '${v:ms}' }, { transformer });
    await expect(failure).rejects.toThrow(
      /^Invalid value \$\{v:ms\}\s+for configuration linger\.ms: Not a number of type LONG$/,
    );
    await expect(failure).rejects.toThrow(ConfigError);
  });
});

test('the text of a refusal counts and lists every error', async () => {
  expect(configErrors(await check(SOURCE))).toBeNull();
  expect(configErrors(await check({ 'connector.class': 'FileStreamSource' }))).toBe(
    'Connector configuration is invalid and contains the following 2 error(s):\n' +
      'Missing required configuration "name" which has no default value.\n' +
      'Missing required configuration "topic" which has no default value.\n' +
      'You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`',
  );
});
