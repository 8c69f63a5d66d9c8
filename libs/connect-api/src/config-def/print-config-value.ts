import { javaDoubleToString } from '../data/java-numbers.ts';
import type { ConfigParsed } from './config-value.ts';
import type { ConfigType } from './parse-config-value.ts';

/**
 * A parsed value as REST answers show it (the JVM's `ConfigDef.convertToString`): lists joined by `,`, passwords `[hidden]`,
 * null stays null.
 */
export function printConfigValue(value: ConfigParsed, type: ConfigType): string | null {
  if (value === null) {
    return null;
  }
  if (typeof value === 'number') {
    return type === 'DOUBLE' ? javaDoubleToString(value) : String(value);
  }
  return isList(value) ? value.join(',') : value.toString();
}

/** A parsed value as the JVM's error messages print it: `[a, b]` for lists. */
export function printInError(value: ConfigParsed): string {
  if (typeof value === 'number' && !Number.isInteger(value)) {
    return javaDoubleToString(value);
  }
  return value !== null && isList(value) ? `[${value.join(', ')}]` : String(value);
}

function isList(value: NonNullable<ConfigParsed>): value is readonly string[] {
  return Array.isArray(value);
}
