import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '@millrace/testing';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/open-database.ts';

it('makes the tables, and opens the same file again as it was', async () => {
  const path = join(tempDir(), 'sub', 'status.db');
  const first = await openDatabase(path);
  await first.query("INSERT INTO log_position VALUES ('t', 0, 'c', 1, 7)");
  await first.destroy();
  const second = await openDatabase(path);
  expect(await second.query('SELECT next_offset FROM log_position')).toEqual([{ next_offset: 7 }]);
  expect(await second.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  await second.destroy();
});

it('undoes its migration', async () => {
  const database = await openDatabase(':memory:');
  await database.undoLastMigration();
  const tables: unknown = await database.query("SELECT name FROM sqlite_master WHERE type = 'table'");
  expect(tables).not.toContainEqual({ name: 'history_event' });
  await database.destroy();
});

it('names a file that is no database, and says what to do', async () => {
  const path = join(tempDir(), 'status.db');
  writeFileSync(path, 'This is a letter to my bank. '.repeat(200));
  await expect(openDatabase(path)).rejects.toThrow(
    `status.database ${path}: it is no SQLite database; move it away or name another file`,
  );
});

it('names a damaged database', async () => {
  const path = join(tempDir(), 'status.db');
  const database = await openDatabase(path);
  await database.query('PRAGMA journal_mode = DELETE');
  await database.destroy();
  const bytes = readFileSync(path);
  bytes.fill(0xff, 100, bytes.length);
  writeFileSync(path, bytes);
  await expect(openDatabase(path)).rejects.toThrow(`status.database ${path}: it is damaged`);
});

it('names a path that cannot be a file', async () => {
  const path = join(tempDir(), 'folder');
  mkdirSync(path);
  await expect(openDatabase(path)).rejects.toThrow(`status.database ${path}: it cannot be opened`);
});
