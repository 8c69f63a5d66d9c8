import { nodeToJson } from '@millrace/connect-api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BadRequestError,
  ConnectorConfigBody,
  ConnectorOffsets,
  CreateConnectorRequest,
  MalformedBodyError,
  PreviewRequest,
  readBody,
  SetLevelBody,
  UnsupportedMediaTypeError,
  type BodyClass,
} from '../src/index.ts';

function read<T extends object>(
  bodyClass: BodyClass<T>,
  text: string | Buffer,
  contentType = 'application/json',
): T {
  return readBody({ contentType, bytes: Buffer.from(text) }, bodyClass);
}

const config = (text: string): unknown => read(ConnectorConfigBody, text).properties;

describe('configurations', () => {
  test('hold text and null; numbers and booleans become what was written', () => {
    expect(
      config('{"a":"x","b":null,"c":1,"d":1.50,"e":-0,"f":1E+3,"g":true,"h":98765432109876543210}'),
    ).toEqual({
      a: 'x',
      b: null,
      c: '1',
      d: '1.50',
      e: '-0',
      f: '1E+3',
      g: 'true',
      h: '98765432109876543210',
    });
  });

  test('any text comes through as it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (map) => {
        // Half surrogates are no UTF-8, so that no body can hold one.
        fc.pre(JSON.stringify(map).isWellFormed());
        expect(config(JSON.stringify(map))).toEqual({ ...map });
      }),
    );
  });

  test('keys that JavaScript objects have by themselves are keys', () => {
    const properties = read(ConnectorConfigBody, '{"__proto__":"x","toString":"y"}').properties;
    expect(Object.entries(properties)).toEqual([
      ['__proto__', 'x'],
      ['toString', 'y'],
    ]);
  });

  test.each(['[]', '"text"', '1', 'true', '{"a":{}}', '{"a":[1]}'])('%s is none', (text) => {
    expect(() => config(text)).toThrow(MalformedBodyError);
  });
});

describe('the first value counts', () => {
  test.each(['{"a":"1"}{"a":"2"}', '\uFEFF {"a":"1"} rest', ' \n{"a":"1"}]', '{"a":"0","a":"1"}'])(
    '%j',
    (text) => {
      expect(config(text)).toEqual({ a: '1' });
    },
  );

  test('brackets and quotes in texts end nothing', () => {
    expect(config('{"a":"}]\\"{"} x')).toEqual({ a: '}]"{' });
  });

  test('whatever the bytes, it is a value or a MalformedBodyError', () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', '1', 'n', ' ') })
        .map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        try {
          read(ConnectorConfigBody, Buffer.from(body));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBodyError);
        }
      }),
    );
  });

  test.each(['[', '{"a":'])('nesting without end is refused before it is parsed', (open) => {
    expect(() => config(open.repeat(100_000))).toThrow('The JSON body is nested deeper than 1000 levels');
  });
});

describe('an absent body', () => {
  test.each(['', ' ', 'null', '\uFEFF'])('%j', (text) => {
    expect(() => config(text)).toThrow(
      'The request has no body; a JSON object of configuration values by key is needed',
    );
  });

  test('needs no content type', () => {
    expect(() => readBody({ contentType: undefined, bytes: Buffer.alloc(0) }, SetLevelBody)).toThrow(
      MalformedBodyError,
    );
  });
});

test.each([
  'text/json',
  'application/x-www-form-urlencoded',
  '',
  'application/jsonx',
  'application/vnd.x+json',
])('content type %j is not read', (contentType) => {
  expect(() => read(ConnectorConfigBody, '{}', contentType)).toThrow(UnsupportedMediaTypeError);
});

test('a request to create checks each of its fields', () => {
  const request = read(CreateConnectorRequest, '{"name":5,"config":{"a":1},"initial_state":"paused"}');
  expect(request).toMatchObject({ name: '5', config: { a: '1' }, initial_state: 'PAUSED' });
  expect(read(CreateConnectorRequest, '{"name":null,"config":{},"initial_state":null}')).toMatchObject({
    name: null,
    config: {},
    initial_state: null,
  });
  expect(() => read(CreateConnectorRequest, '{"name":[],"config":1,"initial_state":7,"more":1}')).toThrow(
    /"name" must be text.*"initial_state" must be one of/,
  );
});

test('offsets keep their numbers exact', () => {
  const { offsets } = read(
    ConnectorOffsets,
    '{"offsets":[{"partition":{"p":9007199254740993},"offset":{"a":1,"b":1.0,"c":"1"}},{"partition":{"p":2}}]}',
  );
  expect(
    offsets?.map(({ partition, offset }) => [
      partition?.get('p'),
      offset === null ? null : [...offset.values()],
    ]),
  ).toEqual([
    [9007199254740993n, [1n, 1, '1']],
    [2n, null],
  ]);
});

describe('samples for transforms', () => {
  const sample =
    '{"topic":"a","partition":1,"offset":9007199254740991,"timestamp":null,"key":9223372036854775807}';

  test('come through as they were written', () => {
    const request = read(
      PreviewRequest,
      `{"connector":"c","config":{"a":1.50,"b":null,"c":true,"d":"x"},"records":[${sample}]}`,
    );
    expect(request).toMatchObject({ connector: 'c', config: { a: '1.50', b: null, c: 'true', d: 'x' } });
    expect(nodeToJson(request.records)).toBe(`[${sample}]`);
    expect(read(PreviewRequest, `{"records":[${sample}]}`)).toMatchObject({ connector: null, config: null });
  });

  test.each([
    ['', 'no body'],
    ['null', 'no body'],
    ['[]', 'must be a JSON object'],
    ['{"records":[', 'Malformed JSON at character'],
    ['{"records":[]}', '1 to 100 records'],
    [`{"records":[${Array.from({ length: 101 }, () => sample).join(',')}]}`, '1 to 100 records'],
    ['{"records":[7]}', 'records[0] must be a JSON object'],
    [`{"records":[${sample},{}]}`, 'records[1].topic must be text'],
    ['{"records":[{"topic":"a","partition":"0"}]}', 'records[0].partition must be an integer'],
    ['{"records":[{"topic":"a","offset":9007199254740992}]}', 'records[0].offset must be an integer'],
    ['{"records":[{"topic":"a","timestamp":1.5}]}', 'records[0].timestamp must be an integer'],
    ['{"records":[{"topic":"a","headers":{}}]}', 'records[0].headers must be a list'],
    ['{"records":[{"topic":"a","headers":[{"value":1}]}]}', 'records[0].headers[0].key must be text'],
    ['{"records":[{"topic":"a","vlaue":1}]}', 'records[0] has fields that are not known: vlaue'],
    [`{"records":[${sample}],"transforms":{}}`, 'fields that are not known: transforms'],
    [`{"records":[${sample}],"connector":7}`, '"connector" must be the name'],
    [`{"records":[${sample}],"config":{"a":[]}}`, 'but a is none of them'],
    [`{"records":[${sample}],"config":[]}`, '"config" must be a JSON object'],
    [`{"records":${'['.repeat(1_001)}${']'.repeat(1_001)}}`, 'nested deeper'],
  ])('%s is refused: %s', (text, why) => {
    expect(() => read(PreviewRequest, text)).toThrow(BadRequestError);
    expect(() => read(PreviewRequest, text)).toThrow(why);
  });
});
