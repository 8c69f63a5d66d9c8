import { Validators, type ConfigDef, type Props } from '@millrace/connect-api';
import { converterConfig } from '../converter-config.ts';

const SCHEMAS_ENABLE = 'schemas.enable';
const SCHEMAS_CACHE_SIZE = 'schemas.cache.size';
const SCHEMA_CONTENT = 'schema.content';
const DECIMAL_FORMAT = 'decimal.format';
const REPLACE_NULL_WITH_DEFAULT = 'replace.null.with.default';

/** Settings of the JsonConverter, parsed. */
export interface JsonConverterSettings {
  /** Whether texts are `{"schema", "payload"}` envelopes. */
  readonly schemasEnable: boolean;
  /** How many schemas read from texts are kept. */
  readonly schemasCacheSize: number;
  /** The JSON text of the one schema of all texts read; null where each brings its own. */
  readonly schemaContent: string | null;
  readonly decimalFormat: 'BASE64' | 'NUMERIC';
  readonly replaceNullWithDefault: boolean;
}

/** The JsonConverter's settings, as the JVM describes them (plugin-configs.json). */
export function jsonConverterConfig(): ConfigDef {
  return converterConfig()
    .define({
      name: SCHEMAS_ENABLE,
      type: 'BOOLEAN',
      defaultValue: true,
      importance: 'HIGH',
      documentation: 'Include schemas within each of the serialized values and keys.',
      group: 'Schemas',
      orderInGroup: 0,
      width: 'MEDIUM',
      displayName: 'Enable Schemas',
    })
    .define({
      name: SCHEMAS_CACHE_SIZE,
      type: 'INT',
      defaultValue: 1000,
      importance: 'HIGH',
      documentation: 'The maximum number of schemas that can be cached in this converter instance.',
      group: 'Schemas',
      orderInGroup: 1,
      width: 'MEDIUM',
      displayName: 'Schema Cache Size',
    })
    .define({
      name: SCHEMA_CONTENT,
      type: 'STRING',
      defaultValue: null,
      importance: 'HIGH',
      documentation:
        'When set, this is used as the schema for all messages, and the schemas within each of the message will be ignored.' +
        "Otherwise, the schema will be included in the content of each message. This configuration applies only 'schemas.enable'" +
        ' is true, and it exclusively affects the sink connector.',
      group: 'Schemas',
      orderInGroup: 2,
      width: 'MEDIUM',
      displayName: 'Schema Content',
    })
    .define({
      name: DECIMAL_FORMAT,
      type: 'STRING',
      defaultValue: 'BASE64',
      importance: 'LOW',
      documentation:
        'Controls which format this converter will serialize decimals in. This value is case insensitive and can be either' +
        " 'BASE64' (default) or 'NUMERIC'",
      group: 'Serialization',
      orderInGroup: 0,
      width: 'MEDIUM',
      displayName: 'Decimal Format',
      validator: Validators.caseInsensitive('BASE64', 'NUMERIC'),
    })
    .define({
      name: REPLACE_NULL_WITH_DEFAULT,
      type: 'BOOLEAN',
      defaultValue: true,
      importance: 'LOW',
      documentation:
        'Whether to replace fields that have a default value and that are null to the default value. When set to true, the default' +
        ' value is used, otherwise null is used.',
      group: 'Serialization',
      orderInGroup: 1,
      width: 'MEDIUM',
      displayName: 'Replace null with default',
    });
}

/** Parses settings; throws ConfigError for one that is wrong. */
export function parseJsonConverterSettings(props: Props): JsonConverterSettings {
  const settings = jsonConverterConfig().parse(props);
  const content = settings[SCHEMA_CONTENT];
  return {
    schemasEnable: settings[SCHEMAS_ENABLE] === true,
    schemasCacheSize: Number(settings[SCHEMAS_CACHE_SIZE]),
    schemaContent: typeof content === 'string' ? content : null,
    decimalFormat: String(settings[DECIMAL_FORMAT]).toUpperCase() === 'NUMERIC' ? 'NUMERIC' : 'BASE64',
    replaceNullWithDefault: settings[REPLACE_NULL_WITH_DEFAULT] === true,
  };
}
