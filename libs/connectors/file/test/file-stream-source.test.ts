import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Schema, type SourceOffset, type SourcePartition } from '@millrace/connect-api';
import { fixture, tempDir } from '@millrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { FileStreamSourceConnector, FileStreamSourceTask } from '../src/file-stream-source.ts';
import { polled, sourceContext } from './task-bed.ts';

interface RestCase {
  readonly name: string;
  readonly request: {
    readonly body: { readonly offsets: readonly { partition: unknown; offset: unknown }[] };
  };
  readonly response: { readonly body: { readonly message: string } };
}

const tasks: FileStreamSourceTask[] = [];

async function started(
  props: Readonly<Record<string, string>>,
  positions: Readonly<Record<string, bigint>> = {},
): Promise<FileStreamSourceTask> {
  const task = new FileStreamSourceTask();
  tasks.push(task);
  task.initialize(sourceContext(positions));
  await task.start({ topic: 'lines', ...props });
  return task;
}

afterEach(async () => {
  await Promise.all(tasks.splice(0).map((task) => task.stop()));
});

describe('FileStreamSource', () => {
  it("makes the JVM's records: no key, a string, the position after the line", async () => {
    const file = join(tempDir(), 'in.txt');
    writeFileSync(file, 'first\nzweite Zeile ü\n');
    const [first, second] = await polled(await started({ file }), 2);
    expect(first).toMatchObject({
      topic: 'lines',
      partition: null,
      keySchema: null,
      key: null,
      valueSchema: Schema.STRING,
      value: 'first',
      sourcePartition: { filename: file },
      sourceOffset: { position: 6n },
      headers: [],
    });
    expect(second?.sourceOffset).toEqual({ position: 22n });
    expect(first?.timestamp).toBeGreaterThan(0);
  });

  it('goes on at the committed position, and follows the file', async () => {
    const file = join(tempDir(), 'in.txt');
    writeFileSync(file, 'a\nb\nc\n');
    const task = await started({ file }, { [file]: 2n });
    expect((await polled(task, 2)).map(({ value }) => value)).toEqual(['b', 'c']);
    appendFileSync(file, 'd\n');
    expect((await polled(task, 1)).map(({ value }) => value)).toEqual(['d']);
  });

  it('gives at most batch.size records at once', async () => {
    const file = join(tempDir(), 'in.txt');
    writeFileSync(file, 'a\nb\nc\n');
    const task = await started({ file, 'batch.size': '2' });
    expect(await task.poll()).toHaveLength(2);
    expect(await task.poll()).toHaveLength(1);
  });

  it('returns from a poll that waits when it is stopped', async () => {
    const task = await started({ file: join(tempDir(), 'never.txt') });
    const poll = task.poll();
    await task.stop();
    expect(await poll).toBeNull();
  });

  it('has one task, whatever tasks.max says, that is given the whole configuration', () => {
    const connector = new FileStreamSourceConnector();
    const props = { name: 'X', file: 'a', topic: 't' };
    connector.start(props);
    expect(connector.taskConfigs()).toEqual([props]);
    expect(connector.taskClass()).toBe('org.apache.kafka.connect.file.FileStreamSourceTask');
  });

  it('is exact with a file only', () => {
    const connector = new FileStreamSourceConnector();
    expect(connector.exactlyOnceSupport({ file: 'a' })).toBe('SUPPORTED');
    expect(connector.exactlyOnceSupport({})).toBe('UNSUPPORTED');
  });

  it('needs a topic', () => {
    const errors = new FileStreamSourceConnector().validate({ file: 'a' });
    expect(errors).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({
          name: 'topic',
          errors: ['Missing required configuration "topic" which has no default value.'],
        }),
      ]) as object,
    );
  });
});

describe('Altered offsets of a FileStreamSource', () => {
  const connector = new FileStreamSourceConnector();
  const alter = (partition: unknown, offset: unknown): boolean =>
    connector.alterOffsets(
      { file: 'src-a.in' },
      new Map([[partition as SourcePartition, offset as SourceOffset | null]]),
    );

  const { cases } = fixture('rest-cases.json') as { cases: readonly RestCase[] };
  const refused = cases.filter(
    ({ name, response }) =>
      name.startsWith('alter offsets') &&
      /^(?:Partition objects|Offset objects|The value for the 'position')/.test(response.body.message),
  );

  it.each(refused.map((each) => [each.name, each] as const))(
    'are refused as by the JVM: %s',
    (_name, { request, response }) => {
      const [given] = request.body.offsets;
      // Numbers in a request's JSON are int64.
      const offset = Object.fromEntries(
        Object.entries(given?.offset as object).map(([key, value]) => [
          key,
          typeof value === 'number' ? BigInt(value) : (value as string),
        ]),
      );
      expect(() => alter(given?.partition, offset)).toThrow(response.body.message);
    },
  );

  it('are five kinds of mistakes', () => {
    expect(refused).toHaveLength(5);
  });

  it('may be set, and removed', () => {
    expect(alter({ filename: 'src-a.in' }, { position: 6n })).toBe(true);
    expect(alter({ filename: 'src-a.in' }, null)).toBe(true);
  });

  it('are refused without a file', () => {
    expect(() => connector.alterOffsets({}, new Map())).toThrow(
      "Offsets cannot be modified if the 'file' configuration is unspecified.",
    );
  });
});
