import { chain, converter, JSON_ALONE, JSON_WITH_SCHEMAS, source } from '../configs.ts';
import type { Scenario } from '../scenario.ts';

const TEXTS = [
  'plain',
  '',
  'ümläut ß 漢字',
  '😀 and \u0000 \u001f \u2028',
  '"quoted" \\ / \t tab',
  '  spaces  ',
  '{"a":1}',
];
const LINES = `${TEXTS.join('\n')}\nwindows\r\nmac\rlast\n`;
const COUNT = TEXTS.length + 3;

/** A cast of whole lines to one type, with the converter of that type. */
function primitive(type: string, name: Parameters<typeof converter>[1]): Readonly<Record<string, string>> {
  return source({
    file: `{F}/${type}.txt`,
    topic: `{T}-${type}`,
    ...chain(['Cast$Value', { spec: type }]),
    ...converter('value', name),
  });
}

/** Files into topics, by every converter. */
export const SOURCES: readonly Scenario[] = [
  {
    name: 'source-string',
    files: { 'in.txt': LINES },
    connectors: { source: source() },
    outcome: { topics: { out: { records: COUNT } } },
  },
  {
    name: 'source-json-schemas',
    files: { 'in.txt': LINES },
    connectors: { source: source(JSON_WITH_SCHEMAS) },
    outcome: { topics: { out: { records: COUNT } } },
  },
  {
    name: 'source-json-alone',
    files: { 'in.txt': LINES },
    connectors: { source: source(JSON_ALONE) },
    outcome: { topics: { out: { records: COUNT } } },
  },
  {
    name: 'source-bytes-of-text',
    files: { 'in.txt': LINES },
    connectors: { source: source(converter('value', 'bytes')) },
    outcome: { failed: ['source'] },
  },
  {
    name: 'source-latin1-encoding',
    files: { 'in.txt': 'é ü ñ\nplain\n€ 漢\n' },
    connectors: { source: source(converter('value', 'string', { 'converter.encoding': 'ISO-8859-1' })) },
    outcome: { topics: { out: { records: 3 } } },
  },
  {
    name: 'source-offsets',
    files: { 'in.txt': 'one\ntwo\n', 'again.txt': 'three\n', 'open.txt': 'four\nno end' },
    connectors: Object.fromEntries(
      ['in', 'again', 'open'].map((file) => [
        file,
        source({ file: `{F}/${file}.txt`, topic: `{T}-${file}` }),
      ]),
    ),
    outcome: {
      topics: { in: { records: 2 }, again: { records: 1 }, open: { records: 1 } },
      offsets: ['{"position":8}', '{"position":6}', '{"position":5}'],
    },
  },
  {
    name: 'source-primitives',
    files: {
      'int16.txt': '-32768\n0\n32767\n',
      'int32.txt': '-2147483648\n7\n2147483647\n',
      'int64.txt': '-9223372036854775808\n9007199254740993\n9223372036854775807\n',
      'float32.txt': '1.5\n3.4028235E38\n-0.0\nNaN\n1e-45\n',
      'float64.txt': '0.1\n1.7976931348623157E308\n-Infinity\n4.9E-324\n',
      'boolean.txt': 'true\nTRUE\nno\n',
    },
    connectors: {
      short: primitive('int16', 'short'),
      integer: primitive('int32', 'integer'),
      long: primitive('int64', 'long'),
      float: primitive('float32', 'float'),
      double: primitive('float64', 'double'),
      boolean: primitive('boolean', 'boolean'),
    },
    outcome: {
      topics: {
        int16: { records: 3 },
        int32: { records: 3 },
        int64: { records: 3 },
        float32: { records: 5 },
        float64: { records: 4 },
        boolean: { records: 3 },
      },
    },
  },
  {
    name: 'source-numbers-as-json',
    files: {
      'in.txt': '0.1\n1e21\n1e-7\n123456789012\n100\n-0.0\nNaN\nInfinity\n2.5e-3\n1.0E7\n12345678.9\n',
    },
    connectors: {
      double: source({ topic: '{T}-double', ...chain(['Cast$Value', { spec: 'float64' }]), ...JSON_ALONE }),
      float: source({
        topic: '{T}-float',
        ...chain(['Cast$Value', { spec: 'float32' }]),
        ...JSON_WITH_SCHEMAS,
      }),
      text: source({
        topic: '{T}-text',
        ...chain(['Cast$Value', { spec: 'float64' }], ['Cast$Value', { spec: 'string' }]),
      }),
    },
    outcome: { topics: { double: { records: 11 }, float: { records: 11 }, text: { records: 11 } } },
  },
];
