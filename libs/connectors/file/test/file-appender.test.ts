import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectError } from '@millrace/connect-api';
import { tempDir, waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { FileAppender } from '../src/file-appender.ts';

describe('FileAppender', () => {
  it('takes a text of any length, and cuts no character in two', async () => {
    const file = join(tempDir(), 'out.txt');
    const appender = await FileAppender.open(file);
    const texts = [1, 2, 3].map((shift) => `${'x'.repeat(shift)}${'aü€😀'.repeat(150_000)}\n`);
    for (const text of texts) {
      await appender.append(text);
    }
    await appender.close();
    expect(readFileSync(file, 'utf8') === texts.join('')).toBe(true);
  });

  it('writes what little there is without being told to', async () => {
    const file = join(tempDir(), 'out.txt');
    const appender = await FileAppender.open(file);
    await appender.append('a line\n');
    await waitFor('the line', () => readFileSync(file, 'utf8') === 'a line\n');
    await appender.append('another\n');
    await waitFor('the other line', () => readFileSync(file, 'utf8') === 'a line\nanother\n');
    await appender.close();
  });

  it('does not go on after a write that failed', async () => {
    const appender = await FileAppender.open('/dev/full');
    const failure = new ConnectError(
      "File '/dev/full' cannot be written: ENOSPC: no space left on device, write",
    );
    await appender.append('a line\n');
    await expect(appender.flush()).rejects.toThrow(failure);
    await expect(appender.append('another\n')).rejects.toThrow(failure);
    await appender.close();
  });
});
