import {
  chain,
  converter,
  JSON_ALONE,
  JSON_WITH_SCHEMAS,
  predicates,
  sink,
  source,
  TOLERANT,
} from '../configs.ts';
import { envelope, record, records, struct } from '../json-records.ts';
import type { ExpectedTopic, InputTopic, Scenario } from '../scenario.ts';

const DLQ: ExpectedTopic = { records: 2, timestamps: true, described: true };

const HEADERS = {
  headers: [
    ['h', 'v'],
    ['h', null],
    ['ü', 'x'],
  ],
} as const;

/** Records of which the second and fourth are poison at one stage. */
const POISON: Readonly<
  Record<string, { readonly input: InputTopic; readonly config: Readonly<Record<string, string>> }>
> = {
  key: {
    input: {
      records: [
        record(0, '"one"', { key: '1', ...HEADERS }),
        record(1, '"two"', { key: '{bad', ...HEADERS }),
        record(2, '"three"', { key: null }),
        record(3, '"four"', { key: 'worse' }),
        record(4, '"five"', { key: '"end"' }),
      ],
    },
    config: JSON_ALONE,
  },
  value: {
    input: {
      records: [
        record(0, envelope({ type: 'int32' }, '1')),
        record(1, 'not json', { key: 'k', ...HEADERS }),
        record(2, envelope({ type: 'int32', optional: true }, 'null')),
        record(3, '{"payload":1}'),
        record(4, envelope({ type: 'int32' }, '5')),
      ],
    },
    config: converter('value', 'json'),
  },
  header: {
    input: {
      records: [
        record(0, 'one', { headers: [['h', '1']] }),
        record(1, 'two', {
          key: 'k',
          headers: [
            ['good', '1'],
            ['h', '{'],
            ['last', '"x"'],
          ],
        }),
        record(2, 'three'),
        record(3, 'four', { headers: [['h', Buffer.from('fe', 'hex')]] }),
        record(4, 'five', { headers: [['h', null]] }),
      ],
    },
    config: converter('header', 'json', { 'schemas.enable': 'false' }),
  },
  transform: {
    input: {
      records: [
        record(0, '{"n":"1"}'),
        record(1, '{"n":"x"}', { key: 'k', ...HEADERS }),
        record(2, '{"n":null}'),
        record(3, '"no map"'),
        record(4, '{"n":5}'),
      ],
    },
    config: {
      ...converter('value', 'json', { 'schemas.enable': 'false' }),
      ...chain(['Cast$Value', { spec: 'n:int32' }]),
    },
  },
};

/** One failing transform for each kind of error, over `{"a":1}` with and without a schema. */
const FAILING: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'unknown-field': { ...JSON_WITH_SCHEMAS, ...chain(['ExtractField$Value', { field: 'nope' }]) },
  'no-such-key-field': { ...JSON_WITH_SCHEMAS, ...chain(['ValueToKey', { fields: 'nope' }]) },
  'no-header-field': {
    ...JSON_WITH_SCHEMAS,
    ...chain(['HeaderFrom$Value', { fields: 'nope', headers: 'h', operation: 'copy' }]),
  },
  'twice-the-field': {
    ...JSON_WITH_SCHEMAS,
    ...chain(['InsertField$Value', { 'static.field': 'a', 'static.value': 'x' }]),
  },
  'mask-of-array': {
    ...JSON_WITH_SCHEMAS,
    ...chain(['MaskField$Value', { fields: 'list', replacement: 'x' }]),
  },
  'time-of-int': {
    ...JSON_WITH_SCHEMAS,
    ...chain(['TimestampConverter$Value', { field: 'a', 'target.type': 'Date' }]),
  },
  'schema-required': { ...JSON_ALONE, ...chain(['SetSchemaMetadata$Value', { 'schema.name': 'x' }]) },
  'cast-of-map': { ...JSON_ALONE, ...chain(['Cast$Value', { spec: 'payload:int32' }]) },
  'no-group': { ...JSON_ALONE, ...chain(['RegexRouter', { regex: '(.*)', replacement: '$9' }]) },
};

/** What happens to records that fail: at each stage, tolerated or not, kept or not. */
export const ERRORS: readonly Scenario[] = [
  ...Object.entries(POISON).flatMap(([stage, { input, config }]): readonly Scenario[] => [
    {
      name: `${stage}-poison-tolerated`,
      topics: { in: input },
      connectors: { sink: sink({ ...config, ...TOLERANT }) },
      outcome: { files: { 'out.txt': 3 }, topics: { dlq: DLQ }, committed: { 'connect-{T}-sink': 5 } },
    },
    {
      name: `${stage}-poison-fails`,
      topics: { in: input },
      connectors: { sink: sink(config) },
      outcome: { failed: ['sink'], files: { 'out.txt': 0 } },
    },
  ]),
  {
    name: 'letters-without-context',
    topics: { in: POISON['value']?.input ?? {} },
    connectors: {
      sink: sink({
        ...POISON['value']?.config,
        ...TOLERANT,
        'errors.deadletterqueue.context.headers.enable': 'false',
      }),
    },
    outcome: { files: { 'out.txt': 3 }, topics: { dlq: DLQ } },
  },
  {
    name: 'letters-by-key-with-odd-headers',
    topics: {
      in: {
        records: Array.from({ length: 12 }, (_, index) =>
          record(index, `{bad ${index}`, { key: `key ${index}`, headers: [['n', String(index)]] }),
        ),
      },
      dlq: { partitions: 3 },
    },
    connectors: { sink: sink({ ...converter('value', 'json'), ...TOLERANT }) },
    outcome: { topics: { dlq: { records: 12, timestamps: true } } },
  },
  {
    name: 'simple-headers-that-mean-nothing',
    topics: {
      in: {
        records: [
          record(0, 'fine', { headers: [['h', '{"a":']] }),
          record(1, 'null', { headers: [['h', 'null']] }),
          record(2, 'nulls within', { headers: [['h', '[null, null]']] }),
          record(3, 'not text', { headers: [['h', Buffer.from('fffe', 'hex')]] }),
          record(4, 'end'),
        ],
      },
    },
    connectors: {
      sink: sink({
        ...TOLERANT,
        ...chain(
          ['HoistField$Value', { field: 'v' }],
          ['InsertField$Value', { 'static.field': 'h', 'static.value': 'there', predicate: 'h' }],
        ),
        ...predicates({ h: ['HasHeaderKey', { name: 'h' }] }),
      }),
    },
    outcome: { files: { 'out.txt': 5 }, topics: { dlq: { records: 0 } } },
  },
  {
    name: 'letter-of-a-failed-task',
    topics: { in: POISON['value']?.input ?? {} },
    connectors: { sink: sink({ ...POISON['value']?.config, ...TOLERANT, 'errors.tolerance': 'none' }) },
    outcome: { failed: ['sink'], topics: { dlq: { records: 1, timestamps: true } } },
  },
  {
    name: 'skipped-without-letters',
    topics: { in: POISON['transform']?.input ?? {} },
    connectors: {
      sink: sink({ ...POISON['transform']?.config, 'errors.tolerance': 'all', 'errors.log.enable': 'true' }),
    },
    outcome: { files: { 'out.txt': 3 }, committed: { 'connect-{T}-sink': 5 } },
  },
  {
    name: 'every-kind-of-transform-error',
    topics: {
      in: {
        records: records([
          envelope(
            struct({ a: 'int32', 'list?': { type: 'array', items: { type: 'int32' } } }),
            '{"a":1,"list":[1]}',
          ),
        ]),
      },
    },
    connectors: Object.fromEntries(
      Object.entries(FAILING).map(([name, config]) => [
        name,
        sink({
          file: '{F}/none.txt',
          ...config,
          ...TOLERANT,
          'errors.deadletterqueue.topic.name': `{T}-${name}`,
        }),
      ]),
    ),
    outcome: {
      topics: Object.fromEntries(
        Object.keys(FAILING).map((name) => [name, { records: 1, timestamps: true }]),
      ),
    },
  },
  {
    name: 'primitives-of-wrong-length',
    topics: {
      in: {
        records: records([
          'abc',
          Buffer.from('0000000000000001', 'hex'),
          Buffer.from('00000001', 'hex'),
          Buffer.from([2]),
          '',
        ]),
      },
    },
    connectors: Object.fromEntries(
      (['integer', 'long', 'boolean', 'double'] as const).map((name) => [
        name,
        sink({
          file: `{F}/${name}.txt`,
          ...converter('value', name),
          ...TOLERANT,
          'errors.deadletterqueue.topic.name': `{T}-${name}`,
        }),
      ]),
    ),
    outcome: {
      files: { 'integer.txt': 1, 'long.txt': 1, 'boolean.txt': 0, 'double.txt': 1 },
      topics: {
        integer: { records: 4, timestamps: true },
        long: { records: 4, timestamps: true },
        boolean: { records: 5, timestamps: true },
        double: { records: 4, timestamps: true },
      },
    },
  },
  {
    name: 'source-fails-at-a-line',
    files: { 'in.txt': '1\n2\nx\n4\n' },
    connectors: {
      source: source({
        ...chain(['Cast$Value', { spec: 'int32' }]),
        ...converter('value', 'integer'),
        'offsets.storage.topic': '{T}-offsets',
      }),
    },
    outcome: {
      failed: ['source'],
      topics: { out: { records: 2 }, offsets: { records: '{"position":4}', newest: true } },
    },
  },
  {
    name: 'source-skips-lines',
    files: { 'in.txt': '1\n2\nx\n4\n\n6\n' },
    connectors: {
      source: source({
        'errors.tolerance': 'all',
        ...chain(['Cast$Value', { spec: 'int32' }]),
        ...converter('value', 'integer'),
        'offsets.storage.topic': '{T}-offsets',
      }),
    },
    outcome: { topics: { out: { records: 4 }, offsets: { records: '{"position":11}', newest: true } } },
  },
  {
    name: 'source-header-does-not-convert',
    files: { 'in.txt': '1\n' },
    connectors: {
      source: source({
        ...chain(['InsertHeader', { header: 'h', 'value.literal': 'text' }]),
        ...converter('header', 'integer'),
      }),
    },
    outcome: { failed: ['source'] },
  },
  {
    name: 'chain-that-cannot-be-made',
    files: { 'in.txt': '1\n' },
    connectors: {
      source: source({
        ...chain(['Filter', { predicate: 'nobody' }]),
      }),
    },
    outcome: { failed: ['source'] },
  },
];
