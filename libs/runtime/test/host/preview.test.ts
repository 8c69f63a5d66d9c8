import type { Props } from '@millrace/connect-api';
import { ConfigTransformer } from '@millrace/config';
import { converterPlugins } from '@millrace/converters';
import { PluginRegistry } from '@millrace/plugins';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { RecordType } from '../../src/host/preview-samples.ts';
import { PreviewRefusedError, previewTransforms } from '../../src/host/preview.ts';
import { plugins, providers, SECRETS } from './preview-plugins.ts';

const registry = PluginRegistry.scan({
  pluginPath: [],
  builtins: [...converterPlugins, ...plugins],
  logger: pino({ level: 'silent' }),
});

/** The settings of transforms called t0, t1, … */
function chain(...transforms: readonly Readonly<Record<string, string>>[]): Props {
  const settings = transforms.flatMap((props, index) =>
    Object.entries(props).map(([key, value]) => [`transforms.t${index}.${key}`, value] as const),
  );
  return { transforms: transforms.map((_, index) => `t${index}`).join(','), ...Object.fromEntries(settings) };
}

function text(config: Props, records: string, type: RecordType = 'source'): Promise<string> {
  return previewTransforms(
    { type, config, records },
    { registry, resolver: new ConfigTransformer(providers) },
  );
}

interface Answer {
  readonly steps: readonly {
    readonly outcome: string;
    readonly applied: boolean;
    readonly predicate: unknown;
    readonly record: { readonly value: unknown } | null;
    readonly error: unknown;
  }[];
  readonly result: { readonly value: unknown } | null;
}

async function answers(
  config: Props,
  samples: readonly unknown[],
  type?: RecordType,
): Promise<readonly Answer[]> {
  return JSON.parse(await text(config, JSON.stringify(samples), type)) as Answer[];
}

async function answer(config: Props, sample: unknown, type?: RecordType): Promise<Answer> {
  const [only] = await answers(config, [sample], type);
  return only ?? { steps: [], result: null };
}

const A = { topic: 'a', value: 'v' };

describe('A preview', () => {
  it('shows a record after each step, and what is left', async () => {
    const config = chain({ type: 'test.Append', suffix: '-1' }, { type: 'test.Append', suffix: '-2' });
    expect(await answer(config, A)).toEqual({
      steps: [
        {
          alias: 't0',
          class: 'test.Append',
          predicate: null,
          applied: true,
          outcome: 'changed',
          record: {
            topic: 'a',
            partition: null,
            offset: null,
            timestamp: null,
            key: { schema: null, payload: null },
            value: { schema: null, payload: 'v-1' },
            headers: [],
          },
          error: null,
        },
        expect.objectContaining({ alias: 't1', outcome: 'changed' }),
      ],
      result: expect.objectContaining({ value: { schema: null, payload: 'v-1-2' } }) as unknown,
    });
  });

  it('of no transforms leaves a record as it is', async () => {
    expect(await answer({}, A)).toMatchObject({ steps: [], result: { topic: 'a' } });
  });

  it('says what was dropped, unchanged or failed, and ends there', async () => {
    const of = async (...names: readonly string[]): Promise<readonly string[]> =>
      (await answer(chain(...names.map((name) => ({ type: `test.${name}` }))), A)).steps.map(
        ({ outcome }) => outcome,
      );
    expect(await of('Same', 'Copy')).toEqual(['unchanged', 'unchanged']);
    expect(await of('Drop', 'Same')).toEqual(['dropped']);
    expect(await of('Fail', 'Same')).toEqual(['failed']);
    expect(await of('Nothing', 'Same')).toEqual(['failed']);
    expect(await of('OtherKind')).toEqual(['failed']);
    expect(await of('Function')).toEqual(['failed']);
    expect(await of('WrongType')).toEqual(['failed']);
    const failed = await answer(chain({ type: 'test.Fail' }), A);
    expect(failed.result).toBeNull();
    expect(failed.steps[0]).toMatchObject({
      applied: true,
      record: null,
      error: { class: 'org.apache.kafka.connect.errors.DataException', message: 'cannot work with this' },
    });
  });

  it('shows what a predicate said', async () => {
    const predicates = { predicates: 'p', 'predicates.p.type': 'test.IsA' };
    const config = (negate: string): Props => ({
      ...chain({ type: 'test.Append', suffix: '!', predicate: 'p', negate }),
      ...predicates,
    });
    const held = (name: unknown, negate: boolean): unknown => ({
      alias: 'p',
      class: 'test.IsA',
      held: name,
      negate,
    });
    const samples = [A, { topic: 'b', value: 'v' }];
    const [a, b] = await answers(config('false'), samples);
    expect(a?.steps[0]).toMatchObject({ predicate: held(true, false), applied: true, outcome: 'changed' });
    expect(b?.steps[0]).toMatchObject({
      predicate: held(false, false),
      applied: false,
      outcome: 'unchanged',
    });
    const [negated] = await answers(config('true'), samples);
    expect(negated?.steps[0]).toMatchObject({ predicate: held(true, true), applied: false });

    const unsure = { ...config('false'), 'predicates.p.type': 'test.Perhaps' };
    expect((await answer(unsure, A)).steps[0]).toMatchObject({ applied: false, outcome: 'failed' });
  });

  it('keeps numbers, schemas, headers and places exactly', async () => {
    const sample =
      '{"topic":"a","partition":3,"offset":9007199254740991,"timestamp":17,"key":9223372036854775807,' +
      '"value":{"schema":{"type":"struct","fields":[{"type":"int64","optional":false,"field":"id"},' +
      '{"type":"bytes","optional":false,"name":"org.apache.kafka.connect.data.Decimal","version":1,' +
      '"parameters":{"scale":"2"},"field":"price"},{"type":"bytes","optional":true,"field":"raw"}],"optional":false,' +
      '"name":"order"},"payload":{"id":-9223372036854775808,"price":12.50,"raw":"AQI="}},' +
      '"headers":[{"key":"h","value":1.0},{"key":"h","value":{"schema":{"type":"int8","optional":false},"payload":7}}]}';
    const [shown] = JSON.parse(await text({}, `[${sample}]`, 'sink')) as [Answer];
    const result = (await text({}, `[${sample}]`, 'sink')).slice('[{"steps":[],"result":'.length, -2);
    expect(shown.result).toMatchObject({ partition: 3, offset: Number.MAX_SAFE_INTEGER, timestamp: 17 });
    expect(result).toContain('"key":{"schema":null,"payload":9223372036854775807}');
    expect(result).toContain('"payload":{"id":-9223372036854775808,"price":12.50,"raw":"AQI="}');
    expect(result).toContain('{"key":"h","value":{"schema":null,"payload":1.0}}');
    // What is shown can be tried again.
    expect(await text({}, `[${result}]`, 'sink')).toBe(`[{"steps":[],"result":${result}}]`);
  });

  it('shows what only a converter could not write', async () => {
    const { steps, result } = await answer(chain({ type: 'test.Decimals' }, { type: 'test.Same' }), A);
    expect(steps.map(({ outcome }) => outcome)).toEqual(['changed', 'unchanged']);
    expect(result?.value).toEqual({
      schema: null,
      payload: { price: 12.5, at: 5, raw: 'AQID', ratio: 'NaN' },
    });
    const value = { schema: { type: 'string', optional: false }, payload: 'x' };
    const tombstone = await answer(chain({ type: 'test.Tombstone' }), { topic: 'a', value });
    expect(tombstone.result?.value).toEqual({ schema: { type: 'string', optional: false }, payload: null });
  });

  it('refuses a chain or samples that make no sense, saying which', async () => {
    const refusal = async (config: Props, records: string): Promise<string> => {
      const error: unknown = await text(config, records).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PreviewRefusedError);
      return (error as Error).message;
    };
    expect(await refusal(chain({ type: 'test.Nobody' }), '[]')).toContain('test.Nobody');
    expect(await refusal(chain({ suffix: 'x' }), '[]')).toContain('transforms.t0.type');
    expect(await refusal(chain({ type: 'test.Same', predicate: 'q' }), '[]')).toContain(
      'no predicate has this alias',
    );
    const value = '{"schema":{"type":"number","optional":false},"payload":1}';
    expect(await refusal({}, `[{"topic":"a"},{"topic":"a","value":${value}}]`)).toContain('records[1].value');
    expect(await refusal({}, '[{"topic":7}]')).toBe('records[0].topic is no text');
    expect(await refusal({}, '[{"topic":"a","partition":1.5}]')).toBe('records[0].partition is no integer');
    expect(await refusal({}, '[{"topic":"a","headers":[{}]}]')).toBe('records[0].headers[0] has no key');
    expect(await refusal({}, '[7]')).toBe('records[0] is no object');
    expect(await refusal({}, '7')).toBe('The records are no list');
  });
});

describe('What a preview hides (design invariant 6)', () => {
  const vault = (key: string): string => `\${vault:${key}}`;

  it('is what references stand for, wherever a transform puts it', async () => {
    const all = await Promise.all([
      text(chain({ type: 'test.Append', suffix: `-${vault('token')}-` }), JSON.stringify([A])),
      text(chain({ type: 'test.Fail', suffix: vault('token') }), JSON.stringify([A])),
      text(chain({ type: 'test.Keyed', suffix: vault('token') }), JSON.stringify([A])),
      text(chain({ type: 'test.Number', number: vault('pin') }), JSON.stringify([A])),
    ]);
    for (const shown of all) {
      expect(shown).toContain('[hidden]');
      expect(shown).not.toMatch(new RegExp(`${SECRETS['token'] ?? ''}|${SECRETS['pin'] ?? ''}`));
    }
    const short = await answer(chain({ type: 'test.Append', suffix: vault('short') }), {
      topic: 'a',
      value: '',
    });
    expect(short.result?.value).toEqual({ schema: null, payload: '[hidden]' });
  });

  it('is in no refusal either', async () => {
    const refused = text(chain({ type: 'test.Refuse', suffix: vault('token') }), '[]');
    await expect(refused).rejects.toThrow('will not have [hidden]');
  });

  it('is a password too, but no other setting that was given in clear', async () => {
    const of = async (type: string): Promise<unknown> =>
      (await answer(chain({ type, suffix: '-clear' }), A)).result?.value;
    expect(await of('test.AppendPassword')).toEqual({ schema: null, payload: 'v[hidden]' });
    expect(await of('test.Append')).toEqual({ schema: null, payload: 'v-clear' });
  });

  it('does not touch what is of other settings: they are not even resolved', async () => {
    const config = { ...chain({ type: 'test.Same' }), 'database.password': vault('token') };
    expect((await answer(config, { topic: 'a', value: 'hunter22' })).result?.value).toEqual({
      schema: null,
      payload: 'hunter22',
    });
  });
});
