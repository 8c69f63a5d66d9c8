import { describe, expect, test } from 'vitest';
import { ConfigError, javaRegExp } from '../../src/index.ts';

/** Pattern, a text that it matches as a whole, one that it does not. */
const TRANSLATED: readonly [string, string, string][] = [
  ['a.*', 'abc', 'ba'],
  ['(?i)TOPIC-\\d+', 'topic-12', 'topic-x'],
  ['\\Qa.b\\E+', 'a.bb', 'axb'],
  ['my\\_topic\\-[\\w.-]+', 'my_topic-a.b-c', 'my_topic-'],
  ['\\p{Alpha}+\\p{Digit}', 'abc1', 'ab'],
  ['\\p{L}+', 'äß', 'a1'],
  ['\\P{Lu}', 'a', 'A'],
  ['\\p{IsAlphabetic}', 'é', '1'],
  ['[a-z&&[^aeiou]]+', 'xyz', 'xay'],
  ['[a-c[x-z]]+', 'ax', 'd'],
  ['[]a]+', 'a]', 'b'],
  ['[^]]', 'a', ']'],
  ['[-a]', '-', 'b'],
  ['[^-a]', 'b', '-'],
  ['[a-]+', '-a', 'b'],
  ['[.(){}|/*+?]+', '.(/', 'a'],
  ['[\\p{Punct}]', '!', 'a'],
  ['[\\d\\s]+', '1 2', 'a'],
  ['x{2,3}', 'xxx', 'x'],
  ['a++b', 'aab', 'b'],
  ['a*?', 'aaa', 'b'],
  ['}]', '}]', 'x'],
  ['(?<year>\\d{4})-\\k<year>', '2024-2024', '2024-2025'],
  ['(a)(b)\\2\\1', 'abba', 'abab'],
  ['(?:a|b)(?=c)c', 'ac', 'ad'],
  ['\\x41\\u0042\\0103', 'ABC', 'abc'],
  ['\\Aab\\z', 'ab', 'abc'],
  ['/path/.*', '/path/x', 'path'],
  ['a\\.b', 'a.b', 'axb'],
  ['😀+', '😀😀', '😁'],
  ['', '', 'a'],
];

/** Pattern, and what java.util.regex 17 says of it. */
const REFUSED: readonly [string, string][] = [
  ['(', 'Unclosed group near index 1\n('],
  ['[a', 'Unclosed character class near index 1\n[a\n ^'],
  ['a)', "Unmatched closing ')' near index 0\na)\n^"],
  ['*a', "Dangling meta character '*' near index 0\n*a\n^"],
  ['a**', "Dangling meta character '*' near index 2\na**\n  ^"],
  ['\\', 'Unexpected internal error near index 1\n\\'],
  ['{', 'Illegal repetition near index 1\n{'],
  ['x{', 'Illegal repetition near index 2\nx{'],
];

describe('patterns written for Java', () => {
  test.each(TRANSLATED)('%s', (pattern, yes, no) => {
    const regex = javaRegExp(pattern, 'matches');
    expect([regex.test(yes), regex.test(no)]).toEqual([true, false]);
  });

  test.each(REFUSED)('%s is refused in the words of Java', (pattern, message) => {
    expect(() => javaRegExp(pattern)).toThrow(new ConfigError(message));
  });

  test.each(['[z-a]', '(?<n', '(?z)', 'a{2,1}', '\\p{Foo}', '(?<a>x)\\k<b>', '\\y', '(?>a)', '(?x) a'])(
    '%s is refused',
    (pattern) => {
      expect(() => javaRegExp(pattern)).toThrow(/./);
    },
  );

  test('a pattern may match a part of a text, or has to match all of it', () => {
    expect(javaRegExp('b').test('abc')).toBe(true);
    expect(javaRegExp('b', 'matches').test('abc')).toBe(false);
    expect(javaRegExp('a|ab', 'matches').test('ab')).toBe(true);
  });
});
