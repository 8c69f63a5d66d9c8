import {
  ConfigError,
  javaHashOrder,
  parseConfigValue,
  type ConfigValue,
  type Props,
} from '@millrace/connect-api';
import { clientConfigDef, type ClientKind } from '@millrace/config';
import { configInfo, EMPTY_PART, type ConfigPart } from './config-infos.ts';
import { hasDeadLetterTopic } from './sink-rules.ts';

/** Which settings of their clients connectors may override (KIP-458). */
export interface OverridePolicy {
  readonly name: string;
  allows(setting: string): boolean;
}

const PRINCIPAL = ['sasl.jaas.config', 'sasl.mechanism', 'security.protocol'];

/** The policy that the worker names; `All` where it names none. */
export function overridePolicy(workerProps: Readonly<Record<string, string>>): OverridePolicy {
  const given = workerProps['connector.client.config.override.policy'] ?? '';
  const name = given.replace(/^.*\./, '').replace(/ConnectorClientConfigOverridePolicy$/, '');
  const allowed = (workerProps['connector.client.config.override.allowlist'] ?? '').split(/\s*,\s*/);
  switch (name) {
    case 'None':
      return { name, allows: () => false };
    case 'Principal':
      return { name, allows: (setting) => PRINCIPAL.includes(setting) };
    case 'Allowlist':
      return { name, allows: (setting) => allowed.includes(setting) };
    default:
      return { name: 'All', allows: () => true };
  }
}

/** The clients that a connector has (spec/runtime.md section 8); overrides of others are not looked at. */
export function clientsOf(
  type: 'source' | 'sink',
  props: Props,
  exactlyOnceEnabled: boolean,
): readonly ClientKind[] {
  const deadLetters = hasDeadLetterTopic(props);
  if (type === 'sink') {
    return deadLetters ? ['producer', 'consumer', 'admin'] : ['consumer'];
  }
  const ownOffsets = exactlyOnceEnabled || (props['offsets.storage.topic'] ?? '').trim() !== '';
  const createsTopics = Object.keys(props).some((key) => key.startsWith('topic.creation.'));
  return [
    'producer',
    ...(ownOffsets ? (['consumer'] as const) : []),
    ...(ownOffsets || createsTopics || deadLetters ? (['admin'] as const) : []),
  ];
}

/**
 * Throws ConfigError when a configuration overrides what the policy does not allow: it may have got past validation, since others write
 * configurations too, and policies change.
 */
export function requireAllowedOverrides(
  kinds: readonly ClientKind[],
  props: Props,
  policy: OverridePolicy,
): void {
  for (const kind of kinds) {
    const prefix = `${kind}.override.`;
    const key = Object.keys(props).find(
      (name) => name.startsWith(prefix) && !policy.allows(name.slice(prefix.length)),
    );
    if (key !== undefined) {
      throw new ConfigError(
        `Client Config Overrides not allowed: the '${policy.name}' policy of this worker ` +
          `(connector.client.config.override.policy) does not allow ${key}`,
        { key },
      );
    }
  }
}

/**
 * The overrides of one client that a configuration gives, with an error for each that the policy does not allow. Throws ConfigError for a value of
 * the wrong type, as the JVM does.
 */
export function overridePart(kind: ClientKind, props: Props, policy: OverridePolicy): ConfigPart {
  const prefix = `${kind}.override.`;
  const given = new Map(
    Object.entries(props).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
  if (given.size === 0) {
    return EMPTY_PART;
  }
  const def = clientConfigDef(kind);
  const values = javaHashOrder(given.keys()).map((name): ConfigValue => ({
    name,
    value: parseConfigValue(name, given.get(name) ?? null, def.key(name)?.type ?? 'STRING'),
    recommendedValues: [],
    errors: policy.allows(name)
      ? []
      : [
          `The '${policy.name}' policy does not allow '${name}' to be overridden in the connector configuration.`,
        ],
    visible: true,
  }));
  return {
    errorCount: values.filter(({ errors }) => errors.length > 0).length,
    groups: [],
    configs: values.map((value) => configInfo(def.key(value.name), value, prefix)),
  };
}
