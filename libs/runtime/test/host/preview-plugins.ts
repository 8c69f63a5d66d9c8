import {
  ConfigDef,
  DataError,
  Decimal,
  Schema,
  SinkRecord,
  type ConfigProvider,
  type ConnectRecord,
  type ConnectValue,
  type Predicate,
  type Props,
  type Transformation,
} from '@millrace/connect-api';
import type { PluginDefinition } from '@millrace/plugins';

type Apply = (record: ConnectRecord, props: Props) => unknown;

function transform(apply: Apply, def = new ConfigDef()): () => Transformation {
  return () => {
    let own: Props = {};
    return {
      config: () => def,
      configure: (props) => {
        own = props;
      },
      apply: (record) => apply(record, own) as ConnectRecord | null,
    };
  };
}

const append: Apply = (record, { suffix = '' }) =>
  record.newRecord({ value: `${record.value as string}${suffix ?? ''}` });

/** What transforms can do, one each. */
const TRANSFORMS: Readonly<Record<string, () => Transformation>> = {
  Append: transform(append),
  AppendPassword: transform(
    append,
    new ConfigDef().define({ name: 'suffix', type: 'PASSWORD', importance: 'HIGH', documentation: '' }),
  ),
  Same: transform((record) => record),
  Copy: transform((record) => record.newRecord({})),
  Drop: transform(() => null),
  Fail: transform((_record, { suffix }) => {
    throw new DataError(`cannot work with ${suffix ?? 'this'}`);
  }),
  Nothing: transform(() => undefined),
  OtherKind: transform((record) => new SinkRecord({ topic: record.topic, partition: 0, kafkaOffset: 1 })),
  Function: transform((record) => record.newRecord({ value: (() => 1) as unknown as ConnectValue })),
  WrongType: transform((record) => record.newRecord({ valueSchema: Schema.INT32, value: 'no number' })),
  Decimals: transform((record) =>
    record.newRecord({
      valueSchema: null,
      value: new Map<ConnectValue, ConnectValue>([
        ['price', new Decimal(1250n, 2)],
        ['at', new Date(5)],
        ['raw', new Uint8Array([1, 2, 3])],
        ['ratio', Number.NaN],
      ]),
    }),
  ),
  Number: transform((record, { number }) =>
    record.newRecord({ valueSchema: null, value: BigInt(number ?? 0) }),
  ),
  Keyed: transform((record, { suffix }) =>
    record.newRecord({ valueSchema: null, value: new Map([[`is ${suffix ?? ''}`, 'x']]) }),
  ),
  Tombstone: transform((record) => record.newRecord({ value: null })),
  Refuse: () => ({
    config: () => new ConfigDef(),
    configure: ({ suffix }) => {
      throw new Error(`will not have ${suffix ?? ''}`);
    },
    apply: (record) => record,
  }),
};

function predicate(test: (record: ConnectRecord) => unknown): () => Predicate {
  return () => ({
    config: () => new ConfigDef(),
    configure: () => undefined,
    test: (record) => test(record) as boolean,
  });
}

const vault: ConfigProvider = {
  configure: () => undefined,
  get: (_path, keys) =>
    Promise.resolve({ data: Object.fromEntries([...keys].map((key) => [key, SECRETS[key] ?? ''])) }),
};

export const SECRETS: Readonly<Record<string, string>> = { token: 'hunter22', pin: '4711', short: 'x' };

/** The provider `vault` that knows {@link SECRETS}. */
export const providers: ReadonlyMap<string, ConfigProvider> = new Map([['vault', vault]]);

export const plugins: readonly PluginDefinition[] = [
  ...Object.entries(TRANSFORMS).map(([name, create]) => ({
    class: `test.${name}`,
    type: 'transformation' as const,
    version: '1',
    create,
  })),
  {
    class: 'test.IsA',
    type: 'predicate',
    version: '1',
    create: predicate(({ topic }) => topic === 'a'),
  },
  { class: 'test.Perhaps', type: 'predicate', version: '1', create: predicate(() => 'perhaps') },
];
