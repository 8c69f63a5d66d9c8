import type { ConfigDef, ConfigParsed } from '@millrace/connect-api';

export const REPLACE_NULL_WITH_DEFAULT = 'replace.null.with.default';

/** Adds the setting that most transforms have for fields that are null and have a default. */
export function withReplaceNull(definition: ConfigDef): ConfigDef {
  return definition.define({
    name: REPLACE_NULL_WITH_DEFAULT,
    type: 'BOOLEAN',
    defaultValue: true,
    importance: 'MEDIUM',
    documentation:
      'Whether to replace fields that have a default value and that are null to the default value. When set to true, the default' +
      ' value is used, otherwise null is used.',
  });
}

/** A parsed STRING, empty where it is null. */
export function text(value: ConfigParsed | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A parsed STRING, null where it was not given. */
export function optionalText(value: ConfigParsed | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** A parsed LIST, empty where it is null. */
export function list(value: ConfigParsed | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
