import {
  configKeyInfo,
  configValueInfo,
  type ConfigKeyInfo,
  type ConfigKeyInit,
  type ConfigValue,
  type ConfigValueInfo,
} from '@millrace/connect-api';

/** One key of a checked configuration. */
export interface ConfigInfo {
  readonly definition: ConfigKeyInfo;
  readonly value: ConfigValueInfo;
}

/** A checked configuration (spec/rest.md section 3); names as in the JSON. */
export interface ConfigInfos {
  /** The connector's class as it was given. */
  readonly name: string;
  readonly error_count: number;
  readonly groups: readonly string[];
  readonly configs: readonly ConfigInfo[];
}

/** Keys with their values, before they are put together. */
export interface ConfigPart {
  readonly errorCount: number;
  readonly groups: readonly string[];
  readonly configs: readonly ConfigInfo[];
}

export const EMPTY_PART: ConfigPart = { errorCount: 0, groups: [], configs: [] };

/** A key's definition and its checked value. `key` undefined: nobody defines it, but there is something to say of it. */
export function configInfo(key: ConfigKeyInit | undefined, value: ConfigValue, prefix = ''): ConfigInfo {
  return {
    definition: configKeyInfo(key ?? undefinedKey(value.name), prefix),
    value: configValueInfo(value, key?.type ?? 'STRING', prefix),
  };
}

/** The JVM leaves such a definition null, which clients stumble over. */
function undefinedKey(name: string): ConfigKeyInit {
  return {
    name,
    type: 'STRING',
    importance: 'LOW',
    documentation: 'No definition of this setting is known.',
    defaultValue: null,
  };
}

/** Parts in this order; the errors add up. */
export function joinParts(name: string, parts: readonly ConfigPart[]): ConfigInfos {
  return {
    name,
    error_count: parts.reduce((sum, { errorCount }) => sum + errorCount, 0),
    groups: [...new Set(parts.flatMap(({ groups }) => groups))],
    configs: parts.flatMap(({ configs }) => configs),
  };
}

/** The text that a create or change is refused with; null when there is no error (spec/rest.md section 4). */
export function configErrors({ error_count: count, configs }: ConfigInfos): string | null {
  if (count === 0) {
    return null;
  }
  return [
    `Connector configuration is invalid and contains the following ${count} error(s):`,
    ...configs.flatMap(({ value }) => value.errors),
    'You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`',
  ].join('\n');
}
