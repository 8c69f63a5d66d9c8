import { chain, converter, JSON_ALONE, JSON_WITH_SCHEMAS, predicates, source } from '../configs.ts';
import type { Scenario } from '../scenario.ts';

const NUMBERS = `${Array.from({ length: 40 }, (_, index) => String(index * 37 - 100)).join('\n')}\n`;

/** Files into topics through chains of transforms: keys, headers, topics and partitions show in the records. */
export const SOURCE_TRANSFORMS: readonly Scenario[] = [
  {
    name: 'keys-from-values',
    files: { 'in.txt': NUMBERS },
    topics: { out: { partitions: 5 }, struct: { partitions: 5 } },
    connectors: {
      number: source({
        ...chain(
          ['HoistField$Value', { field: 'n' }],
          ['Cast$Value', { spec: 'n:int32' }],
          [
            'InsertField$Value',
            { 'static.field': 'origin', 'static.value': 'file', 'topic.field': 'topic!' },
          ],
          ['ValueToKey', { fields: 'n' }],
          ['ExtractField$Key', { field: 'n' }],
        ),
        ...converter('key', 'integer'),
        ...converter('value', 'json'),
      }),
      struct: source({
        topic: '{T}-struct',
        ...chain(['HoistField$Value', { field: 'n' }], ['ValueToKey', { fields: 'n' }]),
        ...JSON_WITH_SCHEMAS,
      }),
    },
    outcome: { topics: { out: { records: 40 }, struct: { records: 40 } } },
  },
  {
    name: 'timestamps-from-text',
    files: {
      'in.txt':
        '2024-02-29 12:34:56.789\n1969-12-31 23:59:59.999\n0001-01-01 00:00:00.000\n9999-12-31 23:59:59.999\n',
    },
    connectors: Object.fromEntries(
      [
        ['timestamp', { 'target.type': 'Timestamp' }],
        ['date', { 'target.type': 'Date' }],
        ['time', { 'target.type': 'Time' }],
        ['seconds', { 'target.type': 'unix', 'unix.precision': 'seconds' }],
        ['micros', { 'target.type': 'unix', 'unix.precision': 'microseconds' }],
        ['text', { 'target.type': 'string' }],
      ].map(([topic, settings]) => [
        topic as string,
        source({
          topic: `{T}-${topic as string}`,
          ...chain(
            ['HoistField$Value', { field: 'ts' }],
            [
              'TimestampConverter$Value',
              { field: 'ts', format: 'yyyy-MM-dd HH:mm:ss.SSS', ...(settings as Record<string, string>) },
            ],
            ['ValueToKey', { fields: 'ts' }],
            ['ReplaceField$Value', { renames: 'ts:at' }],
          ),
          ...JSON_WITH_SCHEMAS,
        }),
      ]),
    ),
    outcome: {
      topics: Object.fromEntries(
        ['timestamp', 'date', 'time', 'seconds', 'micros', 'text'].map((topic) => [topic, { records: 4 }]),
      ),
    },
  },
  {
    name: 'time-zones-and-patterns',
    files: { 'in.txt': 'Thu, 29 Feb 2024 12:34:56 +0100\nMon, 1 Jan 2024 00:00:00 -0800\n' },
    connectors: {
      source: source({
        ...chain(
          ['TimestampConverter$Value', { 'target.type': 'Timestamp', format: 'EEE, d MMM yyyy HH:mm:ss Z' }],
          [
            'TimestampConverter$Value',
            { 'target.type': 'string', format: "yyyy-MM-dd'T'hh:mm:ss a XXX, EEEE, D, w" },
          ],
        ),
        ...converter('value', 'json'),
      }),
    },
    outcome: { topics: { out: { records: 2 } } },
  },
  {
    name: 'nested-and-flattened',
    files: { 'in.txt': 'one\ntwo\n' },
    connectors: {
      source: source({
        ...chain(
          ['HoistField$Value', { field: 'a' }],
          ['InsertField$Value', { 'static.field': 'b.c', 'static.value': 'x' }],
          ['SetSchemaMetadata$Value', { 'schema.name': 'com.acme.Inner', 'schema.version': '7' }],
          ['HoistField$Value', { field: 'deep' }],
          ['InsertField$Value', { 'timestamp.field': 'none', 'static.field': 'd', 'static.value': 'y' }],
          ['ReplaceField$Value', { exclude: 'none' }],
          ['ValueToKey', { fields: 'deep,d' }],
          ['Flatten$Value', { delimiter: '_' }],
          ['Flatten$Key'],
          ['SetSchemaMetadata$Key', { 'schema.name': 'com.acme.Key' }],
        ),
        ...JSON_WITH_SCHEMAS,
      }),
    },
    outcome: { topics: { out: { records: 2 } } },
  },
  {
    name: 'masked-and-cast',
    files: { 'in.txt': '41\n42\n' },
    connectors: {
      source: source({
        ...chain(
          ['HoistField$Value', { field: 'n' }],
          ['InsertField$Value', { 'static.field': 'pin', 'static.value': '1234' }],
          ['InsertField$Value', { 'static.field': 'name', 'static.value': 'Jo' }],
          ['InsertField$Value', { 'static.field': 'rate', 'static.value': '2.75' }],
          ['InsertField$Value', { 'static.field': 'flag', 'static.value': 'true' }],
          ['Cast$Value', { spec: 'n:int64,rate:float32,flag:boolean,pin:int16' }],
          ['MaskField$Value', { fields: 'pin,flag' }],
          ['MaskField$Value', { fields: 'name', replacement: '***' }],
          ['MaskField$Value', { fields: 'n', replacement: '-1' }],
        ),
        ...JSON_WITH_SCHEMAS,
      }),
    },
    outcome: { topics: { out: { records: 2 } } },
  },
  {
    name: 'headers-simple',
    files: { 'in.txt': '1\n2\n3\n' },
    connectors: {
      source: source({
        ...chain(
          ...(
            [
              ['small', '12'],
              ['big', '9223372036854775807'],
              ['huge', '9223372036854775808'],
              ['real', '1.5'],
              ['text', 'some "text", really'],
              ['quoted', '"quoted"'],
              ['yes', 'true'],
              ['date', '2024-02-29'],
              ['moment', '2024-02-29T12:34:56.789Z'],
              ['list', '[1, 2, 300]'],
              ['map', '{"a": 1, "b": 2}'],
              ['mixed', '[1, "a"]'],
              ['words', 'a, b'],
              ['dropped', 'x'],
            ] as const
          ).map(([header, literal]) => ['InsertHeader', { header, 'value.literal': literal }] as const),
          ['InsertHeader', { header: 'small', 'value.literal': '13' }],
          ['HoistField$Value', { field: 'n' }],
          ['InsertField$Value', { 'static.field': 's', 'static.value': 't' }],
          ['Cast$Value', { spec: 'n:int32' }],
          ['HeaderFrom$Value', { fields: 'n', headers: 'copied', operation: 'copy' }],
          ['HeaderFrom$Value', { fields: 's', headers: 'moved', operation: 'move' }],
          ['DropHeaders', { headers: 'dropped,absent' }],
        ),
        ...converter('value', 'json'),
      }),
    },
    outcome: { topics: { out: { records: 3 } } },
  },
  {
    name: 'headers-by-other-converters',
    files: { 'in.txt': '1\n2\n' },
    connectors: Object.fromEntries(
      (['json', 'string'] as const).map((name) => [
        name,
        source({
          topic: `{T}-${name}`,
          ...chain(
            ['InsertHeader', { header: 'number', 'value.literal': '300' }],
            ['InsertHeader', { header: 'real', 'value.literal': '0.25' }],
            ['InsertHeader', { header: 'list', 'value.literal': '["a", "b"]' }],
            ['HoistField$Value', { field: 'v' }],
            ['HeaderFrom$Value', { fields: 'v', headers: 'v', operation: 'copy' }],
          ),
          ...converter('header', name),
          ...converter('value', 'json', { 'schemas.enable': 'false' }),
        }),
      ]),
    ),
    outcome: { topics: { json: { records: 2 }, string: { records: 2 } } },
  },
  {
    name: 'routed-by-regex-and-time',
    files: { 'in.txt': 'a\nb\nc\n' },
    connectors: {
      source: source({
        topic: '{T}-raw.events',
        ...chain(
          ['RegexRouter', { regex: '(.*)-raw\\.(?<kind>.+)', replacement: '$1-${kind}' }],
          ['TimestampRouter', { 'topic.format': '${topic}-y${timestamp}', 'timestamp.format': 'yyyy' }],
          ['RegexRouter', { regex: '(.*)-y\\d{4}', replacement: '$1-year' }],
          ['RegexRouter', { regex: 'not-at-all', replacement: 'lost' }],
        ),
      }),
    },
    outcome: { topics: { 'events-year': { records: 3 } } },
  },
  {
    name: 'predicates-and-negate',
    files: { 'in.txt': 'a\nb\n' },
    connectors: {
      source: source({
        ...chain(
          ['InsertHeader', { header: 'first', 'value.literal': '1', predicate: 'here' }],
          ['InsertHeader', { header: 'second', 'value.literal': '2', predicate: 'here', negate: 'true' }],
          ['InsertHeader', { header: 'third', 'value.literal': '3', predicate: 'has-first' }],
          ['InsertHeader', { header: 'fourth', 'value.literal': '4', predicate: 'has-second' }],
          ['RegexRouter', { regex: '(.*)-out', replacement: '$1-moved', predicate: 'dead', negate: 'true' }],
          ['InsertHeader', { header: 'fifth', 'value.literal': '5', predicate: 'here', negate: 'true' }],
          ['Filter', { predicate: 'has-fourth' }],
          ['Filter', { predicate: 'dead' }],
        ),
        ...predicates({
          here: ['TopicNameMatches', { pattern: '.*-out' }],
          'has-first': ['HasHeaderKey', { name: 'first' }],
          'has-second': ['HasHeaderKey', { name: 'second' }],
          'has-fourth': ['HasHeaderKey', { name: 'fourth' }],
          dead: ['RecordIsTombstone'],
        }),
      }),
    },
    outcome: { topics: { moved: { records: 2 } } },
  },
  {
    name: 'all-filtered-but-one-topic',
    files: { 'in.txt': 'a\nb\n', 'other.txt': 'c\n' },
    connectors: {
      filtered: source({
        ...chain(['Filter', { predicate: 'out' }]),
        ...predicates({ out: ['TopicNameMatches', { pattern: '.*-out' }] }),
        'offsets.storage.topic': '{T}-offsets',
      }),
      other: source({ file: '{F}/other.txt', topic: '{T}-other' }),
    },
    outcome: { topics: { other: { records: 1 }, out: { records: 0 } } },
  },
  {
    name: 'fields-chosen-and-renamed',
    files: { 'in.txt': 'x\n' },
    connectors: {
      schemas: source({ ...fieldChain(), ...JSON_WITH_SCHEMAS }),
      alone: source({ topic: '{T}-alone', ...fieldChain(), ...JSON_ALONE }),
    },
    outcome: { topics: { out: { records: 1 }, alone: { records: 1 } } },
  },
  {
    name: 'bytes-and-decimals-in-json',
    files: { 'in.txt': '12\n' },
    connectors: {
      numeric: source({
        ...chain(
          ['HoistField$Value', { field: 'n' }],
          ['InsertHeader', { header: 'd', 'value.literal': '12345678901234567890.12' }],
        ),
        ...converter('header', 'json', { 'decimal.format': 'NUMERIC' }),
        ...converter('value', 'json'),
      }),
      base64: source({
        topic: '{T}-base64',
        ...chain(['InsertHeader', { header: 'd', 'value.literal': '-12345678901234567890' }]),
        ...converter('header', 'json'),
      }),
    },
    outcome: { topics: { out: { records: 1 }, base64: { records: 1 } } },
  },
];

function fieldChain(): Readonly<Record<string, string>> {
  return chain(
    ['HoistField$Value', { field: 'a' }],
    ...['b', 'c', 'd'].map(
      (field) => ['InsertField$Value', { 'static.field': field, 'static.value': `of ${field}` }] as const,
    ),
    ['ReplaceField$Value', { exclude: 'c', renames: 'a:first,d:a' }],
    ['InsertField$Value', { 'static.field': 'e', 'static.value': '5' }],
    ['ReplaceField$Value', { include: 'a,e,first' }],
    ['ValueToKey', { fields: 'e,a' }],
    ['ReplaceField$Key', { renames: 'e:id' }],
    ['Cast$Key', { spec: 'id:int8' }],
  );
}
