import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Props } from '@millrace/connect-api';
import { tempDir, waitFor } from '@millrace/testing';
import { ValidationHost, type ConfigInfos, type ValidationHostOptions } from '../../../src/index.ts';

const PLUGINS = fileURLToPath(new URL('../../plugins/folder', import.meta.url));

/** A `plugin.path` outside of the repository: its plugins find the SDK only where the process gives it to them. */
export function strangersPlugins(): string {
  const folder = tempDir('millrace-plugins-');
  cpSync(PLUGINS, folder, { recursive: true });
  return folder;
}

export function hostOptions(options: Partial<ValidationHostOptions> = {}): ValidationHostOptions {
  const baseDir = tempDir('millrace-validation-');
  writeFileSync(join(baseDir, 'secrets.properties'), 'token=tok-12345\ncount=77\n');
  return {
    entry: fileURLToPath(new URL('validation-host-entry.ts', import.meta.url)),
    execArgv: ['--conditions=millrace-source', '--disable-warning=ExperimentalWarning'],
    pluginPath: [strangersPlugins()],
    workerProps: {
      'group.id': 'workers',
      'config.providers': 'file,vault',
      'config.providers.file.class': 'org.apache.kafka.common.config.provider.FileConfigProvider',
      'config.providers.vault.class': 'com.acme.Vault',
    },
    baseDir,
    timeoutMs: 20_000,
    logger: pino({ level: 'silent' }),
    ...options,
  };
}

export const COUNTER: Props = {
  name: 'counter',
  'connector.class': 'CounterSource',
  'connector.plugin.version': '1.0.0',
  'count.to': '10',
};

/** A configuration whose check does something (`on.check`). */
export function counter(onCheck: string, more: Props = {}): Props {
  return { ...COUNTER, 'on.check': onCheck, ...more };
}

/** The id of the process that checked a configuration. */
export async function pidOf(host: ValidationHost): Promise<number> {
  const [pid] = errorsOf(await host.validate(counter('tell')));
  return Number(pid);
}

export function errorsOf(infos: ConfigInfos): readonly string[] {
  return infos.configs.flatMap(({ value }) => value.errors);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended but was not waited for by its new parent is a zombie.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

export async function waitForEnd(pid: number): Promise<void> {
  await waitFor(`process ${pid} to end`, () => !isAlive(pid));
}
