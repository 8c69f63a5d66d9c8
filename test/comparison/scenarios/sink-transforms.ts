import { chain, converter, JSON_ALONE, JSON_WITH_SCHEMAS, predicates, sink } from '../configs.ts';
import { decimal, envelope, record, records, struct, TIMESTAMP, unscaled } from '../json-records.ts';
import type { Scenario } from '../scenario.ts';

const ORDER = struct(
  {
    id: 'int64',
    at: TIMESTAMP,
    price: decimal(2),
    'note?': { type: 'string', default: 'none' },
    customer: {
      ...struct({ name: 'string', 'age?': 'int32', address: struct({ city: 'string', 'zip?': 'string' }) }),
      name: 'Customer',
    },
    'tags?': { type: 'array', items: { type: 'string' } },
  },
  { name: 'com.acme.Order', version: 3, doc: 'an order' },
);

const ORDERS = [
  `{"id":1,"at":1709210096789,"price":${unscaled(1999n)},"note":"gift","customer":{"name":"Ada","age":36,"address":{"city":"London","zip":"N1"}},"tags":["a","b"]}`,
  `{"id":9223372036854775807,"at":-1,"price":${unscaled(-5n)},"note":null,"customer":{"name":"Bob","age":null,"address":{"city":"漢"}},"tags":null}`,
  `{"id":-3,"at":0,"price":${unscaled(10n ** 18n)},"customer":{"name":"","address":{"city":""}},"tags":[]}`,
];

const PLAIN = [
  '{"id":1,"at":"2024-02-29","price":19.99,"customer":{"name":"Ada","address":{"city":"London"}},"tags":["a"]}',
  '{"id":"2","at":null,"price":7,"customer":{"name":null,"address":{}},"tags":[]}',
  '{"price":"1e3","customer":{}}',
];

const BOTH_WAYS = { schemas: JSON_WITH_SCHEMAS, alone: JSON_ALONE };

/** Topics into files through chains: structured values as sinks see them. */
export const SINK_TRANSFORMS: readonly Scenario[] = [
  {
    name: 'orders-flattened-and-masked',
    topics: { in: { records: records(ORDERS.map((order) => envelope(ORDER, order))) } },
    connectors: {
      sink: sink({
        ...JSON_WITH_SCHEMAS,
        ...chain(
          ['Flatten$Value', { delimiter: '_' }],
          [
            'TimestampConverter$Value',
            { field: 'at', 'target.type': 'string', format: "yyyy-MM-dd'T'HH:mm:ss.SSSX" },
          ],
          ['MaskField$Value', { fields: 'customer_name', replacement: 'hidden' }],
          ['MaskField$Value', { fields: 'price,customer_age' }],
          [
            'ReplaceField$Value',
            { exclude: 'tags', renames: 'customer_address_city:city,customer_address_zip:zip' },
          ],
          ['Cast$Value', { spec: 'id:string,customer_age:int8' }],
          [
            'InsertField$Value',
            { 'topic.field': 't', 'offset.field': 'o!', 'partition.field': 'p', 'timestamp.field': 'ts' },
          ],
          ['SetSchemaMetadata$Value', { 'schema.name': 'Flat', 'schema.version': '2' }],
        ),
      }),
      raw: sink({
        file: '{F}/raw.txt',
        ...JSON_WITH_SCHEMAS,
        ...chain(
          ['InsertField$Value', { 'static.field': 's', 'static.value': 'v' }],
          ['ReplaceField$Value', { include: 'id,s,note,customer', 'replace.null.with.default': 'false' }],
        ),
      }),
    },
    outcome: { files: { 'out.txt': 3, 'raw.txt': 3 } },
  },
  {
    name: 'orders-cast',
    topics: { in: { records: records(ORDERS.map((order) => envelope(ORDER, order))) } },
    connectors: {
      sink: sink({
        ...JSON_WITH_SCHEMAS,
        ...chain(['Cast$Value', { spec: 'id:int8,at:string,price:string' }]),
      }),
      numbers: sink({
        file: '{F}/numbers.txt',
        ...JSON_WITH_SCHEMAS,
        ...chain(
          ['Cast$Value', { spec: 'id:float64,at:int64' }],
          ['Cast$Value', { spec: 'id:boolean,at:float32' }],
        ),
      }),
    },
    outcome: { files: { 'out.txt': 3, 'numbers.txt': 3 } },
  },
  {
    name: 'orders-extracted',
    topics: { in: { records: records(ORDERS.map((order) => envelope(ORDER, order))) } },
    connectors: {
      price: sink({
        file: '{F}/price.txt',
        ...JSON_WITH_SCHEMAS,
        ...chain(['ExtractField$Value', { field: 'price' }]),
      }),
      note: sink({
        file: '{F}/note.txt',
        ...JSON_WITH_SCHEMAS,
        ...chain(['ExtractField$Value', { field: 'note' }]),
      }),
      raw: sink({
        file: '{F}/raw.txt',
        ...JSON_WITH_SCHEMAS,
        ...chain(['ExtractField$Value', { field: 'note', 'replace.null.with.default': 'false' }]),
      }),
      city: sink({
        file: '{F}/city.txt',
        ...JSON_WITH_SCHEMAS,
        ...chain(['ExtractField$Value', { field: 'customer.address.city', 'field.syntax.version': 'V2' }]),
      }),
      date: sink({
        file: '{F}/date.txt',
        ...JSON_WITH_SCHEMAS,
        ...chain(
          ['ExtractField$Value', { field: 'at' }],
          ['TimestampConverter$Value', { 'target.type': 'Date' }],
          ['HoistField$Value', { field: 'day' }],
        ),
      }),
    },
    outcome: { files: { 'price.txt': 3, 'note.txt': 3, 'raw.txt': 3, 'city.txt': 3, 'date.txt': 3 } },
  },
  {
    name: 'plain-maps-transformed',
    topics: { in: { records: records(PLAIN) } },
    connectors: {
      flat: sink({ file: '{F}/flat.txt', ...JSON_ALONE, ...chain(['Flatten$Value']) }),
      inserted: sink({
        file: '{F}/inserted.txt',
        ...JSON_ALONE,
        ...chain(
          [
            'InsertField$Value',
            {
              'topic.field': 'topic',
              'offset.field': 'offset',
              'timestamp.field': 'ts',
              'static.field': 'id',
              'static.value': 'over',
            },
          ],
          ['ReplaceField$Value', { exclude: 'tags', renames: 'price:cost' }],
        ),
      }),
      masked: sink({
        file: '{F}/masked.txt',
        ...JSON_ALONE,
        ...chain(
          ['MaskField$Value', { fields: 'id,tags,absent' }],
          ['Cast$Value', { spec: 'price:float64,missing:string' }],
        ),
      }),
      extracted: sink({
        file: '{F}/extracted.txt',
        ...JSON_ALONE,
        ...chain(
          ['ExtractField$Value', { field: 'customer' }],
          ['ValueToKey', { fields: 'name' }],
          ['HoistField$Value', { field: 'c' }],
        ),
      }),
    },
    outcome: { files: { 'flat.txt': 3, 'inserted.txt': 3, 'masked.txt': 3, 'extracted.txt': 3 } },
  },
  {
    name: 'routed-in-a-sink',
    topics: {
      in: {
        records: [record(0, 'one'), record(1, 'two', { headers: [['skip', 'yes']] }), record(2, 'three')],
      },
      also: { records: records(['four']) },
    },
    connectors: {
      sink: sink({
        topics: '{T}-in,{T}-also',
        ...chain(
          ['RegexRouter', { regex: '(.*)-in', replacement: '$1-renamed' }],
          [
            'TimestampRouter',
            {
              'topic.format': '${topic}.${timestamp}',
              'timestamp.format': 'yyyyMMddHHmmss',
              predicate: 'also',
              negate: 'true',
            },
          ],
          ['Filter', { predicate: 'skip' }],
          ['HoistField$Value', { field: 'v' }],
          ['InsertField$Value', { 'topic.field': 'topic' }],
        ),
        ...predicates({
          also: ['TopicNameMatches', { pattern: '.*-also' }],
          skip: ['HasHeaderKey', { name: 'skip' }],
        }),
      }),
    },
    outcome: { files: { 'out.txt': 3 }, committed: { 'connect-{T}-sink': 4 }, linesAsSet: true },
  },
  {
    name: 'dates-of-all-precisions',
    topics: {
      in: { records: records(['1709210096789123456', '-1', '0', '-1000000001', '9223372036854775807']) },
    },
    connectors: Object.fromEntries(
      ['seconds', 'milliseconds', 'microseconds', 'nanoseconds'].map((precision) => [
        precision,
        sink({
          file: `{F}/${precision}.txt`,
          ...converter('value', 'json', { 'schemas.enable': 'false' }),
          ...chain(
            ['HoistField$Value', { field: 'n' }],
            ['TimestampConverter$Value', { field: 'n', 'target.type': 'unix', 'unix.precision': precision }],
          ),
        }),
      ]),
    ),
    outcome: {
      files: { 'seconds.txt': 5, 'milliseconds.txt': 5, 'microseconds.txt': 5, 'nanoseconds.txt': 5 },
    },
  },
  {
    name: 'tombstones-through-chains',
    topics: {
      in: {
        records: [
          record(0, null, { key: '"a"' }),
          record(1, '{"a":{"b":1}}', { key: '"b"' }),
          record(2, null),
        ],
      },
    },
    connectors: Object.fromEntries(
      Object.entries({
        insert: chain(['InsertField$Value', { 'static.field': 's', 'static.value': 'v' }]),
        replace: chain(['ReplaceField$Value', { exclude: 'a' }]),
        flatten: chain(['Flatten$Value'], ['HoistField$Value', { field: 'was' }]),
        extract: chain(['ExtractField$Value', { field: 'a' }], ['Cast$Value', { spec: 'b:string' }]),
        time: chain(['TimestampConverter$Value', { field: 'x', 'target.type': 'unix' }]),
      }).map(([name, transforms]) => [
        name,
        sink({ file: `{F}/${name}.txt`, ...BOTH_WAYS.alone, ...transforms }),
      ]),
    ),
    outcome: {
      files: { 'insert.txt': 3, 'replace.txt': 3, 'flatten.txt': 3, 'extract.txt': 3, 'time.txt': 3 },
    },
  },
];
