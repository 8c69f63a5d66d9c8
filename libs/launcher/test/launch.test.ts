import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tempDir, TestProcess } from '@millrace/testing';
import { describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./some-app.ts', import.meta.url));
const PROPERTIES = {
  'bootstrap.servers': '127.0.0.1:1',
  'group.id': 'g',
  'config.storage.topic': 'c',
  'offset.storage.topic': 'o',
  'status.storage.topic': 's',
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'worker.id': 'w1',
};

function fileWith(props: Readonly<Record<string, string>>): string {
  const file = join(tempDir(), 'some-app.properties');
  const lines = Object.entries({ ...PROPERTIES, ...props }).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(file, lines.join(''));
  return file;
}

const run = (...args: string[]): TestProcess =>
  new TestProcess({ command: process.execPath, args: [SCRIPT, ...args] });
const runAs = (clientId: string): TestProcess => run(fileWith({ 'client.id': clientId }));

describe('An app', { timeout: 60_000 }, () => {
  it('says how it is called when it is called otherwise', async () => {
    const app = run();
    expect(await app.exited()).toBe(1);
    expect(app.output).toBe('Usage: some-app path/to/file.properties\n');
  });

  it('names a file that is not there', async () => {
    const app = run('nowhere.properties');
    expect(await app.exited()).toBe(1);
    expect(app.output).toMatch(/^some-app: .*nowhere\.properties.*\n$/);
  });

  it('names what is wrong in its file, with the line', async () => {
    const app = run(fileWith({ 'session.timeout.ms': 'soon' }));
    expect(await app.exited()).toBe(1);
    expect(app.output).toMatch(/some-app\.properties, line 9: .*soon.*session\.timeout\.ms/);
  });

  it('runs until it is told to stop, and ends cleanly', async () => {
    const app = run(fileWith({ 'log.level': 'debug', 'no.such.setting': 'x' }));
    await app.waitForOutput(/Ready as w1/, 60_000);
    expect(app.output).toContain('debugging');
    expect(app.output).toContain('no.such.setting');
    expect(await app.stop()).toBe(0);
    expect(app.output).toContain('cleaned up');
  });

  it('ends at once on a second signal', async () => {
    const app = runAs('hangs');
    await app.waitForOutput(/Ready/, 60_000);
    app.kill('SIGINT');
    await app.waitForOutput(/Stopping/);
    app.kill('SIGINT');
    expect(await app.exited()).toBe(1);
  });

  it('can be stopped while it starts', async () => {
    const app = run(fileWith({ 'client.id': 'starts-for-ever', 'no.such.setting': 'x' }));
    await app.waitForOutput(/no\.such\.setting/, 60_000);
    expect(await app.stop()).toBe(0);
  });

  it('says in one line why it does not start', async () => {
    const app = runAs('refuses');
    expect(await app.exited()).toBe(1);
    expect(app.output).toBe('some-app: It cannot be done: the moon is full\n');
  });

  it('says which port is taken', async () => {
    const app = runAs('port-taken');
    expect(await app.exited()).toBe(1);
    expect(app.output).toMatch(/^some-app: Port 8083 is in use already.*\n$/);
  });

  it('says in one line why it ended by itself', async () => {
    const app = runAs('ends');
    expect(await app.exited()).toBe(1);
    // Standard output and error come through pipes of their own, in any order.
    expect(app.output).toMatch(/^some-app: The group threw me out$/m);
  });
});
