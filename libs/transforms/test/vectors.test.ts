/** Every vector of transforms.json: what Kafka Connect 4.3.1's own transforms and predicates answered. */
import {
  ConnectError,
  SinkRecord,
  SourceRecord,
  type ConnectRecord,
  type ConnectRecordInit,
  type Predicate,
  type Transformation,
} from '@millrace/connect-api';
import { fixture } from '@millrace/testing';
import { describe, expect, test } from 'vitest';
import {
  fromSchema,
  fromValue,
  toSchema,
  toValue,
  type FixtureSchema,
  type FixtureValue,
} from '../../connect-api/test/data/fixture-values.ts';
import { transformPlugins } from '../src/index.ts';

interface FixtureRecord {
  readonly topic: string;
  readonly partition: number | null;
  readonly offset?: number;
  readonly timestamp: number | null;
  readonly keySchema: FixtureSchema | null;
  readonly key: FixtureValue;
  readonly valueSchema: FixtureSchema | null;
  readonly value: FixtureValue;
  readonly headers: readonly { key: string; schema: FixtureSchema | null; value: FixtureValue }[];
}

interface FixtureError {
  readonly class: string;
  readonly message: string;
}

interface Vector {
  readonly name: string;
  readonly type: string;
  readonly config: Readonly<Record<string, string>>;
  readonly recordKind?: 'sink' | 'source';
  readonly input?: FixtureRecord;
  readonly output?: FixtureRecord | null;
  readonly result?: boolean;
  readonly error?: FixtureError;
  readonly configureError?: FixtureError;
}

/** Messages that say the same in other words: all others are the JVM's to the letter. */
const OWN_WORDS = [
  // The virtual machine's own words for a null that was not expected.
  /^Cannot invoke "/,
  // Prints an object's identity.
  /InsertionSpec@/,
  // Prints the whole record, contents included.
  /^Timestamp missing on record: /,
  // Names a class of the JDK's that stands for a list.
  /ImmutableCollections/,
];

const { vectors } = fixture('transforms.json') as { vectors: readonly Vector[] };

describe('transforms and predicates answer as the JVM', () => {
  test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    const answer = outcome(vector);
    const wanted = expected(vector);
    if ('error' in wanted && OWN_WORDS.some((words) => words.test(wanted.error.message))) {
      expect(answer).toMatchObject({ at: wanted.at, error: { class: wanted.error.class } });
    } else {
      expect(answer).toEqual(wanted);
    }
  });

  test('there are 267 of them, so that none is lost unnoticed', () => {
    expect(vectors).toHaveLength(267);
  });
});

type Outcome = { at: 'configure' | 'apply'; error: FixtureError } | { result: boolean } | { output: unknown };

function outcome(vector: Vector): Outcome {
  const plugin = transformPlugins.find((known) => known.class === vector.type)?.create() as Transformation &
    Predicate;
  let at: 'configure' | 'apply' = 'configure';
  try {
    plugin.configure(vector.config);
    at = 'apply';
    if (vector.input === undefined) {
      return { output: 'configured' };
    }
    const record = toRecord(vector.input, vector.recordKind ?? 'sink');
    if (vector.result !== undefined) {
      return { result: plugin.test(record) };
    }
    const output = plugin.apply(record);
    return { output: output === null ? null : fromRecord(output) };
  } catch (error) {
    expect(error).toBeInstanceOf(ConnectError);
    const { javaClass, message } = error as ConnectError;
    return { at, error: { class: javaClass, message } };
  }
}

function expected(vector: Vector): Outcome {
  const error = vector.configureError ?? vector.error;
  if (error !== undefined) {
    return {
      at: vector.configureError === undefined ? 'apply' : 'configure',
      error: { class: error.class, message: error.message },
    };
  }
  if (vector.result !== undefined) {
    return { result: vector.result };
  }
  const { output } = vector;
  return {
    output:
      output === null || output === undefined
        ? null
        : fromRecord(toRecord(output, vector.recordKind ?? 'sink')),
  };
}

function toRecord(json: FixtureRecord, kind: 'sink' | 'source'): ConnectRecord {
  const keySchema = toSchema(json.keySchema);
  const valueSchema = toSchema(json.valueSchema);
  const init: ConnectRecordInit = {
    topic: json.topic,
    partition: json.partition,
    timestamp: json.timestamp,
    keySchema,
    key: toValue(json.key, keySchema),
    valueSchema,
    value: toValue(json.value, valueSchema),
    headers: json.headers.map((header) => {
      const schema = toSchema(header.schema);
      return { key: header.key, schema, value: toValue(header.value, schema) };
    }),
  };
  return kind === 'sink'
    ? new SinkRecord({ ...init, partition: json.partition ?? 0, kafkaOffset: json.offset ?? 0 })
    : new SourceRecord({ ...init, sourcePartition: {}, sourceOffset: {} });
}

function fromRecord(record: ConnectRecord): unknown {
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record instanceof SinkRecord ? record.kafkaOffset : null,
    timestamp: record.timestamp,
    keySchema: fromSchema(record.keySchema),
    key: fromValue(record.key, record.keySchema),
    valueSchema: fromSchema(record.valueSchema),
    value: fromValue(record.value, record.valueSchema),
    headers: record.headers.map((header) => ({
      key: header.key,
      schema: fromSchema(header.schema),
      value: fromValue(header.value, header.schema),
    })),
  };
}
