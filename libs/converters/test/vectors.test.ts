/** Every vector of converters.json: what Kafka Connect 4.3.1's own converters answered. */
import { ConnectError, type Converter, type HeaderConverter } from '@millrace/connect-api';
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
import { converterPlugins } from '../src/index.ts';

interface Vector {
  readonly name: string;
  readonly op: 'fromConnectData' | 'toConnectData' | 'fromConnectHeader' | 'toConnectHeader';
  readonly class: string;
  readonly config: Readonly<Record<string, string>>;
  readonly schema: FixtureSchema | null;
  readonly value: FixtureValue;
  readonly bytes: null | { utf8: string } | { base64: string };
  readonly error?: { readonly class: string; readonly message: string };
}

/** Vectors whose answer here is another one, with the reason. */
const DEVIATIONS: Readonly<Record<string, string>> = {
  'Bytes enc ByteBuffer (fromConnectData)':
    'the input was a ByteBuffer that the recorder had read to its end, so that the vector lacks its bytes',
  'SimpleHeader dec null (toConnectHeader)':
    "the converter gave nothing, which the recorder could not take; Connect's runtime takes it for null (test/comparison shows it)",
};

/** Two vectors have the name of the second; it is the one that failed. */
function deviates(name: string, { error }: Vector): boolean {
  return name in DEVIATIONS && (error !== undefined || !name.startsWith('SimpleHeader'));
}

const { vectors } = fixture('converters.json') as { vectors: readonly Vector[] };

describe('converters answer as the JVM', () => {
  test.each(vectors.map((vector) => [`${vector.name} (${vector.op})`, vector] as const))(
    '%s',
    (name, vector) => {
      if (deviates(name, vector)) {
        expect(() => expect(outcome(vector)).toEqual(expected(vector)), 'deviates no more').toThrow();
      } else {
        expect(outcome(vector)).toEqual(expected(vector));
      }
    },
  );

  test('there are 282 of them, so that none is lost unnoticed', () => {
    expect(vectors).toHaveLength(282);
  });
});

type Outcome =
  | { error: string; message: string }
  | { bytes: string | null }
  | { schema: FixtureSchema | null; value: FixtureValue };

function outcome(vector: Vector): Outcome {
  try {
    return convert(vector);
  } catch (error) {
    expect(error).toBeInstanceOf(ConnectError);
    const { javaClass, message } = error as ConnectError;
    return { error: javaClass, message };
  }
}

function convert(vector: Vector): Outcome {
  const { op, config } = vector;
  const type = op.endsWith('Header') ? 'header_converter' : 'converter';
  const converter = converterPlugins
    .find((plugin) => plugin.class === vector.class && plugin.type === type)
    ?.create() as Converter & HeaderConverter;
  if (type === 'converter') {
    converter.configure(config, false);
  } else {
    (converter as HeaderConverter).configure(config);
  }
  if (op === 'toConnectData' || op === 'toConnectHeader') {
    const bytes = toBytes(vector.bytes);
    const read =
      op === 'toConnectData'
        ? converter.toConnectData('t', bytes)
        : converter.toConnectHeader('t', 'h', bytes);
    return { schema: fromSchema(read.schema), value: fromValue(read.value, read.schema) };
  }
  const schema = toSchema(vector.schema);
  const value = toValue(vector.value, schema);
  const bytes =
    op === 'fromConnectData'
      ? converter.fromConnectData('t', schema, value)
      : converter.fromConnectHeader('t', 'h', schema, value);
  return { bytes: bytes === null ? null : Buffer.from(bytes).toString('latin1') };
}

function expected(vector: Vector): Outcome {
  if (vector.error !== undefined) {
    return { error: vector.error.class, message: vector.error.message };
  }
  if (vector.op.startsWith('from')) {
    return { bytes: toBytes(vector.bytes)?.toString('latin1') ?? null };
  }
  const schema = toSchema(vector.schema);
  return { schema: fromSchema(schema), value: fromValue(toValue(vector.value, schema), schema) };
}

function toBytes(bytes: Vector['bytes']): Buffer | null {
  if (bytes === null) {
    return null;
  }
  return 'utf8' in bytes ? Buffer.from(bytes.utf8, 'utf8') : Buffer.from(bytes.base64, 'base64');
}
