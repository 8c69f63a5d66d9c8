import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileFollower } from '../src/file-follower.ts';

describe('A followed file', () => {
  let path: string;
  let news: string[];
  let follower: FileFollower;

  beforeEach(() => {
    path = join(tempDir(), 'app.log');
    news = [];
    follow(0);
  });

  afterEach(async () => {
    await follower.close();
  });

  function follow(position: number): void {
    follower = new FileFollower(path, position, (message) => news.push(message));
  }

  /** What a few reads give, as an idle task makes them. */
  async function lines(): Promise<string[]> {
    const read: string[] = [];
    for (let count = 0; count < 4; count += 1) {
      read.push(...(await follower.read(1_000)).map(({ text }) => text));
    }
    return read;
  }

  it('gives its complete lines, and more as it grows', async () => {
    writeFileSync(path, 'a\nb');
    expect(await lines()).toEqual(['a']);
    appendFileSync(path, 'c\nd\n');
    expect(await lines()).toEqual(['bc', 'd']);
    expect(await lines()).toEqual([]);
    expect(news).toEqual([]);
  });

  it('is waited for when it is not there, which is said once', async () => {
    expect(await lines()).toEqual([]);
    writeFileSync(path, 'a\n');
    expect(await lines()).toEqual(['a']);
    expect(news).toEqual(['The file is not there; waiting for it']);
  });

  it('is read from the position that was committed', async () => {
    writeFileSync(path, 'a\nb\nc\n');
    follow(2);
    expect(await follower.read(1)).toEqual([{ text: 'b', end: 4 }]);
    expect(await follower.read(5)).toEqual([{ text: 'c', end: 6 }]);
  });

  it('gives no more lines at once than were asked for', async () => {
    writeFileSync(path, 'a\nb\nc\n');
    expect(await follower.read(2)).toHaveLength(2);
    expect(await follower.read(2)).toHaveLength(1);
  });

  it('is read from its beginning after it was cut short', async () => {
    writeFileSync(path, 'a\nb\nc\n');
    expect(await lines()).toEqual(['a', 'b', 'c']);
    truncateSync(path);
    expect(await lines()).toEqual([]);
    appendFileSync(path, 'd\n');
    expect(await lines()).toEqual(['d']);
    expect(news).toEqual(['The file was cut short; reading it from its beginning']);
  });

  it('is read from its beginning when it is shorter than the position that was committed', async () => {
    writeFileSync(path, 'a\n');
    follow(100);
    expect(await lines()).toEqual(['a']);
    expect(news).toEqual(['The file is shorter than what was read of it; reading it from its beginning']);
  });

  it('is read to its end when it is renamed, and the one that takes its place from the beginning', async () => {
    writeFileSync(path, 'a\nb\n');
    expect(await lines()).toEqual(['a', 'b']);
    appendFileSync(path, 'c\nlast words');
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, ' of the old one');
    expect(await lines()).toEqual(['c']);
    writeFileSync(path, 'd\n');
    expect(await lines()).toEqual(['last words of the old one', 'd']);
    expect(news).toEqual(['The file was replaced; reading the new one from its beginning']);
  });

  it('commits no position of the old file for the line that a replacement ends', async () => {
    writeFileSync(path, 'a\nhalf');
    await lines();
    rmSync(path);
    writeFileSync(path, 'b\n');
    await follower.read(10);
    expect(await follower.read(10)).toEqual([{ text: 'half', end: 0 }]);
    expect(await follower.read(10)).toEqual([{ text: 'b', end: 2 }]);
  });

  it('that cannot be read says why', async () => {
    follower = new FileFollower(join(path, '..'), 0, () => undefined);
    await expect(follower.read(1)).rejects.toThrow(/cannot be read: .*directory/);
  });
});
