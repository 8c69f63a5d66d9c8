import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DataError,
  Decimal,
  Float32,
  Int16,
  Int32,
  Int8,
  JsonNumber,
  JsonReader,
  JsonSyntaxError,
  MAX_JSON_DEPTH,
  nodeToJson,
  parseJson,
  quoteJson,
  Schema,
  SchemaBuilder,
  stringifyJson,
  Struct,
  type ConnectValue,
} from '../../src/index.ts';

/** A text, what it means, and how it is printed again. */
const EXACT: readonly [string, ConnectValue, string?][] = [
  ['null', null],
  ['true', true],
  [' false ', false, 'false'],
  ['0', 0n],
  ['-0', 0n, '0'],
  ['1', 1n],
  ['1.0', 1],
  ['-0.0', -0],
  ['1e3', 1000, '1000.0'],
  ['1E-7', 1e-7, '1.0E-7'],
  ['9223372036854775807', 9_223_372_036_854_775_807n],
  ['-9223372036854775808', -9_223_372_036_854_775_808n],
  ['9007199254740993', 9_007_199_254_740_993n],
  ['123456789012345678901234567890', 123_456_789_012_345_678_901_234_567_890n],
  ['0.1', 0.1],
  ['1e400', Infinity, '"Infinity"'],
  ['""', ''],
  ['"a\\"b\\\\c\\/d"', 'a"b\\c/d', '"a\\"b\\\\c/d"'],
  ['"\\b\\f\\n\\r\\t"', '\b\f\n\r\t'],
  ['"\\u0041\\u00e9"', 'Aé', '"Aé"'],
  ['"\\u001f"', '\u001f', '"\\u001F"'],
  ['"\\uD83D\\uDE00"', '😀'],
  ['"😀"', '😀', '"\\uD83D\\uDE00"'],
  ['"\\ud800"', '\ud800', '"\\uD800"'],
  ['[]', []],
  ['[ 1 , 2.5 , [ ] ]', [1n, 2.5, []], '[1,2.5,[]]'],
  ['{}', new Map()],
  [
    '{"b":1,"a":{"c":null}}',
    new Map<ConnectValue, ConnectValue>([
      ['b', 1n],
      ['a', new Map([['c', null]])],
    ]),
  ],
  [
    '{"a":1,"b":2,"a":3}',
    new Map([
      ['a', 3n],
      ['b', 2n],
    ]),
    '{"a":3,"b":2}',
  ],
  ['{"__proto__":{"x":1}}', new Map([['__proto__', new Map([['x', 1n]])]])],
];

describe('JSON without loss', () => {
  test.each(EXACT)('%s', (text, value, printed) => {
    expect(parseJson(text)).toEqual(value);
    expect(stringifyJson(value)).toBe(printed ?? text);
  });

  test('whatever is printed reads back as the same value', () => {
    const { value } = fc.letrec<{ value: ConnectValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.bigInt(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.string({ unit: 'binary' }),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
      ),
    }));
    fc.assert(
      fc.property(value, (each) => {
        expect(parseJson(stringifyJson(each))).toEqual(each);
      }),
    );
  });

  test('what is JSON for JavaScript is JSON here, and nothing else', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '.5',
      'e3',
      'true',
      'null',
      ' ',
      '\\',
      '01',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        expect(accepts(() => parseJson(text))).toBe(accepts(() => JSON.parse(text) as unknown));
      }),
      { numRuns: 2000 },
    );
  });
});

function accepts(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

/** A text, and where it stops being JSON. */
const MALFORMED: readonly [string, number, string][] = [
  ['', 0, 'the text ends too early'],
  ['{', 1, 'a key in quotes was expected'],
  ['{"a"', 4, "':' was expected"],
  ['{"a":1', 6, "',' or '}' was expected"],
  ['{"a":1,}', 7, 'a key in quotes was expected'],
  ['[1 2]', 3, "',' or ']' was expected"],
  ['[1,]', 3, 'a value was expected'],
  ['"abc', 4, 'a string does not end'],
  ['"a\nb"', 2, 'a control character in a string'],
  ['"\\x"', 1, 'unknown escape'],
  ['"\\u12g4"', 1, 'malformed \\u escape'],
  ['tru', 0, "'true' was expected"],
  ['nullx', 0, "'null' was expected"],
  ['01', 0, 'malformed number'],
  ['1.', 0, 'malformed number'],
  ['1 x', 2, 'unexpected text after the value'],
  ['+1', 0, 'a value was expected'],
  ['NaN', 0, 'a value was expected'],
];

describe('what is no JSON', () => {
  test.each(MALFORMED)('%j', (text, position, reason) => {
    expect(() => parseJson(text)).toThrow(new JsonSyntaxError(position, reason));
  });

  test('nesting has a limit, so that a hostile text cannot exhaust the stack', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJson(nested(MAX_JSON_DEPTH))).toHaveLength(1);
    expect(() => parseJson(nested(MAX_JSON_DEPTH + 1))).toThrow(`nested deeper than ${MAX_JSON_DEPTH}`);
    expect(() => parseJson('{"a":'.repeat(100_000))).toThrow(JsonSyntaxError);
  });

  test('numbers have a limit, so that they cannot exhaust the processor', () => {
    expect(parseJson('9'.repeat(1000))).toBe(10n ** 1000n - 1n);
    expect(() => parseJson('9'.repeat(1001))).toThrow('the number is too long');
    expect(() => parseJson('1e2000000001')).toThrow('the number is too long');
  });

  test('is data that cannot be used', () => {
    expect(() => parseJson('{')).toThrow(DataError);
  });
});

describe('printing', () => {
  test('narrow numbers, bytes, and doubles that JSON has no digits for', () => {
    const value = [
      new Int8(300),
      new Int16(-1),
      new Int32(7),
      new Float32(0.1),
      new Uint8Array([0, 255]),
      Number.NaN,
      -Infinity,
    ];
    expect(stringifyJson(value)).toBe('[44,-1,7,0.1,"AP8=","NaN","-Infinity"]');
    expect(stringifyJson(new Float32(Infinity))).toBe('"Infinity"');
  });

  test('refuses what has no form without a schema', () => {
    expect(() => stringifyJson(new Decimal(1n, 0))).toThrow('A Decimal has no form in JSON without a schema');
    expect(() => stringifyJson(new Date(0))).toThrow('A Date has no form in JSON without a schema');
    const schema = SchemaBuilder.struct().field('a', Schema.INT32).build();
    expect(() => stringifyJson(new Struct(schema))).toThrow('A Struct has no form in JSON without a schema');
    expect(() => stringifyJson(new Map([[1n, null]]))).toThrow(
      'JSON objects have text keys only, not bigint',
    );
  });

  test('long texts are escaped like short ones', () => {
    const long = 'x'.repeat(100);
    for (const special of ['"', '\\', '\n', '\u0001', '😀', '\ud800', 'é', '\u2028', '\u007f']) {
      expect(quoteJson(long + special)).toBe(`"${long}${quoteJson(special).slice(1)}`);
    }
  });
});

describe('reading piece by piece', () => {
  test('numbers keep their text', () => {
    const node = new JsonReader('[1.50, 100, {"a":-0}]').node();
    expect(node).toEqual([
      new JsonNumber('1.50', false),
      new JsonNumber('100', true),
      new Map([['a', new JsonNumber('-0', true)]]),
    ]);
    expect(nodeToJson(node)).toBe('[1.50,100,{"a":-0}]');
  });

  test('small integers are read without a detour, others are left where they are', () => {
    const reader = new JsonReader('-123456789012345,');
    expect([reader.smallInteger(), reader.take(44)]).toEqual([-123_456_789_012_345, true]);
    for (const text of ['1234567890123456', '1.5', '1e3', '01', 'x']) {
      const other = new JsonReader(text);
      expect([other.smallInteger(), other.at]).toEqual([Number.NaN, 0]);
    }
  });

  test('leading zeros are read where the caller takes them', () => {
    expect(new JsonReader('007', { leadingZeros: true }).number()).toEqual(new JsonNumber('007', true));
    expect(() => new JsonReader('007').number()).toThrow('malformed number');
  });

  test.each(['{"schema": 1 }', '{ "schema" : 1 }'])('an expected key is taken with its colon: %s', (text) => {
    const reader = new JsonReader(text, { at: 1 });
    expect([reader.takeKey('"payload":'), reader.takeKey('"schema":')]).toEqual([false, true]);
    reader.peek();
    expect(reader.number().text).toBe('1');
  });
});
