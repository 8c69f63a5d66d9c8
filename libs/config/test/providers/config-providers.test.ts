import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ConfigError, type ConfigProvider } from '@millrace/connect-api';
import { tempDir } from '@millrace/testing';
import {
  ConfigTransformer,
  DirectoryConfigProvider,
  EnvVarConfigProvider,
  FileConfigProvider,
  configProviderPlugins,
  createConfigProviders,
} from '../../src/index.ts';

let folder: string;

beforeEach(() => {
  folder = tempDir('millrace-providers-');
  writeFileSync(join(folder, 'db.properties'), 'user=admin\npassword=s3cret\n');
  mkdirSync(join(folder, 'mounted'));
  writeFileSync(join(folder, 'mounted', 'token'), 'abc\n');
  writeFileSync(join(folder, 'outside'), 'not yours');
});

function fixed(
  data: Readonly<Record<string, string>>,
  ttl?: number,
): ConfigProvider & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    configure: () => undefined,
    get: (path, keys) => {
      asked.push(`${path}:${[...keys].join('+')}`);
      return { data, ...(ttl === undefined ? {} : { ttl }) };
    },
  };
}

function transformer(providers: Readonly<Record<string, ConfigProvider>>): ConfigTransformer {
  return new ConfigTransformer(new Map(Object.entries(providers)));
}

describe('references', () => {
  test('several in one value, with and without a path, each path asked once', async () => {
    const provider = fixed({ a: '1', b: '2' });
    const resolved = await transformer({ p: provider }).resolve({
      x: '${p:f:a}-${p:f:b}-${p:f:a}',
      y: '${p:a}',
      z: null,
      w: 'plain',
    });
    expect(resolved).toEqual({ x: '1-2-1', y: '1', z: null, w: 'plain' });
    expect(provider.asked).toEqual(['f:a+b', ':a']);
  });

  test('to an unknown provider or key stay as they are', async () => {
    const props = { a: '${nobody:f:k}', b: '${p:f:unknown}', c: '${p}', d: '$' };
    expect(await transformer({ p: fixed({ k: 'v' }) }).resolve(props)).toEqual(props);
  });

  test('are not resolved twice', async () => {
    const provider = fixed({ a: '${p:f:b}', b: 'never' });
    expect(await transformer({ p: provider }).resolve({ x: '${p:f:a}' })).toEqual({ x: '${p:f:b}' });
  });

  test('a path may hold colons no more than in the JVM', async () => {
    const provider = fixed({ 'c:d': 'never', d: 'v' });
    expect(await transformer({ p: provider }).resolve({ x: '${p:a:d}' })).toEqual({ x: 'v' });
  });

  test('the shortest time to live counts', async () => {
    const both = transformer({
      long: fixed({ k: '1' }, 5000),
      short: fixed({ k: '2' }, 1000),
      none: fixed({ k: '3' }),
    });
    expect(await both.resolveWithTtl({ x: '${long:k}${short:k}${none:k}' })).toEqual({
      props: { x: '123' },
      ttlMs: 1000,
      references: new Map([
        ['${long:k}', '1'],
        ['${short:k}', '2'],
        ['${none:k}', '3'],
      ]),
    });
    expect(await both.resolveWithTtl({ x: '${none:k}' })).toMatchObject({ props: { x: '3' }, ttlMs: null });
  });

  test('a provider that fails is named; its own ConfigError is left as it is', async () => {
    const failing = (error: Error): ConfigProvider => ({
      configure: () => undefined,
      get: () => Promise.reject(error),
    });
    await expect(
      transformer({ v: failing(new Error('sealed')) }).resolve({ x: '${v:path:k}' }),
    ).rejects.toThrow(new ConfigError("Config provider 'v' failed for path 'path': sealed"));
    await expect(transformer({ v: failing(new ConfigError('no')) }).resolve({ x: '${v:k}' })).rejects.toThrow(
      /^no$/,
    );
  });
});

describe('file', () => {
  test('gives keys of a properties file, relative to the base folder', () => {
    const provider = new FileConfigProvider(folder);
    expect(provider.get('db.properties', new Set(['password', 'none']))).toEqual({
      data: { password: 's3cret' },
    });
    expect(provider.get('', new Set(['a']))).toEqual({ data: {} });
  });

  test('an unreadable file is an error in the words of the JVM', () => {
    expect(() => new FileConfigProvider(folder).get('missing.properties', new Set(['a']))).toThrow(
      new ConfigError('Could not read properties from file missing.properties'),
    );
  });

  test('reads only what allowed.paths has, links included', () => {
    const provider = new FileConfigProvider(folder);
    symlinkSync(join(folder, 'db.properties'), join(folder, 'mounted', 'link.properties'));
    provider.configure({ 'allowed.paths': join(folder, 'mounted') });
    for (const path of [
      'db.properties',
      'mounted/../db.properties',
      'mounted/link.properties',
      '/etc/hostname',
    ]) {
      expect(() => provider.get(path, new Set(['user']))).toThrow(/is not allowed to be accessed/);
    }
    provider.configure({ 'allowed.paths': `${join(folder, 'mounted')}, ${join(folder, 'db.properties')}` });
    expect(provider.get('db.properties', new Set(['user']))).toEqual({ data: { user: 'admin' } });
  });

  test('an allowed path must be absolute and there', () => {
    const provider = new FileConfigProvider(folder);
    expect(() => provider.configure({ 'allowed.paths': 'relative' })).toThrow('the path is not absolute');
    expect(() => provider.configure({ 'allowed.paths': join(folder, 'none') })).toThrow(
      'the path does not exist',
    );
  });
});

describe('directory', () => {
  test('gives whole files by their names', () => {
    const provider = new DirectoryConfigProvider(folder);
    expect(provider.get('mounted', new Set(['token', 'none']))).toEqual({ data: { token: 'abc\n' } });
    expect(provider.get('', new Set(['token']))).toEqual({ data: {} });
  });

  test('no key leads out of the folder', () => {
    const provider = new DirectoryConfigProvider(folder);
    expect(provider.get('mounted', new Set(['../outside', '..', '.', '']))).toEqual({ data: {} });
  });

  test('what is no folder, and what is not allowed, are errors', () => {
    const provider = new DirectoryConfigProvider(folder);
    expect(() => provider.get('outside', new Set(['a']))).toThrow('The path outside is not a directory');
    provider.configure({ 'allowed.paths': join(folder, 'mounted') });
    expect(() => provider.get('.', new Set(['outside']))).toThrow(/not allowed/);
    symlinkSync(join(folder, 'outside'), join(folder, 'mounted', 'way-out'));
    expect(() => provider.get('mounted', new Set(['way-out']))).toThrow(/not allowed/);
  });

  test('a file that is there but cannot be read is named', () => {
    symlinkSync('loop', join(folder, 'mounted', 'loop'));
    expect(() => new DirectoryConfigProvider(folder).get('mounted', new Set(['loop']))).toThrow(
      'Could not read file mounted/loop for property loop',
    );
  });
});

describe('env', () => {
  const env = { DB_USER: 'admin', HOME: '/root' };

  test('gives variables whose names match as a whole', () => {
    const provider = new EnvVarConfigProvider(env);
    expect(provider.get('', new Set(['DB_USER', 'HOME', 'NONE', 'constructor']))).toEqual({ data: env });
    provider.configure({ 'allowlist.pattern': 'DB_\\p{Upper}+' });
    expect(provider.get('', new Set(['DB_USER', 'HOME']))).toEqual({ data: { DB_USER: 'admin' } });
  });

  test('takes no path', () => {
    expect(() => new EnvVarConfigProvider(env).get('some/path', new Set(['X']))).toThrow(
      "Path is not supported for EnvVarConfigProvider, invalid value 'some/path'",
    );
  });

  test('a malformed pattern is an error of the setting', () => {
    expect(() => new EnvVarConfigProvider(env).configure({ 'allowlist.pattern': '(' })).toThrow(
      'Invalid value ( for configuration allowlist.pattern: Unclosed group',
    );
  });
});

describe('the providers that a worker declares', () => {
  const declared = {
    'config.providers': 'file, env ,dir',
    'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
    'config.providers.env.class': 'EnvVarConfigProvider',
    'config.providers.env.param.allowlist.pattern': 'NOTHING',
    'config.providers.dir.class': 'Directory',
  };

  test('are made by class name or alias, configured, and start at the base folder', async () => {
    const providers = await createConfigProviders(declared, { baseDir: folder });
    const resolved = await new ConfigTransformer(providers).resolve({
      a: '${file:db.properties:user}',
      b: '${dir:mounted:token}',
      c: '${env:HOME}',
    });
    expect(resolved).toEqual({ a: 'admin', b: 'abc\n', c: '${env:HOME}' });
  });

  test('may be plugins', async () => {
    const vault = fixed({ k: 'from the vault' });
    const providers = await createConfigProviders(
      { 'config.providers': 'v', 'config.providers.v.class': 'com.acme.Vault' },
      {
        baseDir: folder,
        create: (className) => Promise.resolve(className === 'com.acme.Vault' ? vault : fixed({})),
      },
    );
    const all = new ConfigTransformer(providers);
    expect(await all.resolve({ a: '${v:k}' })).toEqual({ a: 'from the vault' });
    await all.close();
  });

  test('without a class, or of a class that nobody has, are refused', async () => {
    await expect(createConfigProviders({ 'config.providers': 'v' }, { baseDir: folder })).rejects.toThrow(
      'Missing required configuration "config.providers.v.class"',
    );
    await expect(
      createConfigProviders(
        { 'config.providers': 'v', 'config.providers.v.class': 'com.acme.Vault' },
        { baseDir: folder },
      ),
    ).rejects.toThrow('Class com.acme.Vault could not be found.');
  });
});

test('the built-in providers are plugins like any other', () => {
  expect(configProviderPlugins.map((plugin) => plugin.class.split('.').at(-1))).toEqual([
    'FileConfigProvider',
    'DirectoryConfigProvider',
    'EnvVarConfigProvider',
  ]);
  for (const plugin of configProviderPlugins) {
    expect(plugin.create()).toHaveProperty('get');
  }
});
