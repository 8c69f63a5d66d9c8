import {
  ConfigError,
  javaHashOrder,
  SourceConnector,
  type ConfigDef,
  type Connector,
  type ConfigKeyInit,
  type ConfigValue,
  type Props,
} from '@millrace/connect-api';
import type { ConfigTransformer } from '@millrace/config';
import { MissingConnectorClassError, PluginVersionError } from '../errors.ts';
import { CONNECTOR_TYPES } from '../plugin-types.ts';
import type { PluginRegistry } from '../registry/plugin-registry.ts';
import { addChainKeys } from './chain-config.ts';
import { CheckedValues } from './checked-values.ts';
import { clientsOf, overridePart, overridePolicy } from './client-overrides.ts';
import { configInfo, joinParts, type ConfigInfos, type ConfigPart } from './config-infos.ts';
import { converterParts } from './converter-configs.ts';
import { describedConfigDef, frameworkConfigDef } from './framework-config.ts';
import { Secrets } from './hide-secrets.ts';
import { ownKeyParts } from './own-key-parts.ts';
import { pluginPart, type PluginPart } from './plugin-part.ts';
import { checkSink } from './sink-rules.ts';
import { checkSource } from './source-rules.ts';

export interface ValidationOptions {
  readonly registry: PluginRegistry;
  /** The connector's configuration as it was given. */
  readonly props: Props;
  /** The worker's properties (`WorkerConfig.originals`): converters, group, override policy. */
  readonly workerProps: Readonly<Record<string, string>>;
  /** Resolves the references in `props`; without it they are left as they are. */
  readonly transformer?: ConfigTransformer;
}

/**
 * Checks a connector's configuration as the JVM does (spec/rest.md section 3): the framework's keys, those of transforms and predicates, the
 * connector's own, overrides of clients, and those of converters. Loads and runs plugins: call it where they may hang or crash (ValidationHost).
 * Throws a PluginSelectionError when there is no connector to ask, and ConfigError when a reference or an override cannot be read.
 */
export async function validateConnector(options: ValidationOptions): Promise<ConfigInfos> {
  const { registry, props: raw } = options;
  const resolved = await options.transformer?.resolveWithTtl(raw);
  const props = resolved?.props ?? raw;
  const secrets = new Secrets(raw, resolved?.references ?? new Map());
  const className = props['connector.class'] ?? null;
  if (className === null) {
    throw new MissingConnectorClassError(`Connector config ${javaMap(raw)} contains no connector type`);
  }
  try {
    const loaded = await registry.connector(className, props['connector.plugin.version'] ?? null);
    const check = new ConnectorCheck({
      ...options,
      props,
      written: raw,
      className,
      connector: loaded.create(),
      type: loaded.type,
    });
    return secrets.hideIn(await check.run());
  } catch (error) {
    if (error instanceof PluginVersionError) {
      return secrets.hideIn(unknownVersion(error, { ...options, props, written: raw }));
    }
    throw error instanceof ConfigError ? withoutSecrets(error, secrets) : error;
  }
}

function withoutSecrets(error: ConfigError, secrets: Secrets): ConfigError {
  const { key } = error;
  return new ConfigError(secrets.hide(error.message), key === undefined ? {} : { key });
}

interface CheckContext extends ValidationOptions {
  readonly className: string;
  /** Its configuration with references as they are written. */
  readonly written: Props;
  readonly connector: Connector;
  readonly type: 'source' | 'sink';
}

class ConnectorCheck {
  readonly #context: CheckContext;

  constructor(context: CheckContext) {
    this.#context = context;
  }

  async run(): Promise<ConfigInfos> {
    const { registry, props, written, className, connector, type, workerProps } = this.#context;
    const def = frameworkConfigDef(type, { registry, props, workerProps });
    await addChainKeys(def, registry, props);
    const values = new CheckedValues(def.validate(props));
    this.#applyRules(values);
    values.refuseNulls(props);
    // Converters may add errors to the framework's keys, so they come first here and last in the answer.
    const converters = await converterParts(values, registry, props);
    const overrides = this.#overrides();
    const own = await pluginPart(connector, className, props);
    if (own.problem !== null) {
      values.addError('connector.class', own.problem);
    }
    return joinParts(className, [
      connectorPart(def, values, own),
      ...ownKeyParts(written, workerProps),
      ...overrides,
      ...converters,
    ]);
  }

  get #exactlyOnceEnabled(): boolean {
    return this.#context.workerProps['exactly.once.source.support']?.toLowerCase() === 'enabled';
  }

  #applyRules(values: CheckedValues): void {
    const { connector, props, workerProps } = this.#context;
    if (connector instanceof SourceConnector) {
      checkSource(values, props, { connector, exactlyOnceEnabled: this.#exactlyOnceEnabled });
    } else {
      checkSink(values, props, workerProps['group.id'] ?? '');
    }
  }

  #overrides(): readonly ConfigPart[] {
    const { type, props, workerProps } = this.#context;
    const policy = overridePolicy(workerProps);
    return clientsOf(type, props, this.#exactlyOnceEnabled).map((kind) => overridePart(kind, props, policy));
  }
}

/** Keys that nobody defines but of which there is something to say, then the framework's, then the connector's own. */
function connectorPart(def: ConfigDef, checked: CheckedValues, own: PluginPart): ConfigPart {
  const keys = new Map<string, ConfigKeyInit>([...def.keys(), ...own.keys].map((key) => [key.name, key]));
  const all = [...checked.all(), ...own.values];
  const undefinedOnes = javaHashOrder(all.map(({ name }) => name)).flatMap((name) =>
    keys.has(name) ? [] : all.filter((value) => value.name === name),
  );
  // What the connector says of a key replaces what the framework said.
  const values = new Map(all.map((value) => [value.name, value]));
  const defined = [...keys.values()].map((key) => ({ key, value: values.get(key.name) ?? unsaid(key.name) }));
  const counted = [...undefinedOnes, ...defined.map(({ value }) => value)];
  return {
    errorCount: counted.reduce((sum, { errors }) => sum + errors.length, 0),
    groups: [...new Set([...def.groups(), ...own.groups])],
    configs: [
      ...undefinedOnes.map((value) => configInfo(undefined, value)),
      ...defined.map(({ key, value }) => configInfo(key, value)),
    ],
  };
}

/** A key of which the connector's own check said nothing. */
function unsaid(name: string): ConfigValue {
  return { name, value: null, recommendedValues: [], errors: [], visible: true };
}

/** The framework's common keys alone: the connector that they are about is not there in this version. */
function unknownVersion(
  error: PluginVersionError,
  { registry, props, written, workerProps }: Omit<CheckContext, 'className' | 'connector' | 'type'>,
): ConfigInfos {
  const className = props['connector.class'] ?? '';
  const type = registry.find(className, CONNECTOR_TYPES).type === 'source' ? 'source' : 'sink';
  const def = describedConfigDef(type, registry.versions(className, CONNECTOR_TYPES).at(-1) ?? '');
  const values = new CheckedValues(def.validate(props));
  values.addError('connector.class', error.message);
  values.addError('connector.plugin.version', error.message);
  const version = values.get('connector.plugin.version');
  if (version !== undefined) {
    version.recommendedValues = error.available;
  }
  values.refuseNulls(props);
  return joinParts(className, [
    connectorPart(def, values, { keys: [], groups: [], values: [], problem: null }),
    ...ownKeyParts(written, workerProps),
  ]);
}

/** Keys whose values are likely to be secrets; without a connector nobody can tell which are. */
const SECRETIVE = /passw|secret|token|credential|jaas|private|api.?key/i;

/** A configuration as Java prints a map that was copied once. */
function javaMap(props: Props): string {
  const entries = javaHashOrder(Object.keys(props), 'copied').map((key) => {
    const value = props[key] ?? null;
    return `${key}=${value !== null && SECRETIVE.test(key) ? '[hidden]' : String(value)}`;
  });
  return `{${entries.join(', ')}}`;
}
