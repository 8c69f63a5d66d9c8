import { ConfigError } from '../errors.ts';
import { INT64_MAX, INT64_MIN } from '../data/numbers.ts';
import { Password, type ConfigParsed } from './config-value.ts';

export type ConfigType =
  'BOOLEAN' | 'STRING' | 'INT' | 'SHORT' | 'LONG' | 'DOUBLE' | 'LIST' | 'CLASS' | 'PASSWORD';

const INT_MAX = 2_147_483_647;
const SHORT_MAX = 32_767;
/** What java.lang.Double.parseDouble accepts in decimal; the suffix letter is Java's. */
const DOUBLE = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?|NaN|Infinity)$/;

/**
 * Parses one value as Kafka's ConfigDef does: text is trimmed (control characters too, as Java's `trim`), lists are split at
 * commas, LONG becomes `bigint`. null stays null. Throws ConfigError with the JVM's wording; a CLASS stays a name.
 */
export function parseConfigValue(name: string, text: string | null, type: ConfigType): ConfigParsed {
  if (text === null) {
    return null;
  }
  const trimmed = javaTrim(text);
  switch (type) {
    case 'BOOLEAN':
      return boolean(name, text, trimmed);
    case 'STRING':
    case 'CLASS':
      return trimmed;
    case 'PASSWORD':
      return new Password(trimmed);
    case 'INT':
    case 'SHORT':
    case 'LONG':
      return integer(name, text, type);
    case 'DOUBLE':
      if (!DOUBLE.test(trimmed)) {
        throw notANumber(name, text, type);
      }
      return Number(trimmed.replace(/[dDfF]$/, ''));
    case 'LIST':
      return trimmed === '' ? [] : trimmed.split(/\s*,\s*/);
  }
}

/** Java's String.trim: everything up to U+0020 at both ends. */
function javaTrim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return text.slice(start, end);
}

function boolean(name: string, text: string, trimmed: string): boolean {
  const lower = trimmed.toLowerCase();
  if (lower !== 'true' && lower !== 'false') {
    throw ConfigError.invalidValue(name, text, 'Expected value to be either true or false');
  }
  return lower === 'true';
}

function integer(name: string, text: string, type: 'INT' | 'SHORT' | 'LONG'): number | bigint {
  const trimmed = javaTrim(text);
  if (!/^[+-]?\d+$/.test(trimmed)) {
    throw notANumber(name, text, type);
  }
  const value = BigInt(trimmed.replace(/^\+/, ''));
  if (type === 'LONG') {
    if (value < INT64_MIN || value > INT64_MAX) {
      throw notANumber(name, text, type);
    }
    return value;
  }
  const most = type === 'INT' ? INT_MAX : SHORT_MAX;
  if (value > most || value < -most - 1) {
    throw notANumber(name, text, type);
  }
  return Number(value);
}

function notANumber(name: string, text: string, type: ConfigType): ConfigError {
  return ConfigError.invalidValue(name, text, `Not a number of type ${type}`);
}
