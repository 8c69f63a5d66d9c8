import { converter, JSON_WITH_SCHEMAS, sink, source } from '../configs.ts';
import { decimal, envelope, record, records, struct, TIMESTAMP, unscaled } from '../json-records.ts';
import type { Scenario } from '../scenario.ts';

/** `max.request.size` of a Java producer, less what it takes a batch of one record without key and headers to add at most. */
const LARGEST_VALUE = 1_048_576 - 87;
/** Beyond it by more than what really is added: the Java producer refuses up to 16 bytes too early. */
const TOO_LARGE = LARGEST_VALUE + 100;

const NUMBERS = struct({ i8: 'int8', i16: 'int16', i32: 'int32', i64: 'int64', f32: 'float', f64: 'double' });

/** Sizes and numbers at their limits. */
export const LIMITS: readonly Scenario[] = [
  {
    name: 'one-megabyte-lines',
    files: { 'in.txt': `${'x'.repeat(1_000_000)}\n${'ü'.repeat(500_000)}\nend\n` },
    connectors: { source: source(), sink: sink({ topics: '{T}-out' }) },
    outcome: { topics: { out: { records: 3 } }, files: { 'out.txt': 3 } },
  },
  {
    name: 'largest-line-that-may-be-sent',
    files: { 'in.txt': `${'x'.repeat(LARGEST_VALUE)}\nend\n` },
    connectors: { source: source() },
    outcome: { topics: { out: { records: 2 } } },
  },
  {
    name: 'line-that-may-not-be-sent',
    files: { 'in.txt': `first\n${'x'.repeat(TOO_LARGE)}\n` },
    connectors: { source: source() },
    outcome: { failed: ['source'], topics: { out: { records: 1 } } },
  },
  {
    name: 'line-too-large-is-skipped',
    files: { 'in.txt': `first\n${'x'.repeat(TOO_LARGE)}\nlast\n` },
    connectors: { source: source({ 'errors.tolerance': 'all', 'offsets.storage.topic': '{T}-offsets' }) },
    outcome: {
      topics: {
        out: { records: 2 },
        offsets: { records: `{"position":${TOO_LARGE + 12}}`, newest: true },
      },
    },
  },
  {
    name: 'large-values-and-keys-into-files',
    topics: {
      in: {
        configs: { 'max.message.bytes': '4000000' },
        records: [record(0, 'y'.repeat(3_000_000), { key: 'k'.repeat(100_000) }), record(1, 'end')],
      },
    },
    connectors: { sink: sink() },
    outcome: { files: { 'out.txt': 2 } },
  },
  {
    name: 'numbers-at-their-limits',
    topics: {
      in: {
        records: records([
          envelope(
            NUMBERS,
            '{"i8":127,"i16":32767,"i32":2147483647,"i64":9223372036854775807,"f32":3.4028235e38,"f64":1.7976931348623157e308}',
          ),
          envelope(
            NUMBERS,
            '{"i8":-128,"i16":-32768,"i32":-2147483648,"i64":-9223372036854775808,"f32":-1.4e-45,"f64":4.9e-324}',
          ),
          envelope(
            NUMBERS,
            '{"i8":128,"i16":40000,"i32":2147483648,"i64":9223372036854775808,"f32":1e39,"f64":1e309}',
          ),
          envelope(
            NUMBERS,
            '{"i8":"1","i16":1.9,"i32":-1.9,"i64":9007199254740993,"f32":16777217,"f64":9007199254740993}',
          ),
          '{"schema":null,"payload":[9223372036854775807,9223372036854775808,-9223372036854775809,123456789012345678901234567890]}',
        ]),
      },
    },
    connectors: { sink: sink(JSON_WITH_SCHEMAS) },
    outcome: { files: { 'out.txt': 5 } },
  },
  {
    name: 'decimals-and-times-at-their-limits',
    topics: {
      in: {
        records: records([
          envelope(decimal(0), unscaled(2n ** 127n)),
          envelope(decimal(40), unscaled(-(10n ** 39n) - 1n)),
          envelope(decimal(2), '12.345'),
          envelope(decimal(2), '1e30'),
          envelope(decimal(1_000), unscaled(1n)),
          // The limits of what a date can hold here; the JVM's go further (docs/decisions/0002).
          envelope(TIMESTAMP, '8640000000000000'),
          envelope(TIMESTAMP, '-8640000000000000'),
        ]),
      },
    },
    connectors: { sink: sink(JSON_WITH_SCHEMAS) },
    outcome: { files: { 'out.txt': 7 } },
  },
  {
    name: 'record-timestamps-at-their-limits',
    topics: {
      in: {
        records: [0, 1, 253_402_300_799_999].map((timestamp, index) => ({
          ...record(index, 'at'),
          timestamp,
        })),
        configs: { 'message.timestamp.after.max.ms': '9223372036854775807' },
      },
    },
    connectors: {
      sink: sink({
        transforms: 'hoist,insert',
        'transforms.hoist.type': 'org.apache.kafka.connect.transforms.HoistField$Value',
        'transforms.hoist.field': 'v',
        'transforms.insert.type': 'org.apache.kafka.connect.transforms.InsertField$Value',
        'transforms.insert.timestamp.field': 'ts',
        ...converter('value', 'string'),
      }),
    },
    outcome: { files: { 'out.txt': 3 } },
  },
];
