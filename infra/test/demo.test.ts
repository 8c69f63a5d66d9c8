import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAdmin, createKafkaClient } from '@millrace/kafka';
import { startKafka, tempDir, TestProcess } from '@millrace/testing';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { demoArguments } from '../demo/arguments.ts';
import { difference, linesIn, textOf } from '../demo/lines.ts';

const MAIN = fileURLToPath(new URL('../demo/main.ts', import.meta.url));

describe('npm run demo', () => {
  it('streams the file named, survives a kill, and leaves nothing behind with --exit', async () => {
    const kafka = await startKafka();
    const folder = tempDir();
    const file = join(folder, 'poem.txt');
    writeFileSync(file, 'one\r\ntwo\n\nfour, unfinished');
    const demo = new TestProcess({
      command: process.execPath,
      args: ['--disable-warning=TimeoutNegativeWarning', MAIN, '--exit', relative(folder, file)],
      cwd: folder,
      env: { KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers, INIT_CWD: folder },
    });
    expect(await demo.exited(), demo.output).toBe(0);
    // 4 lines, 2,000 appended, 4 files of 200 lines
    expect(demo.output.trimEnd().split('\n').at(-1)).toBe('demo: 2804 lines in, 2804 lines out, identical');
    const ended = /worker (\S+:\d+), which runs file-source/.exec(demo.output)?.[1] ?? 'no worker';
    expect(demo.output).toMatch(new RegExp(`file-source task 0 +${ended} +→ +127\\.0\\.0\\.1:\\d+`));

    const group = /topic (millrace-demo-\w+)-lines/.exec(demo.output)?.[1] ?? 'no topic';
    const settings = { 'bootstrap.servers': kafka.bootstrapServers };
    const client = createKafkaClient(settings, { logger: pino({ level: 'silent' }) });
    const topics = ['lines', 'inbox', 'configs', 'offsets', 'status'].map((name) => `${group}-${name}`);
    expect(await createAdmin(client).describeTopics(topics)).toEqual([]);
    await client.close();
    await kafka.stop();
  }, 120_000);
});

describe('what is typed after npm run demo --', () => {
  it('is --exit and a file, relative to where it was typed', () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'a.txt'), '');
    expect(demoArguments(['a.txt', '--exit'], folder)).toEqual({ file: join(folder, 'a.txt'), exit: true });
    expect(demoArguments([], folder)).toEqual({ file: null, exit: false });
  });

  it.each([
    [['no-such-file'], 'There is no file'],
    [['.'], 'There is no file'],
    [['--leave'], 'Usage'],
    [['a', 'b'], 'Usage'],
  ])('%j is refused', (args, message) => {
    expect(() => demoArguments(args, tempDir())).toThrow(message);
  });
});

describe('lines', () => {
  it('end by any of the usual ends, and the last one may be unfinished', () => {
    expect(linesIn('a\r\nb\n\nc\rd')).toEqual(['a', 'b', '', 'c', 'd']);
    expect(linesIn('')).toEqual([]);
    expect(textOf(['a', ''])).toBe('a\n\n');
  });

  it('differ at the first that does', () => {
    expect(difference(['a', 'b'], ['a', 'b'])).toBeNull();
    expect(difference(['a', 'b'], ['a', 'c'])).toBe('line 2 is "c" and should be "b"');
    expect(difference(['a'], ['a', 'b'])).toBe('line 2 is "b" and should be missing');
    expect(difference(['a'], [])).toBe('line 1 is missing and should be "a"');
  });
});
