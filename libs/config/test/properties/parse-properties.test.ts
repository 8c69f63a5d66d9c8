import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDir } from '@millrace/testing';
import { parseProperties, readPropertiesFile } from '../../src/index.ts';

/** A text and what java.util.Properties 17 reads from it. */
const READ: readonly [string, string, Readonly<Record<string, string>>][] = [
  ['an equals sign', 'a=b', { a: 'b' }],
  ['a colon', 'a:b', { a: 'b' }],
  ['a space', 'a b c', { a: 'b c' }],
  ['space around a separator', '  a \t = \f b ', { a: 'b ' }],
  ['a separator in a value', 'url=http://:8083', { url: 'http://:8083' }],
  ['two separators', 'a==b', { a: '=b' }],
  ['a key without a value', 'a\nb=\nc:', { a: '', b: '', c: '' }],
  ['comments and blank lines', '# a=1\n  ! b=2\n\n \t\nc=3', { c: '3' }],
  ['a # within a value', 'a=b # no comment', { a: 'b # no comment' }],
  ['lines that go on', 'a=one,\\\n   two,\\\r\n\tthree', { a: 'one,two,three' }],
  ['a # at the start of a continuation', 'a=x\\\n# y', { a: 'x# y' }],
  ['a comment that seems to go on', '# a\\\nb=1', { b: '1' }],
  ['an escaped backslash at the end', 'a=b\\\\\nc=d', { a: 'b\\', c: 'd' }],
  ['escapes', 'a\\ b\\=c\\:d=\\t\\n\\r\\f\\q\\"', { 'a b=c:d': '\t\n\r\fq"' }],
  ['unicode', '\\u0041=\\u00e9\\uD83D\\uDE00', { A: 'é😀' }],
  ['carriage returns alone', 'a=1\rb=2', { a: '1', b: '2' }],
  ['an empty key', '=x', { '': 'x' }],
  ['the last of several', 'a=1\na=2', { a: '2' }],
  ['a backslash at the very end', 'a=b\\', { a: 'b' }],
  ['a byte order mark', '\uFEFFa=b', { a: 'b' }],
  [
    'names of Object',
    '__proto__=x\nconstructor=y',
    Object.fromEntries([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]),
  ],
];

describe("Java's properties grammar", () => {
  test.each(READ)('%s', (_name, text, props) => {
    expect(parseProperties(text).props).toEqual(props);
  });

  test('a malformed \\u names file and line', () => {
    expect(() => parseProperties('a=1\n\npath=C:\\users', 'worker.properties')).toThrow(
      'worker.properties, line 3: a \\u is not followed by four hexadecimal digits',
    );
  });

  test('lines are those on which keys begin', () => {
    const file = parseProperties('# comment\na=1\\\n  2\n\nb=3\r\nb=4\n');
    expect([file.lineOf('a'), file.lineOf('b'), file.lineOf('c')]).toEqual([2, 6, undefined]);
  });
});

describe('reading a file', () => {
  test('UTF-8 text comes as it was written', () => {
    const path = join(tempDir('millrace-config-'), 'a.properties');
    writeFileSync(path, 'name=größe\n');
    expect(readPropertiesFile(path)).toMatchObject({ path, props: { name: 'größe' } });
  });

  test('a file that is not there, and a folder, are named with the reason', () => {
    const folder = tempDir('millrace-config-');
    expect(() => readPropertiesFile(join(folder, 'none'))).toThrow(
      /none cannot be read: there is no such file/,
    );
    expect(() => readPropertiesFile(folder)).toThrow(/cannot be read: it is a folder/);
  });
});
