/** The settings of each transform and predicate, as the JVM's REST API describes them (plugin-configs.json). */
import { configKeyInfo, type Configurable } from '@millrace/connect-api';
import { fixture } from '@millrace/testing';
import { describe, expect, test } from 'vitest';
import { transformPlugins } from '../src/index.ts';

const { plugins } = fixture('plugin-configs.json') as {
  plugins: Readonly<Record<string, { type: string; config: readonly unknown[] }>>;
};

describe('settings', () => {
  const described = Object.entries(plugins).filter(([name]) => name.includes('.transforms.'));

  test.each(described)('of %s are the JVM’s, field by field', (name, { type, config }) => {
    const plugin = transformPlugins.find((known) => known.class === name);

    expect(plugin?.type).toBe(type);
    expect(
      (plugin?.create() as Configurable)
        .config()
        .keys()
        .map((key) => configKeyInfo(key)),
    ).toEqual(config);
  });

  test('every plugin is described, and no name is taken twice', () => {
    const names = transformPlugins.map((plugin) => plugin.class);

    expect(new Set(names)).toEqual(new Set(described.map(([name]) => name)));
    expect(names).toHaveLength(described.length);
  });
});
