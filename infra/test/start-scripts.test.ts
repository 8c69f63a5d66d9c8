import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startKafka, tempDir, TestProcess, uniqueName } from '@millrace/testing';
import { describe, expect, it } from 'vitest';

const ROLES = ['distributed', 'worker', 'gateway', 'status'] as const;
const INFRA = fileURLToPath(new URL('../', import.meta.url));

function script(role: string, args: readonly string[], cwd: string): TestProcess {
  return new TestProcess({ command: join(INFRA, `bin/connect-${role}.sh`), args, cwd });
}

describe.each(ROLES)('connect-%s.sh', (role) => {
  it('starts from a file named from where one is, and stops cleanly on SIGTERM', async () => {
    const kafka = await startKafka();
    const group = uniqueName('scripts');
    const folder = tempDir();
    mkdirSync(join(folder, 'config'));
    const props = [
      `bootstrap.servers=${kafka.bootstrapServers}`,
      `group.id=${group}`,
      ...['config', 'offset', 'status'].flatMap((kind) => [
        `${kind}.storage.topic=${group}-${kind}`,
        `${kind}.storage.replication.factor=1`,
      ]),
      'key.converter=org.apache.kafka.connect.storage.StringConverter',
      'value.converter=org.apache.kafka.connect.storage.StringConverter',
      'listeners=http://127.0.0.1:0',
    ];
    writeFileSync(join(folder, 'config', 'my.properties'), `${props.join('\n')}\n`);
    const started = script(role, ['config/my.properties'], folder);
    await started.waitForOutput(/of group |Status aggregator on http:\/\/127\.0\.0\.1:\d+/);
    expect(await started.stop(), started.output).toBe(0);
    await kafka.stop();
  }, 60_000);

  it('says how it is used, and which file is not there', async () => {
    const none = script(role, [], INFRA);
    expect(await none.exited()).toBe(1);
    expect(none.output).toBe(`Usage: connect-${role}.sh path/to/file.properties\n`);
    const missing = script(role, ['no/such.properties'], INFRA);
    expect(await missing.exited()).toBe(1);
    expect(missing.output).toContain('There is no file no/such.properties');
  });
});
