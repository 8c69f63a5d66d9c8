import { ConfigDef, configKeyInfo, configValueInfo, type ConfigKeyInit } from '@millrace/connect-api';
import { joinParts, ownKeyParts } from '@millrace/plugins';
import type { ConfigInfos, ConfigKeyInfo } from '@millrace/rest';
import type { Props } from '@millrace/topic-stores';

/**
 * Checks a configuration by what a plugin's description says: what is required, and of which type; and by what Millrace itself adds to
 * every connector. The plugin itself is not there to be asked, so that its own rules are not checked.
 */
export function checkByDescriptor(props: Props, keys: readonly ConfigKeyInfo[]): ConfigInfos {
  const def = keys.reduce((all, key) => all.define(keyOf(key)), new ConfigDef());
  const values = new Map(def.validate(props).map((value) => [value.name, value]));
  const configs = def.keys().flatMap((key) => {
    const value = values.get(key.name);
    return value === undefined
      ? []
      : [{ definition: configKeyInfo(key), value: configValueInfo(value, key.type) }];
  });
  const described = {
    errorCount: configs.reduce((count, { value }) => count + value.errors.length, 0),
    groups: def.groups(),
    configs,
  };
  return joinParts(props['connector.class'] ?? '', [described, ...ownKeyParts(props, {})]);
}

function keyOf(info: ConfigKeyInfo): ConfigKeyInit {
  return {
    name: info.name,
    type: info.type as ConfigKeyInit['type'],
    importance: info.importance as ConfigKeyInit['importance'],
    documentation: info.documentation,
    ...(info.required ? {} : { defaultValue: info.default_value }),
    ...(info.group === null ? {} : { group: info.group }),
    orderInGroup: info.order_in_group,
    width: info.width as NonNullable<ConfigKeyInit['width']>,
    displayName: info.display_name,
    // Those that it does not define itself would be reported as errors of the configuration.
    dependents: [],
  };
}
