import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PluginDescriptor } from '@millrace/plugins';
import { tempDir } from '@millrace/testing';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { publishPlugins, type PluginRecord } from '../../src/worker/plugin-publisher.ts';

describe('The plugins of a worker', () => {
  let folder: string;
  let records: Map<string, unknown>;
  let described: string[];
  let plugins: PluginDescriptor[];

  beforeEach(() => {
    folder = tempDir();
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, 'dist/index.js'), 'export {}');
    records = new Map();
    described = [];
    plugins = [
      { class: 'com.acme.Source', type: 'source', version: '1.2', location: folder },
      { class: 'com.acme.Broken', type: 'sink', version: '1.0', location: folder },
      { class: 'org.apache.BuiltIn', type: 'converter', version: '4.3.1', location: null },
      { class: 'com.acme.Vault', type: 'config_provider', version: '1.0', location: folder },
    ];
  });

  const publish = (): Promise<void> =>
    publishPlugins({
      store: {
        own: (_kind, id) => records.get(id),
        putOwn: (_kind, id, value) => records.set(id, value),
      },
      plugins,
      describe: (className) => {
        described.push(className);
        return className === 'com.acme.Broken' ? Promise.reject(new Error('no')) : Promise.resolve([]);
      },
      logger: pino({ level: 'silent' }),
    });

  it('are made known with their settings; those that come with every program are not', async () => {
    await publish();
    expect([...records.keys()]).toEqual(['com.acme.Source-1.2', 'com.acme.Broken-1.0']);
    expect(records.get('com.acme.Source-1.2')).toMatchObject({
      class: 'com.acme.Source',
      type: 'source',
      version: '1.2',
      config: [],
    });
  });

  it('are made known also when they cannot be loaded', async () => {
    await publish();
    expect((records.get('com.acme.Broken-1.0') as PluginRecord).config).toBeNull();
  });

  it('are loaded and written again only when they have changed', async () => {
    await publish();
    await publish();
    expect(described).toHaveLength(2);
    writeFileSync(join(folder, 'dist/index.js'), 'export const changed = true');
    await publish();
    expect(described).toHaveLength(4);
  });
});
