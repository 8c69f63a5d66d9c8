/**
 * What a record costs in each converter: nanoseconds of processor time per call, the median of several rounds. `node libs/converters/bench/convert.ts`
 * (an argument picks the lines that contain it). The JSON.parse and JSON.stringify lines are the floor that native code sets, though
 * they cannot tell 1 from 1.0.
 */
import {
  Int32,
  Schema,
  SchemaBuilder,
  Struct,
  TIMESTAMP_SCHEMA,
  type ConnectValue,
} from '@millrace/connect-api';
import { JsonConverter, SimpleHeaderConverter, StringConverter } from '../src/index.ts';

const ROUNDS = 7;
const ROUND_MS = 200;
/** Different records, so that nothing is the same string or number each time. */
const RECORDS = 1000;

const rowSchema = SchemaBuilder.struct()
  .name('shop.public.orders.Value')
  .field('id', Schema.INT64)
  .field('customer_id', Schema.INT32)
  .field('status', Schema.STRING)
  .field('note', Schema.OPTIONAL_STRING)
  .field('quantity', Schema.INT16)
  .field('price', Schema.FLOAT64)
  .field('paid', Schema.BOOLEAN)
  .field('created_at', TIMESTAMP_SCHEMA)
  .field('city', Schema.OPTIONAL_STRING)
  .field('tags', SchemaBuilder.array(Schema.STRING).build())
  .build();

const rows = records((index) =>
  new Struct(rowSchema)
    .put('id', BigInt(1_000_000 + index))
    .put('customer_id', index * 7)
    .put('status', index % 2 === 0 ? 'shipped' : 'pending')
    .put('note', index % 3 === 0 ? null : `leave it at the door of number ${index}`)
    .put('quantity', index % 100)
    .put('price', index * 1.25 + 0.99)
    .put('paid', index % 2 === 0)
    .put('created_at', new Date(1_700_000_000_000 + index * 1000))
    .put('city', 'Frankfurt')
    .put('tags', ['new', `group-${index % 10}`]),
);

const lines = records(
  (index) => `2024-05-01 12:00:${index % 60} INFO request ${index} served in ${index * 3} ms`,
);

const json = converter({});
const plainJson = converter({ 'schemas.enable': 'false' });
const text = new StringConverter();
const header = new SimpleHeaderConverter();

const envelopes = rows.map((row) => bytesOf(json.fromConnectData('t', rowSchema, row)));
const documents = rows.map((row) => bytesOf(plainJson.fromConnectData('t', rowSchema, row)));
const maps = documents.map((bytes) => plainJson.toConnectData('t', bytes).value);
const objects = documents.map((bytes) => JSON.parse(bytes.toString()) as unknown);
const lineBytes = lines.map((line) => Buffer.from(line));
const headerBytes = records((index) =>
  Buffer.from(['orders', '12', '2024-05-01T10:00:00.000Z', '[1,2,3]'][index % 4] ?? ''),
);

const only = process.argv[2] ?? '';
measure('string  text  -> bytes', (index) => text.fromConnectData('t', null, at(lines, index)));
measure('string  bytes -> text', (index) => text.toConnectData('t', at(lineBytes, index)));
measure('json    struct -> envelope', (index) => json.fromConnectData('t', rowSchema, at(rows, index)));
measure('json    envelope -> struct', (index) => json.toConnectData('t', at(envelopes, index)));
measure('json    struct -> document', (index) => plainJson.fromConnectData('t', rowSchema, at(rows, index)));
measure('json    document -> map', (index) => plainJson.toConnectData('t', at(documents, index)));
measure('json    map -> document', (index) =>
  plainJson.fromConnectData('t', null, at<ConnectValue>(maps, index)),
);
measure('native  JSON.parse', (index) => JSON.parse(at(documents, index).toString()) as unknown);
measure('native  JSON.stringify', (index) => Buffer.from(JSON.stringify(at(objects, index))));
measure('header  value -> bytes', (index) => header.fromConnectHeader('t', 'h', null, new Int32(index)));
measure('header  bytes -> value', (index) => header.toConnectHeader('t', 'h', at(headerBytes, index)));

function measure(name: string, call: (index: number) => unknown): void {
  if (!name.includes(only)) {
    return;
  }
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(nanosecondsPerCall(call));
  }
  const [median = 0] = rounds.toSorted((a, b) => a - b).slice(Math.floor(ROUNDS / 2));
  const perSecond = Math.round(1e9 / median).toLocaleString('en');
  console.log(`${name.padEnd(28)} ${median.toFixed(0).padStart(6)} ns ${perSecond.padStart(12)} /s`);
}

/** Of processor time, so that other programs on the machine do not show. */
function nanosecondsPerCall(call: (index: number) => unknown): number {
  const start = process.cpuUsage();
  let calls = 0;
  let spent = 0;
  while (spent < ROUND_MS * 1000) {
    for (let index = 0; index < RECORDS; index += 1) {
      call(index);
    }
    calls += RECORDS;
    const { user, system } = process.cpuUsage(start);
    spent = user + system;
  }
  return (spent * 1000) / calls;
}

function converter(props: Record<string, string>): JsonConverter {
  const result = new JsonConverter();
  result.configure(props, false);
  return result;
}

function records<T>(make: (index: number) => T): T[] {
  return Array.from({ length: RECORDS }, (_, index) => make(index));
}

function at<T>(items: readonly T[], index: number): T {
  return items[index] as T;
}

function bytesOf(bytes: Uint8Array | null): Buffer {
  return Buffer.from(bytes ?? []);
}
