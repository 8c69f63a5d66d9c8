import { describe, expect, test } from 'vitest';
import { configKeyInfo, type ConfigKeyInfo } from '@millrace/connect-api';
import { fixture } from '@millrace/testing';
import { connectorConfigDef } from '../../src/index.ts';

interface FixtureKey {
  readonly name: string;
  readonly default: string | null;
  readonly validator?: string;
}

const { plugins } = fixture('plugin-configs.json') as {
  plugins: Readonly<Record<string, { readonly config: readonly ConfigKeyInfo[] }>>;
};
const defs = fixture('config-defs.json') as Readonly<Record<'source' | 'sink', readonly FixtureKey[]>>;

/** The connectors' own settings stand before the framework's. */
const OWN = ['file', 'topic', 'batch.size'];

describe.each(['source', 'sink'] as const)('the settings of any %s connector', (type) => {
  const className = `org.apache.kafka.connect.file.FileStream${type === 'source' ? 'Source' : 'Sink'}Connector`;
  const expected = (plugins[className]?.config ?? []).filter(({ name }) => !OWN.includes(name));
  const def = connectorConfigDef(type);

  test('are in the order of the JVM', () => {
    expect(def.keys().map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
  });

  test.each(expected.map((key) => [key.name, key] as const))(
    '%s is the same in every field',
    (name, info) => {
      const key = def.key(name);
      expect(key === undefined ? undefined : configKeyInfo(key)).toEqual({
        ...info,
        // The version of the connector asked about; the registry puts it in.
        default_value: name === 'connector.plugin.version' ? null : info.default_value,
      });
    },
  );

  test.each(defs[type].map((key) => [key.name, key] as const))(
    '%s accepts the same',
    (name, { validator }) => {
      expect(String(def.key(name)?.validator ?? 'anything')).toBe(validator ?? 'anything');
    },
  );
});
