import { FileStreamSinkConnector, FileStreamSourceConnector } from '@millrace/connector-file';
import { type ConfigKeyInfo, type Props } from '@millrace/connect-api';
import { converterPlugins } from '@millrace/converters';
import { fixture } from '@millrace/testing';
import { transformPlugins } from '@millrace/transforms';
import { pino } from 'pino';
import { PluginRegistry, type ConfigInfos, type PluginDefinition } from '../../src/index.ts';

/** The worker whose answers the fixtures hold, as far as validation asks. */
export const WORKER_PROPS: Readonly<Record<string, string>> = {
  'group.id': 'spec-connect-a',
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
};

/** The plugins that the JVM and we have. */
export function jvmRegistry(): PluginRegistry {
  const file: readonly PluginDefinition[] = [
    {
      class: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
      type: 'source',
      version: '4.3.1',
      create: () => new FileStreamSourceConnector(),
    },
    {
      class: 'org.apache.kafka.connect.file.FileStreamSinkConnector',
      type: 'sink',
      version: '4.3.1',
      create: () => new FileStreamSinkConnector(),
    },
  ];
  return PluginRegistry.scan({
    pluginPath: [],
    builtins: [...file, ...converterPlugins, ...transformPlugins],
    logger: pino({ level: 'silent' }),
  });
}

export interface RestCase {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly body: unknown;
  };
  readonly response: { readonly status: number; readonly body: unknown };
}

export const CASES: readonly RestCase[] = (fixture('rest-cases.json') as { cases: readonly RestCase[] })
  .cases;

/** Cases whose answer is a checked configuration. */
export const VALIDATIONS = CASES.flatMap(({ name, request, response }) => {
  const body = response.body;
  return typeof body === 'object' && body !== null && 'configs' in body
    ? [{ name, props: propsOf(request.body), expected: body as ConfigInfos }]
    : [];
});

/** The configuration of a request as the REST layer reads it: numbers and booleans become text. */
export function propsOf(body: unknown): Props {
  const parsed = (typeof body === 'string' ? JSON.parse(body) : body) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(parsed).map(([key, value]) => [
      key,
      value === null ? null : String(value as string | number | boolean),
    ]),
  );
}

const { plugins } = fixture('plugin-configs.json') as {
  plugins: Readonly<Record<string, { readonly type: string; readonly config: readonly ConfigKeyInfo[] }>>;
};

/** What 4.3.1 tells of the settings of each plugin. */
export const PLUGIN_CONFIGS = Object.entries(plugins).map(([className, { type, config }]) => ({
  className,
  type,
  config,
}));
