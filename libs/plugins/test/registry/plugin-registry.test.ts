import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { SourceConnector } from '@millrace/connect-api';
import { tempDir } from '@millrace/testing';
import {
  AmbiguousPluginError,
  PluginLoadError,
  PluginNotFoundError,
  PluginRegistry,
  PluginVersionError,
  type PluginDefinition,
} from '../../src/index.ts';

const FOLDER = fileURLToPath(new URL('../plugins/folder', import.meta.url));

function scan(
  pluginPath: readonly string[] = [FOLDER],
  builtins: readonly PluginDefinition[] = [],
): { readonly registry: PluginRegistry; readonly log: readonly Readonly<Record<string, unknown>>[] } {
  const log: Readonly<Record<string, unknown>>[] = [];
  const logger = pino(
    {},
    { write: (line) => log.push(JSON.parse(line) as Readonly<Record<string, unknown>>) },
  );
  return { registry: PluginRegistry.scan({ pluginPath, builtins, logger }), log };
}

function definition(className: string, type: PluginDefinition['type'], version = '1.0'): PluginDefinition {
  return { class: className, type, version, create: () => ({}) };
}

describe('scanning plugin.path', () => {
  test('finds plugins in folders of folders, also scoped ones, in the order of the REST API', () => {
    expect(
      scan()
        .registry.list()
        .map(({ class: name, type, version }) => `${type} ${name} ${version}`),
    ).toEqual([
      'sink com.acme.sink.NothingSinkConnector 1.0.0',
      'sink com.half.FineConnector undefined',
      'sink org.scope.NothingSinkConnector 2.0.0',
      'source com.acme.CounterSource 1.0.0',
      'source com.acme.CounterSource 1.10.0',
      'source com.failing.Source 1.0.0',
      'source com.misfit.LooksLikeASource 1.0.0',
      'source com.misfit.Missing 1.0.0',
      'source com.misfit.NotASource 1.0.0',
      'transformation com.acme.Upper$Value 3.1',
      'converter com.misfit.Moody 1.0.0',
      'config_provider com.acme.Vault 1.0.0',
    ]);
  });

  test('says what is broken, with its folder, and goes on', () => {
    const broken = scan().log.map(
      ({ folder, msg }) => `${String(folder).slice(FOLDER.length + 1)}: ${String(msg)}`,
    );
    expect(broken).toEqual([
      'half: A plugin manifest is broken: plugins[0] is not an object',
      'half: A plugin manifest is broken: plugins[1] needs the texts "class" and "export"',
      expect.stringMatching(
        /^half: A plugin manifest is broken: plugins\[2\] \(com.half.BadType\): "type" must be one of sink, source/,
      ),
      'no-list: A plugin manifest is broken: "millrace" has no list "plugins"',
      'acme-newer: A plugin is there twice in the same version; this one is left out',
    ]);
  });

  test('a manifest that is no JSON is named and left out', () => {
    const folder = tempDir('millrace-plugins-');
    mkdirSync(join(folder, 'broken'));
    writeFileSync(join(folder, 'broken', 'package.json'), '{ "millrace": ');
    const { registry, log } = scan([folder]);
    expect(registry.list()).toEqual([]);
    expect(log).toMatchObject([
      {
        folder: join(folder, 'broken'),
        msg: expect.stringMatching(
          /^A plugin manifest is broken: package.json is not JSON: SyntaxError/,
        ) as string,
      },
    ]);
  });

  test('a folder can be a plugin itself; one that is not there is left out', () => {
    const { registry, log } = scan([join(FOLDER, 'acme'), join(FOLDER, 'none')]);
    expect(registry.list()).toHaveLength(4);
    expect(log).toMatchObject([{ folder: join(FOLDER, 'none') }]);
  });

  test('an empty folder has no plugins', () => {
    expect(scan([tempDir('millrace-plugins-')]).registry.list()).toEqual([]);
  });

  test('what comes with the app wins over the same on the path', () => {
    const { registry, log } = scan(
      [join(FOLDER, 'acme')],
      [definition('com.acme.Vault', 'config_provider', '1.0.0')],
    );
    expect(registry.find('com.acme.Vault').location).toBeNull();
    expect(log).toHaveLength(1);
  });
});

describe('finding a plugin', () => {
  const builtins = [
    definition('org.x.json.JsonConverter', 'converter'),
    definition('org.x.json.JsonConverter', 'header_converter'),
    definition('org.x.SimpleHeaderConverter', 'header_converter'),
    definition('org.x.Cast$Key', 'transformation'),
    definition('org.x.Cast$Value', 'transformation'),
    definition('org.x.file.FileStreamSourceConnector', 'source'),
    definition('org.y.Clash', 'predicate'),
    definition('org.x.ClashConnector', 'source'),
  ];

  test.each([
    ['org.x.json.JsonConverter', 'org.x.json.JsonConverter'],
    ['JsonConverter', 'org.x.json.JsonConverter'],
    ['Json', 'org.x.json.JsonConverter'],
    ['Simple', 'org.x.SimpleHeaderConverter'],
    ['FileStreamSource', 'org.x.file.FileStreamSourceConnector'],
    ['FileStreamSourceConnector', 'org.x.file.FileStreamSourceConnector'],
  ])('%s', (name, className) => {
    expect(scan([], builtins).registry.find(name).class).toBe(className);
  });

  test('a class of two kinds is found as each', () => {
    const { registry } = scan([], builtins);
    expect(registry.find('Json').type).toBe('converter');
    expect(registry.find('Json', ['header_converter']).type).toBe('header_converter');
  });

  test('short names that could mean several classes mean none', () => {
    const { registry } = scan([], builtins);
    expect(() => registry.find('Key', ['predicate'])).toThrow(PluginNotFoundError);
    const two = scan(
      [],
      [definition('a.Cast$Value', 'transformation'), definition('b.Mask$Value', 'transformation')],
    );
    expect(() => two.registry.find('Value')).toThrow(PluginNotFoundError);
  });

  test('among connectors a short name counts that other kinds of plugins have too', () => {
    expect(scan([], builtins).registry.find('Clash', ['source', 'sink']).class).toBe('org.x.ClashConnector');
  });

  test('a name that several connectors have is refused, naming them', () => {
    const { registry } = scan();
    expect(() => registry.find('NothingSink', ['source', 'sink'])).toThrow(AmbiguousPluginError);
    expect(() => registry.find('NothingSink', ['source', 'sink'])).toThrow(
      /^More than one connector matches alias NothingSink\. Please use full package and class name instead\. Classes found: PluginDesc\{klass=class com\.acme\.sink\.NothingSinkConnector, /,
    );
  });

  test("a connector that nobody has is refused in the JVM's words, with those there are", () => {
    const { registry } = scan([], builtins);
    expect(() => registry.find('com.example.Nope', ['sink', 'source'])).toThrow(
      new PluginNotFoundError(
        'Failed to find any class that implements Connector and which name matches com.example.Nope, available connectors are: ' +
          "PluginDesc{klass=class org.x.ClashConnector, name='org.x.ClashConnector', version='1.0', encodedVersion=1.0, type=source, typeName='source', location='classpath'}, " +
          "PluginDesc{klass=class org.x.file.FileStreamSourceConnector, name='org.x.file.FileStreamSourceConnector', version='1.0', encodedVersion=1.0, type=source, typeName='source', location='classpath'}",
        'com.example.Nope',
      ),
    );
  });
});

describe('versions', () => {
  test('the newest is taken unless one is asked for', () => {
    const { registry } = scan();
    expect(registry.find('CounterSource').version).toBe('1.10.0');
    expect(registry.find('CounterSource', undefined, '1.0').version).toBe('1.0.0');
    expect(registry.find('CounterSource', undefined, '[1.0,1.5)').version).toBe('1.0.0');
    expect(registry.versions('CounterSource')).toEqual(['1.0.0', '1.10.0']);
    expect(registry.versions('nobody')).toEqual([]);
  });

  test('one that is not there is refused with those that are', () => {
    expect(() => scan().registry.find('CounterSource', undefined, '9.9.9')).toThrow(
      new PluginVersionError('com.acme.CounterSource', '[9.9.9,9.9.9]', ['1.0.0', '1.10.0']),
    );
  });
});

describe('loading', () => {
  test('a connector is made anew each time, by the SDK that the host has', async () => {
    const { registry } = scan();
    const loaded = await registry.connector('CounterSource', '1.0.0');
    expect(loaded).toMatchObject({ type: 'source', class: 'com.acme.CounterSource', version: '1.0.0' });
    const [a, b] = [loaded.create(), loaded.create()];
    expect(a).toBeInstanceOf(SourceConnector);
    expect(a).not.toBe(b);
    expect((await registry.connector('CounterSource')).create().version()).toBe('1.10.0');
  });

  test('transformations and config providers come as they are', async () => {
    const { registry } = scan();
    expect((await registry.transformation('com.acme.Upper$Value')).config().key('field')).toBeDefined();
    expect(await (await registry.configProvider('Vault')).get('', new Set(['a']))).toEqual({
      data: { a: 'secret-of-a' },
    });
  });

  const BROKEN: readonly [string, RegExp][] = [
    [
      'com.failing.Source',
      /in .*failing \(export 'Source'\) cannot be used: its module cannot be loaded: no licence/,
    ],
    ['com.misfit.Missing', /its module has no such class; it exports LooksLikeASource, Moody, NotASource/],
    [
      'com.misfit.NotASource',
      /it is no source: it has no config, start, taskConfigs, stop, validate, createTask/,
    ],
    ['com.misfit.LooksLikeASource', /it does not extend the SDK's SourceConnector/],
    ['com.half.FineConnector', /cannot be used: /],
  ];
  test.each(BROKEN)('%s is refused, naming class, folder and export', async (name, message) => {
    const { registry } = scan();
    const load = async (): Promise<unknown> => (await registry.connector(name)).create();
    await expect(load()).rejects.toThrow(PluginLoadError);
    await expect(load()).rejects.toThrow(message);
  });

  test('a constructor that fails is told with its reason', async () => {
    await expect(scan().registry.converter('Moody')).rejects.toThrow(
      /its constructor failed: not in the mood/,
    );
  });

  test('a built-in of the wrong kind is refused', async () => {
    const { registry } = scan([], [definition('org.x.NoConverter', 'converter')]);
    await expect(registry.converter('org.x.NoConverter')).rejects.toThrow(
      'Plugin org.x.NoConverter that comes with Millrace cannot be used: it is no converter: it has no config, configure, fromConnectData, toConnectData',
    );
  });
});
