import type { ConfigKeyInit, Importance, Width } from './config-key.ts';
import type { ConfigValue } from './config-value.ts';
import type { ConfigType } from './parse-config-value.ts';
import { printConfigValue } from './print-config-value.ts';

/** The definition of a key as REST answers carry it (spec/rest.md section 3); names as in the JSON. */
export interface ConfigKeyInfo {
  readonly name: string;
  readonly type: ConfigType;
  readonly required: boolean;
  readonly default_value: string | null;
  readonly importance: Importance;
  readonly documentation: string;
  readonly group: string | null;
  /** -1: no order. */
  readonly order_in_group: number;
  readonly width: Width;
  readonly display_name: string;
  readonly dependents: readonly string[];
}

/** The check of a key as REST answers carry it. `value` is null when it could not be parsed, or there is none. */
export interface ConfigValueInfo {
  readonly name: string;
  readonly value: string | null;
  readonly recommended_values: readonly string[];
  readonly errors: readonly string[];
  readonly visible: boolean;
}

/** A key's definition; `prefix` goes before its name (`value.converter.`), not before its display name, as in the JVM. */
export function configKeyInfo(key: ConfigKeyInit, prefix = ''): ConfigKeyInfo {
  return {
    name: prefix + key.name,
    type: key.type,
    required: key.defaultValue === undefined,
    default_value: key.defaultValue === undefined ? null : printConfigValue(key.defaultValue, key.type),
    importance: key.importance,
    documentation: key.documentation,
    group: key.group ?? null,
    order_in_group: key.orderInGroup ?? -1,
    width: key.width ?? 'NONE',
    display_name: key.displayName ?? key.name,
    dependents: [...(key.dependents ?? [])],
  };
}

/** A checked value; `type` is the type of its key, STRING where no key is defined. */
export function configValueInfo(value: ConfigValue, type: ConfigType, prefix = ''): ConfigValueInfo {
  return {
    name: prefix + value.name,
    value: printConfigValue(value.value, type),
    recommended_values: value.recommendedValues.flatMap(
      (recommended) => printConfigValue(recommended, type) ?? [],
    ),
    errors: [...value.errors],
    visible: value.visible,
  };
}
