import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectError, Schema, SinkRecord, type ConnectValue } from '@millrace/connect-api';
import { tempDir } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { FileStreamSinkConnector, FileStreamSinkTask } from '../src/file-stream-sink.ts';
import { sinkContext } from './task-bed.ts';

let offset = 0;

function record(value: ConnectValue, valueSchema: Schema | null = Schema.STRING): SinkRecord {
  offset += 1;
  return new SinkRecord({ topic: 't', partition: 0, kafkaOffset: offset, value, valueSchema });
}

async function started(file: string): Promise<FileStreamSinkTask> {
  const task = new FileStreamSinkTask();
  task.initialize(sinkContext());
  await task.start({ file });
  return task;
}

describe('FileStreamSink', () => {
  it('appends each value as a line, as Java prints it; what was flushed is in the file', async () => {
    const file = join(tempDir(), 'out.txt');
    writeFileSync(file, 'before\n');
    const task = await started(file);
    await task.put([record('a'), record(7n, Schema.INT64), record(1.5, Schema.FLOAT64), record(null, null)]);
    await task.put([]);
    await task.put([record('ü')]);
    await task.flush();
    expect(readFileSync(file, 'utf8')).toBe('before\na\n7\n1.5\nnull\nü\n');
    await task.stop();
  });

  it('keeps the order of many puts, and has them all in the file when it has stopped', async () => {
    const file = join(tempDir(), 'out.txt');
    const task = await started(file);
    const lines = Array.from({ length: 20_000 }, (_, index) => `${index} ${'x'.repeat(90)}`);
    for (let start = 0; start < lines.length; start += 500) {
      await task.put(lines.slice(start, start + 500).map((line) => record(line)));
    }
    await task.stop();
    expect(readFileSync(file, 'utf8')).toBe(`${lines.join('\n')}\n`);
  });

  it('ends a line that a killed process has left unfinished', async () => {
    const file = join(tempDir(), 'out.txt');
    writeFileSync(file, 'whole\nhal');
    const task = await started(file);
    await task.put([record('half')]);
    await task.stop();
    expect(readFileSync(file, 'utf8')).toBe('whole\nhal\nhalf\n');
  });

  it('cannot start with a file that cannot be made, and says which and why', async () => {
    const missing = join(tempDir(), 'no', 'such', 'folder', 'out.txt');
    await expect(started(missing)).rejects.toThrow(
      `Couldn't find or create file '${missing}' for FileStreamSinkTask: ENOENT`,
    );
    const folder = join(tempDir(), 'folder');
    mkdirSync(folder);
    await expect(started(folder)).rejects.toThrow(ConnectError);
  });

  it('fails with the reason once the file cannot be written any more', async () => {
    const task = await started('/dev/full');
    await task.put([record('a')]);
    await expect(task.flush()).rejects.toThrow("File '/dev/full' cannot be written: ENOSPC");
    await expect(task.put([record('b')])).rejects.toThrow('ENOSPC');
    await task.stop();
  });

  it('writes to a file that may not be read', async () => {
    const file = join(tempDir(), 'out.txt');
    writeFileSync(file, '');
    chmodSync(file, 0o200);
    const task = await started(file);
    await task.put([record('a')]);
    await task.stop();
    chmodSync(file, 0o600);
    expect(readFileSync(file, 'utf8')).toBe('a\n');
  });

  it('has as many tasks as it may, all with the whole configuration', () => {
    const connector = new FileStreamSinkConnector();
    connector.start({ file: 'a' });
    expect(connector.taskConfigs(3)).toEqual([{ file: 'a' }, { file: 'a' }, { file: 'a' }]);
    expect(connector.alterOffsets()).toBe(true);
  });
});
