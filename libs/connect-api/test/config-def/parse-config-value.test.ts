import { describe, expect, test } from 'vitest';
import { Password, parseConfigValue, type ConfigType } from '../../src/index.ts';

/** What Kafka 4.3.1's ConfigDef.parseType makes of these texts. */
const ACCEPTED: readonly [ConfigType, string, unknown][] = [
  ['LIST', '', []],
  ['LIST', ' ', []],
  ['LIST', 'a', ['a']],
  ['LIST', ' a , b ', ['a', 'b']],
  ['LIST', 'a,,b', ['a', '', 'b']],
  ['LIST', ',', ['', '']],
  ['LIST', 'a,', ['a', '']],
  ['LIST', 'a, \t b', ['a', 'b']],
  ['INT', '+5', 5],
  ['INT', '-3', -3],
  ['INT', ' 7 ', 7],
  ['SHORT', '-32768', -32_768],
  ['LONG', '9223372036854775807', 9_223_372_036_854_775_807n],
  ['LONG', '-9223372036854775808', -9_223_372_036_854_775_808n],
  ['DOUBLE', '1', 1],
  ['DOUBLE', '1e3', 1000],
  ['DOUBLE', '1d', 1],
  ['DOUBLE', '1f', 1],
  ['DOUBLE', 'NaN', Number.NaN],
  ['DOUBLE', '-Infinity', -Infinity],
  ['DOUBLE', '.5', 0.5],
  ['DOUBLE', '5.', 5],
  ['DOUBLE', '+1.5', 1.5],
  ['BOOLEAN', 'TRUE', true],
  ['BOOLEAN', ' false ', false],
  ['STRING', '\t a b \n', 'a b'],
  ['STRING', '\u00a0x', '\u00a0x'],
  ['CLASS', ' org.x.Y ', 'org.x.Y'],
];

const REFUSED: readonly [ConfigType, string, string][] = [
  ['INT', '1.0', 'Not a number of type INT'],
  ['INT', '2147483648', 'Not a number of type INT'],
  ['INT', '', 'Not a number of type INT'],
  ['INT', '0x1', 'Not a number of type INT'],
  ['SHORT', '32768', 'Not a number of type SHORT'],
  ['LONG', '9223372036854775808', 'Not a number of type LONG'],
  ['DOUBLE', '', 'Not a number of type DOUBLE'],
  ['DOUBLE', 'abc', 'Not a number of type DOUBLE'],
  ['BOOLEAN', 'yes', 'Expected value to be either true or false'],
  ['BOOLEAN', '', 'Expected value to be either true or false'],
];

describe('values parsed by their type', () => {
  test.each(ACCEPTED)('%s %j', (type, text, value) => {
    expect(parseConfigValue('k', text, type)).toEqual(value);
  });

  test.each(REFUSED)('%s %j is refused', (type, text, reason) => {
    expect(() => parseConfigValue('k', text, type)).toThrow(
      `Invalid value ${text} for configuration k: ${reason}`,
    );
  });

  test('null stays null for every type', () => {
    expect(parseConfigValue('k', null, 'INT')).toBeNull();
  });

  test('a password gives its secret only when asked for it', () => {
    const password = parseConfigValue('k', ' secret ', 'PASSWORD') as Password;
    expect(password.reveal()).toBe('secret');
    expect(`${String(password)} ${JSON.stringify({ password })}`).toBe('[hidden] {"password":"[hidden]"}');
  });
});
