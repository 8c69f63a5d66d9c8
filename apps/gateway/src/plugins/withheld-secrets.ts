import type { ConfigInfos, ConfigKeyInfo } from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';

/** No provider has this name, so that it stays as it is: text that stands for a secret. */
const STAND_IN = '${withheld:secret}';
const REFERENCE = /\$\{[^}]*\}/;
const NOT_CHECKED =
  'Its value was given in clear and was not sent to the worker that checked the configuration.';

/** A configuration fit to be sent through a topic: passwords given in clear are withheld (design invariant 6). */
export interface SentConfig {
  readonly props: Props;
  readonly withheld: ReadonlySet<string>;
}

export function withholdSecrets(props: Props, keys: readonly ConfigKeyInfo[]): SentConfig {
  const withheld = new Set(
    keys.flatMap(({ name, type }) => {
      const value = props[name] ?? '';
      return type === 'PASSWORD' && value !== '' && !REFERENCE.test(value) ? [name] : [];
    }),
  );
  const sent = Object.entries(props).map(([key, value]) => [key, withheld.has(key) ? STAND_IN : value]);
  return { props: Object.fromEntries(sent) as Props, withheld };
}

/** Says in the descriptions of withheld keys that they were not checked. */
export function withNotChecked(infos: ConfigInfos, withheld: ReadonlySet<string>): ConfigInfos {
  const { name, error_count, groups, configs } = infos;
  return {
    name,
    error_count,
    groups,
    configs: configs.map(({ definition, value }) => ({
      definition: withheld.has(definition.name)
        ? { ...definition, documentation: `${definition.documentation} (${NOT_CHECKED})` }
        : definition,
      value,
    })),
  };
}
