import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir, TestProcess, waitFor } from '@millrace/testing';
import { expect, it } from 'vitest';
import { portOr } from '../processes/ports.ts';
import { EndedError, ProcessGroup } from '../processes/process-group.ts';

const MODULE = fileURLToPath(new URL('../processes/process-group.ts', import.meta.url));

/** A process that has ended may wait for ever for a parent to ask for its exit code; it has no command line then. */
function lives(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

it('what was started ends with who started it, even by kill -9, children included', async () => {
  const folder = tempDir();
  const pids = join(folder, 'pids');
  const script = `
    import { ProcessGroup } from ${JSON.stringify(MODULE)};
    const group = new ProcessGroup();
    const spec = { name: 'sleepers', command: 'bash', args: ['-c', 'sleep 600 & echo $! $$ > ${pids}; wait'] };
    group.start({ ...spec, log: ${JSON.stringify(join(folder, 'log'))} });
    setInterval(() => {}, 1000);`;
  const starter = new TestProcess({ command: process.execPath, args: ['--input-type=module', '-e', script] });
  const started = await waitFor('both to have started', () => {
    const numbers = readFileSync(pids, 'utf8').trim().split(' ').map(Number);
    return numbers.length === 2 ? numbers : null;
  });
  expect(started.map(lives)).toEqual([true, true]);
  starter.kill('SIGKILL');
  await waitFor('both to be gone', () => !started.some(lives));
});

it('tells the last words of a process that ended though it should run', async () => {
  const group = new ProcessGroup();
  const log = join(tempDir(), 'log');
  const started = group.start({ name: 'Joe', command: 'bash', args: ['-c', 'echo farewell; exit 3'], log });
  expect(await started.exited).toBe(3);
  expect(() => {
    started.requireRunning();
  }).toThrow(EndedError);
  expect(() => {
    started.requireRunning();
  }).toThrow(/Joe has ended.*\n.*farewell/);
  await group.stop();
});

it('another port is found where one is taken', async () => {
  const first = await portOr(0);

  const server = createServer();
  await new Promise<void>((resolve) => server.listen(first, '127.0.0.1', resolve));
  expect(await portOr(first)).not.toBe(first);
  await new Promise((resolve) => server.close(resolve));
  expect(await portOr(first)).toBe(first);
});
