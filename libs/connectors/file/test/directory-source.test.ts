import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Props, SourceConnectorContext } from '@millrace/connect-api';
import { tempDir, waitFor } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectorySource, DirectorySourceTask } from '../src/directory-source.ts';
import { offsetsReader, polled, silent, sourceContext } from './task-bed.ts';

const filesOf = (config: Props): string[] => JSON.parse(config['files'] ?? '[]') as string[];

describe('DirectorySource', () => {
  let folder: string;
  let connector: DirectorySource;
  let requests: number;

  function made(onRequest: () => void): DirectorySource {
    const source = new DirectorySource();
    const context: SourceConnectorContext = {
      logger: silent,
      offsetStorageReader: offsetsReader(),
      requestTaskReconfiguration: onRequest,
      raiseError: (error) => {
        throw error;
      },
    };
    source.initialize(context);
    return source;
  }

  beforeEach(() => {
    folder = tempDir();
    requests = 0;
    connector = made(() => {
      requests += 1;
    });
  });

  afterEach(() => {
    connector.stop();
  });

  function write(...names: string[]): void {
    for (const name of names) {
      writeFileSync(join(folder, name), `${name} says hello\n`);
    }
  }

  function start(props: Readonly<Record<string, string>> = {}): Promise<void> {
    return connector.start({ directory: folder, topic: 't', 'poll.interval.ms': '5', ...props });
  }

  it('spreads the files that fit the pattern over its tasks', async () => {
    write('a.log', 'b.log', 'c.log', 'notes.txt');
    mkdirSync(join(folder, 'd.log'));
    await start({ pattern: '*.log' });
    const configs = connector.taskConfigs(2);
    expect(configs.map((config) => filesOf(config).length).sort()).toEqual([1, 2]);
    expect(configs.flatMap(filesOf).sort()).toEqual(
      ['a.log', 'b.log', 'c.log'].map((name) => join(folder, name)),
    );
    expect(configs[0]).toMatchObject({ directory: folder, topic: 't' });
  });

  it('has no task without files, and no more tasks than files', async () => {
    await start();
    expect(connector.taskConfigs(4)).toEqual([]);
    write('a');
    await waitFor('the file to be seen', () => connector.taskConfigs(4).length === 1);
  });

  it('asks for other task configurations when files come and when they go', async () => {
    write('a');
    await start();
    write('b');
    await waitFor('the request', () => requests === 1);
    expect(connector.taskConfigs(2).flatMap(filesOf)).toHaveLength(2);
    rmSync(join(folder, 'a'));
    await waitFor('the second request', () => requests === 2);
    expect(connector.taskConfigs(2).flatMap(filesOf)).toEqual([join(folder, 'b')]);
  });

  it('waits for a folder that is not there yet', async () => {
    const later = join(folder, 'later');
    await start({ directory: later });
    expect(connector.taskConfigs(2)).toEqual([]);
    mkdirSync(later);
    writeFileSync(join(later, 'a'), '');
    await waitFor('the request', () => requests === 1);
  });

  it('fails to start where there is no folder but a file', async () => {
    write('a');
    await expect(start({ directory: join(folder, 'a') })).rejects.toThrow('cannot be read');
  });

  it('looks at nothing any more once it has stopped', async () => {
    await start();
    connector.stop();
    let seen = 0;
    const another = made(() => {
      seen += 1;
    });
    await another.start({ directory: folder, topic: 't', 'poll.interval.ms': '20' });
    write('a');
    await waitFor('one that looks less often to see it', () => seen > 0);
    another.stop();
    expect(requests).toBe(0);
  });

  it('has tasks that read all their files, each from its committed position', async () => {
    write('a', 'b');
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    const task = new DirectorySourceTask();
    task.initialize(sourceContext({ [a]: 13n }));
    await task.start({ topic: 't', files: JSON.stringify([a, b]) });
    writeFileSync(a, 'a says hello\nand more\n');
    const records = await polled(task, 2);
    expect(records.map(({ value }) => value).sort()).toEqual(['and more', 'b says hello']);
    expect(records.map(({ sourcePartition }) => sourcePartition['filename']).sort()).toEqual([a, b]);
    await task.stop();
  });

  it('lets files take turns, so that a large one does not hold up the others', async () => {
    const [large, small] = [join(folder, 'large'), join(folder, 'small')];
    writeFileSync(large, 'x\n'.repeat(10_000));
    writeFileSync(small, 'y\n');
    const task = new DirectorySourceTask();
    task.initialize(sourceContext());
    await task.start({ topic: 't', files: JSON.stringify([large, small]), 'batch.size': '100' });
    const records = await polled(task, 101);
    expect(records.map(({ value }) => value)).toContain('y');
    await task.stop();
  });

  it('refuses offsets that do not look like its own', () => {
    expect(connector.alterOffsets({}, new Map([[{ filename: 'a' }, { position: 1n }]]))).toBe(true);
    expect(connector.alterOffsets({}, new Map([[{ filename: 'a' }, null]]))).toBe(true);
    expect(() => connector.alterOffsets({}, new Map([[{ file: 'a' }, { position: 1n }]]))).toThrow(
      'Offsets must look like',
    );
  });
});
