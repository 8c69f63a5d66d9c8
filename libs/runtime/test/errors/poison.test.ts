import { ConfigDef, Schema, SinkRecord, SourceRecord, type ConnectRecord } from '@millrace/connect-api';
import type { FetchedBatch } from '@millrace/kafka';
import { describe, expect, it } from 'vitest';
import { ErrorPolicy } from '../../src/errors/error-policy.ts';
import type { Stage } from '../../src/errors/stages.ts';
import { SinkPipeline } from '../../src/task/sink-pipeline.ts';
import { SourcePipeline } from '../../src/task/source-pipeline.ts';
import { TransformationChain } from '../../src/task/transformation-chain.ts';
import { FakeProducer } from '../task/fake-producer.ts';
import { converters, deadLetterQueue } from '../task/parts.ts';

/** Records of which the second does not get past one stage. */
interface Poison {
  readonly stage: Stage;
  readonly executor: string;
  readonly what: string;
  readonly key?: string;
  readonly value?: string;
  readonly header?: string;
}

const POISONS: readonly Poison[] = [
  { stage: 'KEY_CONVERTER', executor: 'K', what: 'poisoned', key: 'poison' },
  { stage: 'VALUE_CONVERTER', executor: 'V', what: 'poisoned', value: 'poison' },
  { stage: 'HEADER_CONVERTER', executor: 'H', what: 'bad header', header: 'poison' },
  { stage: 'TRANSFORMATION', executor: 'com.acme.Fussy', what: 'too fussy', value: 'throw' },
  { stage: 'TRANSFORMATION', executor: 'com.acme.Fussy', what: 'must use newRecord()', value: 'nonsense' },
  { stage: 'TRANSFORMATION', executor: 'com.acme.Fussy', what: 'no error at all', value: 'throw text' },
];

/** A generator throws whatever it is given, also what is no Error. */
function* nothing(): Generator {
  yield null;
}

const fussy = new TransformationChain([
  {
    alias: 'fussy',
    className: 'com.acme.Fussy',
    predicate: null,
    negate: false,
    transformation: {
      config: () => new ConfigDef(),
      configure: () => undefined,
      apply: (record: ConnectRecord) => {
        if (record.value === 'throw') {
          throw new TypeError('too fussy');
        }
        if (record.value === 'throw text') {
          nothing().throw('no error at all');
        }
        return record.value === 'nonsense' ? ({ value: 1 } as unknown as ConnectRecord) : record;
      },
    },
  },
]);

const badHeader = (value: unknown): void => {
  if (String(value) === 'poison') {
    throw new Error('bad header');
  }
};
const parts = {
  ...converters,
  header: {
    ...converters.header,
    fromConnectHeader: (_topic: string, _key: string, _schema: Schema | null, value: unknown) => {
      badHeader(value);
      return Buffer.from(String(value));
    },
    toConnectHeader: (_topic: string, _key: string, bytes: Uint8Array | null) => {
      const value = Buffer.from(bytes ?? []).toString();
      badHeader(value);
      return { schema: Schema.STRING, value };
    },
  },
};

function policyOf(tolerance: 'none' | 'all') {
  const letters = new FakeProducer();
  const logged: string[] = [];
  const policy = new ErrorPolicy({
    settings: { tolerance, retryTimeoutMs: 0, retryDelayMaxMs: 1, log: true, logMessages: true },
    task: 'X-0',
    log: (message) => logged.push(message),
    deadLetters: deadLetterQueue(letters),
    now: () => 0,
    random: Math.random,
    sleep: () => Promise.resolve(),
  });
  return { policy, letters, logged };
}

/** What a pipeline does with a good record, the poison and a good one; the values that got through. */
type Pipeline = (policy: ErrorPolicy, poison: Poison) => Promise<readonly unknown[]>;

const sink: Pipeline = async (policy, { key = 'k', value = 'v', header = 'h' }) => {
  const record = (offset: number, texts: readonly [string, string, string]) => ({
    offset,
    timestamp: 1,
    key: Buffer.from(texts[0]),
    value: Buffer.from(texts[1]),
    headers: [{ key: 'h', value: Buffer.from(texts[2]) }],
  });
  const batch: FetchedBatch = {
    topic: 't',
    partition: 0,
    timestampType: 'CreateTime',
    nextOffset: 3,
    records: [record(0, ['k', 'first', 'h']), record(1, [key, value, header]), record(2, ['k', 'last', 'h'])],
  };
  const into: SinkRecord[] = [];
  await new SinkPipeline(fussy, parts, policy, null).convert(batch, into);
  return into.map((made) => made.value);
};

const source: Pipeline = async (policy, { key = 'k', value = 'v', header = 'h' }) => {
  const record = (texts: readonly [string, string, string]) =>
    new SourceRecord({
      topic: 't',
      sourcePartition: { file: 'a' },
      sourceOffset: { position: 1n },
      key: texts[0],
      value: texts[1],
      headers: [{ key: 'h', schema: Schema.STRING, value: texts[2] }],
    });
  const records = [record(['k', 'first', 'h']), record([key, value, header]), record(['k', 'last', 'h'])];
  const { out, error } = await new SourcePipeline(fussy, parts, policy).convert(records);
  if (error !== null) {
    throw error;
  }
  return out.map((made) => Buffer.from(made.value ?? []).toString());
};

describe.each([
  ['sink', sink],
  ['source', source],
] as const)('A poison record on the way of a %s', (_kind, pipeline) => {
  it.each(POISONS)('is skipped at $stage ($what) where that is tolerated, and kept', async (poison) => {
    const { policy, letters, logged } = policyOf('all');
    expect(await pipeline(policy, poison)).toEqual(['first', 'last']);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(`Executing stage '${poison.stage}' with class '${poison.executor}', where `);
    const headers = letters.sent[0]?.records[0]?.headers.map(({ key, value }) => [
      key.replace('__connect.errors.', ''),
      Buffer.from(value ?? []).toString(),
    ]);
    expect(Object.fromEntries(headers ?? [])).toMatchObject({
      stage: poison.stage,
      'class.name': poison.executor,
      'exception.message': expect.stringContaining(poison.what) as string,
    });
  });

  it.each(POISONS)('fails the task at $stage ($what) where it is not, and is kept', async (poison) => {
    const { policy, letters } = policyOf('none');
    const failed = pipeline(policy, poison);
    failed.catch(() => undefined);
    while (letters.sent.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    letters.acknowledge();
    const error = await failed.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({
      message: 'Tolerance exceeded in error handler',
      cause: { message: expect.stringContaining(poison.what) as string },
    });
  });
});
