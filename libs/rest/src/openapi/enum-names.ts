import type { OpenAPIObject } from '@nestjs/swagger';

/**
 * What stands before the constants of enums that share values with others, for generators of languages where constants have no
 * class around them (Go).
 */
const PREFIXES: Readonly<Record<string, string>> = {
  InitialState: 'INITIALLY_',
  ConfigWidth: 'WIDTH_',
  ConfigImportance: 'IMPORTANCE_',
  ConfigKeyType: 'TYPE_',
  PluginType: 'PLUGIN_',
  ConnectorType: 'CONNECTOR_',
  PreviewOutcome: 'PREVIEW_',
};

interface EnumSchema {
  readonly enum: readonly string[];
  'x-enum-varnames'?: readonly string[];
}

/** Names the constants of enums whose values are also those of others (`x-enum-varnames`). */
export function nameEnumConstants(document: OpenAPIObject): OpenAPIObject {
  for (const [name, prefix] of Object.entries(PREFIXES)) {
    const schema = document.components?.schemas?.[name] as EnumSchema | undefined;
    if (schema !== undefined) {
      schema['x-enum-varnames'] = schema.enum.map((value) => `${prefix}${value.toUpperCase()}`);
    }
  }
  return document;
}
