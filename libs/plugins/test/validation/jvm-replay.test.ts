import { describe, expect, test } from 'vitest';
import { ConfigTransformer, FileConfigProvider } from '@millrace/config';
import { type ConfigProvider } from '@millrace/connect-api';
import {
  configErrors,
  pluginConfig,
  PluginSelectionError,
  validateConnector,
  type ConfigInfo,
  type ConfigInfos,
} from '../../src/index.ts';
import {
  CASES,
  jvmRegistry,
  PLUGIN_CONFIGS,
  propsOf,
  VALIDATIONS,
  WORKER_PROPS,
  type RestCase,
} from './jvm-worker.ts';

const registry = jvmRegistry();

/** The values that the fixtures' provider files and variables hold. */
const held: Readonly<Record<string, string>> = { topic: 'spec-prov', MYVAR: 'envval' };
const provider: ConfigProvider = {
  configure: () => undefined,
  get: (_path, keys) => ({
    data: Object.fromEntries([...keys].flatMap((key) => (held[key] === undefined ? [] : [[key, held[key]]]))),
  }),
};
const transformer = new ConfigTransformer(
  new Map([
    ['file', provider],
    ['env', provider],
  ]),
);

function check(props: Parameters<typeof validateConnector>[0]['props']): Promise<ConfigInfos> {
  return validateConnector({ registry, props, workerProps: WORKER_PROPS, transformer });
}

/** We do not copy the text that Kafka has for each setting of its clients. */
function withoutClientTexts({ definition, value }: ConfigInfo): ConfigInfo {
  const client = /^(producer|consumer|admin)\.override\./.test(definition.name);
  return { value, definition: client ? { ...definition, documentation: '' } : definition };
}

/** Design invariant 6: what a reference stands for is not shown, where the JVM shows it. */
function withReferences({ definition, value }: ConfigInfo): ConfigInfo {
  const shown = new Map([
    ['spec-prov', '${file:sec.properties:topic}'],
    ['envval', '${env:MYVAR}'],
  ]);
  return { definition, value: { ...value, value: shown.get(value.value ?? '') ?? value.value } };
}

describe('checked configurations are those of the JVM, key by key', () => {
  test('the fixtures have a dozen', () => {
    expect(VALIDATIONS).toHaveLength(13);
  });

  test.each(VALIDATIONS)('$name', async ({ props, expected }) => {
    const infos = await check(props);
    expect({ ...infos, configs: [] }).toEqual({ ...expected, configs: [] });
    expect(infos.configs.map(withoutClientTexts)).toEqual(
      expected.configs.map(withoutClientTexts).map(withReferences),
    );
  });
});

/** Creations and changes that the JVM refused with 400, and why ours read otherwise. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'create abstract class': 'there are no Java classes that are not plugins',
  'create converter that is not a converter': 'there are no Java classes that are not plugins',
  'patch config invalid': 'the request holds a part of the configuration only',
};

function createConfig({ method, path, body }: RestCase['request']): unknown {
  if (
    method === 'POST' &&
    path === '/connectors' &&
    typeof body === 'object' &&
    body !== null &&
    'config' in body
  ) {
    const { name, config } = body as { name?: string; config: Readonly<Record<string, unknown>> };
    return { name: (name ?? '').trim(), ...config };
  }
  const name = /^\/connectors\/([^/]+)\/config$/.exec(path)?.[1];
  return method === 'PUT' && name !== undefined && typeof body === 'object' && body !== null
    ? { ...body, name }
    : null;
}

const REFUSED = CASES.flatMap(({ name, request, response }) => {
  const config = createConfig(request);
  const message = (response.body as { message?: string } | null)?.message ?? '';
  const elsewhere =
    /doesn't match connector name|already exists|conflicting operation|Cannot deserialize|Cannot invoke|Unrecognized|Cannot construct|Could not read|Path is not supported/.test(
      message,
    );
  return config === null || response.status < 400 || elsewhere
    ? []
    : [{ name, props: propsOf(config), message }];
});

describe('a creation is refused with the same text', () => {
  test.each(REFUSED.filter(({ name }) => DIFFERENT[name] === undefined))(
    '$name',
    async ({ props, message }) => {
      const answer = await check(props).then(configErrors, (error: unknown) => (error as Error).message);
      // The list of connectors is that of our plugins.
      const [own, expected] = [answer, message].map((text) =>
        text?.replace(/PluginDesc\{.*\}/, 'those there are'),
      );
      expect(own).toBe(expected);
    },
  );

  test('the cases that differ are there, and are refused all the same', async () => {
    for (const { name, props } of REFUSED.filter(({ name: each }) => DIFFERENT[each] !== undefined)) {
      const answer = await check(props).then(configErrors, (error: unknown) => (error as Error).message);
      expect([name, answer]).toEqual([name, expect.stringContaining('f')]);
    }
    expect(REFUSED.length).toBeGreaterThan(25);
  });

  test('without a connector to ask the error says that the request is to blame', async () => {
    await expect(check({ 'connector.class': 'com.example.Nope' })).rejects.toThrow(PluginSelectionError);
    await expect(check({ name: 'x' })).rejects.toThrow(PluginSelectionError);
    await expect(
      check({ 'connector.class': 'FileStreamSource', 'connector.plugin.version': '[1.0' }),
    ).rejects.toThrow(PluginSelectionError);
  });

  test('an unreadable file is an error of the configuration', async () => {
    const files = new ConfigTransformer(new Map([['file', new FileConfigProvider()]]));
    const props = { 'connector.class': 'FileStreamSource', topic: '${file:missing.properties:topic}' };
    await expect(
      validateConnector({ registry, props, workerProps: WORKER_PROPS, transformer: files }),
    ).rejects.toThrow('Could not read properties from file missing.properties');
  });
});

/** Plugins of the JVM that we do not have. */
const NOT_OURS = /\.mirror\./;

describe('the settings of each plugin are those of the JVM', () => {
  test.each(PLUGIN_CONFIGS.filter(({ className }) => !NOT_OURS.test(className)))(
    '$className',
    async ({ className, config }) => {
      expect(await pluginConfig(registry, className)).toEqual(config);
    },
  );

  test('unknown plugins and versions are told apart', async () => {
    await expect(pluginConfig(registry, 'NoSuchPlugin')).rejects.toThrow('Unknown plugin NoSuchPlugin.');
    await expect(pluginConfig(registry, 'FileStreamSourceConnector', '9.9.9')).rejects.toThrow(
      'Plugin org.apache.kafka.connect.file.FileStreamSourceConnector not found that matches the version range [9.9.9,9.9.9], available versions: [4.3.1]',
    );
  });
});
