import { chain, converter, JSON_ALONE, JSON_WITH_SCHEMAS, predicates, sink } from '../configs.ts';
import {
  DATE,
  decimal,
  envelope,
  record,
  records,
  struct,
  TIME,
  TIMESTAMP,
  unscaled,
} from '../json-records.ts';
import type { Scenario } from '../scenario.ts';

const ALL_TYPES = struct({
  'i8?': 'int8',
  i16: 'int16',
  i32: 'int32',
  i64: 'int64',
  'f32?': 'float',
  f64: 'double',
  flag: 'boolean',
  text: 'string',
  'list?': { type: 'array', items: { type: 'int32', optional: true } },
  'map?': { type: 'map', keys: { type: 'string' }, values: { type: 'int64' } },
  'pairs?': { type: 'map', keys: { type: 'int32' }, values: { type: 'string', optional: true } },
  'inner?': { ...struct({ a: 'string', 'b?': 'double' }), name: 'com.acme.Inner' },
});

const LOGICALS = struct({
  ts: TIMESTAMP,
  day: DATE,
  time: TIME,
  'money?': decimal(2),
  'whole?': decimal(0),
  'shifted?': decimal(-3),
});

/** Topics into files: what Java's toString makes of every kind of value. */
export const SINKS: readonly Scenario[] = [
  {
    name: 'sink-structs',
    topics: {
      in: {
        records: records([
          envelope(
            ALL_TYPES,
            '{"i8":1,"i16":-2,"i32":3,"i64":9223372036854775807,"f32":1.5,"f64":0.1,"flag":true,"text":"ü=😀","list":[1,null,3],"map":{"z":1,"a":2,"m":3},"pairs":[[3,"c"],[1,null]],"inner":{"a":"x","b":1e21}}',
          ),
          envelope(
            ALL_TYPES,
            '{"i16":0,"i32":0,"i64":-9223372036854775808,"f64":100.0,"flag":false,"text":"","list":[],"map":{},"inner":{"a":""}}',
          ),
          envelope({ type: 'string', optional: true }, '"just text"'),
          envelope({ type: 'array', items: { type: 'string' } }, '["a","b"]'),
          '{"schema":null,"payload":{"b":[1,2.5,"x",null,true],"a":{"c":null}}}',
        ]),
      },
    },
    connectors: { sink: sink(JSON_WITH_SCHEMAS) },
    outcome: { files: { 'out.txt': 5 }, committed: { 'connect-{T}-sink': 5 } },
  },
  {
    name: 'sink-logical-types',
    topics: {
      in: {
        records: records([
          envelope(LOGICALS, `{"ts":1709210096789,"day":19782,"time":45296789,"money":${unscaled(123456n)}}`),
          envelope(
            LOGICALS,
            `{"ts":0,"day":0,"time":0,"money":${unscaled(-1n)},"whole":${unscaled(10n ** 30n)}}`,
          ),
          envelope(LOGICALS, `{"ts":-1,"day":-1,"time":86399999,"shifted":${unscaled(12n)}}`),
          envelope(LOGICALS, `{"ts":253402300799999,"day":2932896,"time":1,"money":${unscaled(0n)}}`),
          envelope(TIMESTAMP, '-62135596800000'),
          envelope(DATE, '-719162'),
        ]),
      },
    },
    connectors: { sink: sink(JSON_WITH_SCHEMAS) },
    outcome: { files: { 'out.txt': 6 } },
  },
  {
    name: 'sink-plain-json',
    topics: {
      in: {
        records: records([
          '{"zeta":1,"alpha":2,"Beta":3,"k10":10,"k9":9,"":0,"ü":"x","a much longer key than the others":null}',
          '[1, 2.0, -0.0, 1e3, 1E-7, 123456789012345678, 0.1, 1e400]',
          '{"nested":{"list":[{"b":1,"a":[[]]},{}],"flag":true}}',
          '"text"',
          '12',
          '1.0',
          'true',
          'null',
          ' {"spaces" : 1 } trailing',
          '{"twice":1,"twice":2}',
        ]),
      },
    },
    connectors: { sink: sink(JSON_ALONE) },
    outcome: { files: { 'out.txt': 10 } },
  },
  {
    name: 'sink-primitives',
    topics: {
      short: { records: records([Buffer.from('8000', 'hex'), Buffer.from('7fff', 'hex'), null]) },
      integer: { records: records([Buffer.from('80000000', 'hex'), Buffer.from('00000007', 'hex')]) },
      long: {
        records: records([Buffer.from('7fffffffffffffff', 'hex'), Buffer.from('0020000000000001', 'hex')]),
      },
      float: { records: records(['3fc00000', '3dcccccd', '7f800000', '7fc00000', '80000000'].map(fromHex)) },
      double: {
        records: records(
          [
            '3fb999999999999a',
            '444b1ae4d6e2ef50',
            '7fefffffffffffff',
            '0000000000000000',
            'fff0000000000000',
          ].map(fromHex),
        ),
      },
      boolean: { records: records([Buffer.from([1]), Buffer.from([0])]) },
      string: { records: records(['text', '', null, Buffer.from('ff41fe', 'hex'), 'ü😀']) },
    },
    connectors: Object.fromEntries(
      (['short', 'integer', 'long', 'float', 'double', 'boolean', 'string'] as const).map((name) => [
        name,
        sink({ topics: `{T}-${name}`, file: `{F}/${name}.txt`, ...converter('value', name) }),
      ]),
    ),
    outcome: {
      files: {
        'short.txt': 3,
        'integer.txt': 2,
        'long.txt': 2,
        'float.txt': 5,
        'double.txt': 5,
        'boolean.txt': 2,
        'string.txt': 5,
      },
    },
  },
  {
    name: 'sink-tombstones-and-empty-values',
    topics: {
      in: { records: [...records([null, '', '{}', 'null', '[]', '""'], { key: '"k"' }), record(9, '"end"')] },
    },
    connectors: {
      all: sink(JSON_ALONE),
      live: sink({
        file: '{F}/live.txt',
        ...JSON_ALONE,
        ...chain(['Filter', { predicate: 'dead' }]),
        ...predicates({ dead: ['RecordIsTombstone'] }),
      }),
      dead: sink({
        file: '{F}/dead.txt',
        ...JSON_ALONE,
        ...chain(['Filter', { predicate: 'dead', negate: 'true' }], ['HoistField$Value', { field: 'was' }]),
        ...predicates({ dead: ['RecordIsTombstone'] }),
      }),
    },
    outcome: {
      files: { 'out.txt': 7, 'live.txt': 4, 'dead.txt': 3 },
      committed: { 'connect-{T}-all': 7, 'connect-{T}-live': 7, 'connect-{T}-dead': 7 },
    },
  },
  {
    name: 'sink-of-many-topics',
    topics: Object.fromEntries(
      ['orders.eu', 'orders.us', 'other.eu'].map((topic) => [
        topic,
        {
          partitions: 3,
          records: Array.from({ length: 30 }, (_, index) =>
            record(index, `${topic} ${index}`, { partition: index % 3 }),
          ),
        },
      ]),
    ),
    connectors: {
      regex: sink({
        'topics.regex': '{T}-orders\\..*',
        'tasks.max': '2',
        'consumer.override.metadata.max.age.ms': '1000',
        ...chain(
          ['HoistField$Value', { field: 'line' }],
          [
            'InsertField$Value',
            { 'topic.field': 'topic', 'partition.field': 'partition', 'offset.field': 'offset' },
          ],
        ),
      }),
      list: sink({ topics: '{T}-orders.us, {T}-other.eu', file: '{F}/list.txt' }),
    },
    outcome: { files: { 'out.txt': 60, 'list.txt': 60 }, linesAsSet: true },
  },
  {
    name: 'sink-headers-decide',
    topics: {
      in: {
        records: [
          record(0, 'none'),
          record(1, 'number', { headers: [['n', '12']] }),
          record(2, 'twice', {
            headers: [
              ['n', 'a'],
              ['n', 'b'],
              ['m', null],
            ],
          }),
          record(3, 'list', {
            headers: [
              ['list', '[1, 2]'],
              ['map', '{"a":1}'],
              ['empty', ''],
            ],
          }),
          record(4, 'case', { headers: [['N', 'x']] }),
        ],
      },
    },
    connectors: {
      sink: sink(
        Object.assign(
          {},
          chain(
            ['HoistField$Value', { field: 'v' }],
            ['InsertField$Value', { 'static.field': 'n', 'static.value': 'yes', predicate: 'n' }],
            ['InsertField$Value', { 'static.field': 'm', 'static.value': 'yes', predicate: 'm' }],
            ['DropHeaders', { headers: 'n' }],
            [
              'InsertField$Value',
              { 'static.field': 'kept', 'static.value': 'no', predicate: 'n', negate: 'true' },
            ],
            ['HeaderFrom$Value', { fields: 'v', headers: 'v', operation: 'copy' }],
            ['InsertField$Value', { 'static.field': 'headed', 'static.value': 'yes', predicate: 'v' }],
          ),
          predicates({
            n: ['HasHeaderKey', { name: 'n' }],
            m: ['HasHeaderKey', { name: 'm' }],
            v: ['HasHeaderKey', { name: 'v' }],
          }),
        ),
      ),
    },
    outcome: { files: { 'out.txt': 5 } },
  },
];

function fromHex(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
