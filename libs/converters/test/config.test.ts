/** The settings of each converter, as the JVM's REST API describes them (plugin-configs.json). */
import { configKeyInfo, type Configurable, type Converter } from '@millrace/connect-api';
import { fixture } from '@millrace/testing';
import { describe, expect, test } from 'vitest';
import { converterPlugins, JsonConverter, StringConverter } from '../src/index.ts';

const { plugins } = fixture('plugin-configs.json') as {
  plugins: Readonly<Record<string, { type: string; config: readonly unknown[] }>>;
};

describe('settings', () => {
  const described = Object.entries(plugins).filter(
    ([, { type }]) => type === 'converter' || type === 'header_converter',
  );

  test.each(described)('of %s are the JVM’s, field by field', (name, { config }) => {
    for (const plugin of converterPlugins.filter((known) => known.class === name)) {
      expect(
        (plugin.create() as Configurable)
          .config()
          .keys()
          .map((key) => configKeyInfo(key)),
      ).toEqual(config);
    }
  });

  test('every converter is listed, once for each thing that it converts', () => {
    const listed = converterPlugins.map((plugin) => `${plugin.type} ${plugin.class}`);
    const names = described.map(([name]) => name);

    expect(new Set(converterPlugins.map((plugin) => plugin.class))).toEqual(new Set(names));
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((plugin) => plugin.startsWith('header_converter'))).toHaveLength(names.length);
    // Only the SimpleHeaderConverter converts nothing but headers.
    expect(listed.filter((plugin) => plugin.startsWith('converter'))).toHaveLength(names.length - 1);
  });

  test('the framework’s own setting needs not be given', () => {
    for (const plugin of converterPlugins.filter(({ type }) => type === 'converter')) {
      expect(() => (plugin.create() as Converter).configure({}, true)).not.toThrow();
    }
  });

  test.each([
    [
      'schemas.enable',
      'maybe',
      'Invalid value maybe for configuration schemas.enable: Expected value to be either true or false',
    ],
    [
      'schemas.cache.size',
      'x',
      'Invalid value x for configuration schemas.cache.size: Not a number of type INT',
    ],
    [
      'decimal.format',
      'HEX',
      'Invalid value HEX for configuration decimal.format: String must be one of (case insensitive): NUMERIC, BASE64',
    ],
  ])('a wrong %s is refused', (key, value, message) => {
    expect(() => new JsonConverter().configure({ [key]: value }, false)).toThrow(
      expect.objectContaining({ message, key, javaClass: 'org.apache.kafka.common.config.ConfigException' }),
    );
  });

  test('an encoding in any case is known', () => {
    const converter = new StringConverter();
    converter.configure({ 'converter.encoding': 'utf-16le' }, false);

    expect(converter.fromConnectData('t', null, 'a')).toEqual(Buffer.from([0x61, 0]));
  });
});
