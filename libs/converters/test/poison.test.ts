/** Whatever bytes come, a converter answers with a value or a DataError: no crash, no hang, no other error. */
import { DataError, parseJson, type ConnectValue, type HeaderConverter } from '@millrace/connect-api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anySchemaAndValue } from '../../connect-api/test/data/arbitraries.ts';
import { converterPlugins, JsonConverter } from '../src/index.ts';

const CONFIGS: readonly Record<string, string>[] = [
  {},
  { 'schemas.enable': 'false' },
  {
    'schema.content':
      '{"type":"array","items":{"type":"map","keys":{"type":"string"},"values":{"type":"int32"}}}',
  },
];

function survives(convert: () => unknown): void {
  try {
    convert();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
  }
}

/** Each class once; that it converts headers, too, changes nothing. */
const CLASSES = [...new Map(converterPlugins.map((plugin) => [plugin.class, plugin])).values()];

/** Texts that are too deep, too long or too large for a careless reader. */
const HOSTILE: readonly [string, string][] = [
  ['arrays without end', '['.repeat(5_000_000)],
  ['objects without end', '{"a":'.repeat(1_000_000)],
  ['an envelope without end', `{"schema":${'{"type":"array","items":'.repeat(200_000)}`],
  ['deep but whole', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['a number of a million digits', '9'.repeat(1_000_000)],
  ['a tiny number', '1e-2000000000'],
  ['a huge number', '1e2000000000'],
  ['a number with a huge exponent', `1e${'9'.repeat(1000)}`],
  ['a decimal with a huge exponent', decimalEnvelope('1e1999999999')],
  ['an int64 with a huge exponent', '{"schema":{"type":"int64"},"payload":123e1999999999}'],
  ['an int32 with a tiny fraction', '{"schema":{"type":"int32"},"payload":1e-1999999999}'],
  ['a float with many digits', `{"schema":{"type":"float"},"payload":0.${'1'.repeat(900)}}`],
  ['many keys', `{${Array.from({ length: 100_000 }, (_, index) => `"key${index}":${index}`).join(',')}}`],
  ['one key many times', `{${'"a":1,'.repeat(300_000)}"a":2}`],
  ['a string without end', `"${'a'.repeat(10_000_000)}`],
  ['escapes without end', `"${'\\u0041'.repeat(1_000_000)}`],
  ['base64 that is none', `{"schema":{"type":"bytes"},"payload":"${'AAAA'.repeat(1_000_000)}!"}`],
  ['commas', ','.repeat(1_000_000)],
  ['colons', `1${':'.repeat(1_000_000)}`],
];

const JSON_PIECES =
  '{ } [ ] , : "schema" "payload" "type" "int32" "struct" "fields" "field" null true 1 - 1e400 0.1 "a" " \\ \\u12 \u0000 \ufeff';

describe.each(CLASSES.map((plugin) => [plugin.class, plugin] as const))('%s', (name, plugin) => {
  const configs = name.endsWith('JsonConverter') ? CONFIGS : [{}];
  const converters = configs.map((config) => {
    const converter = plugin.create() as HeaderConverter;
    converter.configure(config);
    return converter;
  });

  function read(bytes: Uint8Array): void {
    for (const converter of converters) {
      survives(() => converter.toConnectHeader('t', 'h', bytes));
    }
  }

  test('any bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), read));
  });

  test('any text that looks like JSON', () => {
    const piece = fc.constantFrom(' ', ...JSON_PIECES.split(' '));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        read(Buffer.from(pieces.join('')));
      }),
      { numRuns: 500 },
    );
  });

  test.each(HOSTILE)('%s', (_what, text) => {
    read(Buffer.from(text));
  });

  test('any value under any schema', () => {
    fc.assert(
      fc.property(anySchemaAndValue, anySchemaAndValue, (one, other) => {
        for (const converter of converters) {
          survives(() => converter.fromConnectHeader('t', 'h', one.schema, other.value));
          survives(() => converter.fromConnectHeader('t', 'h', null, other.value));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('a list within itself', () => {
    const cyclic: ConnectValue[] = [];
    cyclic.push(cyclic);
    for (const converter of converters) {
      expect(() => converter.fromConnectHeader('t', 'h', null, cyclic)).toThrow(DataError);
    }
  });
});

describe('bytes that are not UTF-8', () => {
  const converter = new JsonConverter();
  converter.configure({ 'schemas.enable': 'false' }, false);

  test('are refused within the JSON value, since they would be read as something else', () => {
    expect(() => converter.toConnectData('t', Buffer.from([0x22, 0xff, 0x22]))).toThrow(DataError);
  });

  test('do no harm after it', () => {
    expect(converter.toConnectData('t', Buffer.from([0x31, 0x20, 0xff])).value).toBe(1n);
  });
});

test('the JSON of settings and topics has the same limits', () => {
  expect(() => parseJson('['.repeat(1_000_000))).toThrow(DataError);
  expect(() => parseJson('007')).toThrow(DataError);
});

function decimalEnvelope(payload: string): string {
  const schema = '{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"}}';
  return `{"schema":${schema},"payload":${payload}}`;
}
