import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { ConfigError } from '@millrace/connect-api';
import { tempDir, TestProcess, waitFor } from '@millrace/testing';
import {
  MissingConnectorClassError,
  PluginLoadError,
  PluginNotFoundError,
  PluginVersionError,
  ValidationHost,
  ValidationProcessError,
  ValidationTimeoutError,
  VersionRangeError,
  type ValidationHostOptions,
} from '../../../src/index.ts';
import { COUNTER, counter, errorsOf, hostOptions, pidOf, waitForEnd } from './hosts.ts';

const open: ValidationHost[] = [];

function host(options: Partial<ValidationHostOptions> = {}): ValidationHost {
  const made = new ValidationHost(hostOptions(options));
  open.push(made);
  return made;
}

afterEach(() => {
  for (const each of open.splice(0)) {
    each.close();
  }
});

describe('asking plugins in a process of their own', () => {
  test('gives the whole checked configuration; the SDK is one for host and plugin', async () => {
    const infos = await host().validate(COUNTER);
    expect(infos).toMatchObject({ name: 'CounterSource', error_count: 0 });
    expect(infos.groups).toContain('Counting');
    expect(infos.configs.map(({ value }) => [value.name, value.value])).toContainEqual(['count.to', '10']);
  });

  test('gives the settings of a plugin', async () => {
    const keys = await host().pluginConfig('CounterSource', '1.0.0');
    expect(keys.map(({ name }) => name).slice(0, 4)).toEqual(['count.to', 'password', 'on.check', 'name']);
    expect(keys.find(({ name }) => name === 'connector.plugin.version')?.default_value).toBe('1.10.0');
  });

  test('uses a process again while it is well', async () => {
    const one = host();
    expect(await pidOf(one)).toBe(await pidOf(one));
  });

  test('what plugins print goes nowhere but to the log', async () => {
    expect(errorsOf(await host().validate(counter('print')))).toEqual([]);
  });
});

describe('a plugin that misbehaves costs its own answer only', () => {
  test('one that spins is stopped in time, while others are answered', async () => {
    const busy = host({ timeoutMs: 5000 });
    const before = await pidOf(busy);
    const [spinning, fine] = await Promise.allSettled([
      busy.validate(counter('spin')),
      busy.validate(COUNTER),
    ]);
    expect(spinning).toMatchObject({
      status: 'rejected',
      reason: new ValidationTimeoutError('Checking the configuration', 5000),
    });
    expect(fine).toMatchObject({ status: 'fulfilled', value: { error_count: 0 } });
    await waitForEnd(before);
    expect(await pidOf(busy)).not.toBe(before);
  });

  test('one that never answers is stopped in time', async () => {
    await expect(host({ timeoutMs: 2000 }).validate(counter('wait'))).rejects.toThrow(
      'Request timed out. Checking the configuration did not end within 2000 ms',
    );
  });

  test('one that ends the process is told of', async () => {
    const one = host();
    await expect(one.validate(counter('exit'))).rejects.toThrow(
      new ValidationProcessError('The process that ran the plugins exited with code 3'),
    );
    expect((await one.validate(COUNTER)).error_count).toBe(0);
  });

  test('one that eats memory is stopped before it hurts', async () => {
    const one = host({ maxMemoryMb: 64 });
    await expect(one.validate(counter('eat'))).rejects.toThrow(ValidationProcessError);
    expect((await one.validate(COUNTER)).error_count).toBe(0);
  });

  test('a process whose script does not start says so', async () => {
    const script = join(tempDir('millrace-validation-'), 'broken.mjs');
    writeFileSync(script, "throw new Error('no such luck');\n");
    await expect(host({ entry: script }).validate(COUNTER)).rejects.toThrow(
      /The process that ran the plugins exited with code 1; the last it said: .*no such luck/s,
    );
  });
});

describe('many at once', () => {
  test('share no more processes than allowed', async () => {
    const two = host({ maxProcesses: 2 });
    const pids = await Promise.all(Array.from({ length: 12 }, () => pidOf(two)));
    expect(new Set(pids).size).toBeLessThanOrEqual(2);
  });

  test('those behind a hanging one are answered when it is gone', async () => {
    const one = host({ maxProcesses: 1, timeoutMs: 2000 });
    await one.validate(COUNTER);
    const [hung, next] = await Promise.allSettled([one.validate(counter('spin')), one.validate(COUNTER)]);
    expect([hung.status, next.status]).toEqual(['rejected', 'fulfilled']);
  });

  test('one that waits too long for its turn is told so', async () => {
    const one = host({ maxProcesses: 1, timeoutMs: 2000 });
    const answers = await Promise.allSettled([
      one.validate(counter('spin')),
      one.validate(counter('spin')),
      one.validate(counter('spin')),
      one.validate(COUNTER),
    ]);
    expect(answers.at(-1)).toMatchObject({
      reason: new ValidationTimeoutError('Waiting for the validations before it', 4000),
    });
  });
});

describe('errors come over as what they are', () => {
  const CASES: readonly [string, Readonly<Record<string, string | null>>, unknown][] = [
    [
      'no class',
      { name: 'x', password: 'hunter2' },
      new MissingConnectorClassError(
        'Connector config {name=x, password=[hidden]} contains no connector type',
      ),
    ],
    [
      'a bad range',
      { ...COUNTER, 'connector.plugin.version': '[1' },
      new VersionRangeError('Unbounded range: [1'),
    ],
    [
      'an unreadable file',
      { ...COUNTER, 'count.to': '${file:none:x}' },
      new ConfigError('Could not read properties from file none'),
    ],
    [
      'an override of the wrong type',
      { ...COUNTER, 'producer.override.linger.ms': 'abc' },
      new ConfigError('Invalid value abc for configuration linger.ms: Not a number of type LONG'),
    ],
  ];
  test.each(CASES)('%s', async (_name, props, error) => {
    const failure: unknown = await host()
      .validate(props)
      .catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf((error as Error).constructor);
    expect((failure as Error).message).toBe((error as Error).message);
  });

  test('unknown classes, versions and broken plugins', async () => {
    const one = host();
    await expect(one.validate({ 'connector.class': 'Nope' })).rejects.toThrow(PluginNotFoundError);
    await expect(one.pluginConfig('CounterSource', '7')).rejects.toThrow(
      new PluginVersionError('com.acme.CounterSource', '[7,7]', ['1.0.0', '1.10.0']),
    );
    await expect(one.validate({ 'connector.class': 'com.failing.Source' })).rejects.toThrow(PluginLoadError);
    await expect(one.validate({ 'connector.class': 'com.failing.Source' })).rejects.toThrow(
      /com\.failing\.Source in .*failing \(export 'Source'\) cannot be used: its module cannot be loaded: no licence/,
    );
  });

  test("a worker's config provider that nobody has", async () => {
    const workerProps = { 'config.providers': 'x', 'config.providers.x.class': 'com.acme.None' };
    await expect(host({ workerProps }).validate(COUNTER)).rejects.toThrow(/com\.acme\.None/);
  });
});

describe('secrets stay where they are', () => {
  test('references are resolved for the plugin, and shown as references', async () => {
    const infos = await host().validate(
      counter('leak', {
        password: 'hunter2',
        file: '${file:secrets.properties:token}',
        'count.to': '${file:secrets.properties:count}',
        'producer.override.client.id': '${vault:id}',
      }),
    );
    const text = JSON.stringify(infos);
    expect(text).not.toMatch(/hunter2|tok-12345|secret-of-id/);
    expect(errorsOf(infos)).toEqual(['password [hidden], file ${file:secrets.properties:token}']);
    const values = new Map(infos.configs.map(({ value }) => [value.name, value.value]));
    expect(values.get('count.to')).toBe('${file:secrets.properties:count}');
    expect(values.get('password')).toBe('[hidden]');
    expect(values.get('producer.override.client.id')).toBe('${vault:id}');
  });

  test('not in errors of what could not be parsed either', async () => {
    const infos = await host().validate({ ...COUNTER, 'count.to': '${file:secrets.properties:token}' });
    expect(errorsOf(infos)).toEqual([
      'Invalid value ${file:secrets.properties:token} for configuration count.to: Not a number of type LONG',
    ]);
  });
});

describe('processes end', () => {
  test('when they have had nothing to do for a while', async () => {
    await waitForEnd(await pidOf(host({ idleMs: 10 })));
  });

  test('when the host is closed; what is under way fails', async () => {
    const one = host({ maxProcesses: 1 });
    const pid = await pidOf(one);
    const answers = Promise.allSettled([one.validate(counter('wait')), one.validate(COUNTER)]);
    one.close();
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await waitForEnd(pid);
    await expect(one.validate(COUNTER)).rejects.toThrow('Validations are not possible any more');
  });

  test('when whoever started them was killed, even if a plugin spins', async () => {
    const folder = tempDir('millrace-validation-');
    const pidFile = join(folder, 'pid');
    const { entry, execArgv, pluginPath, baseDir } = hostOptions();
    const script = join(folder, 'parent.mjs');
    const sources = fileURLToPath(new URL('../../../src/index.ts', import.meta.url));
    writeFileSync(
      script,
      `import { ValidationHost } from ${JSON.stringify(sources)};
       const logger = { debug: () => undefined };
       const host = new ValidationHost({ ...${JSON.stringify({ entry, execArgv, pluginPath, baseDir })}, workerProps: {}, timeoutMs: 60_000, logger });
       await host.validate(${JSON.stringify(counter('spin', { 'pid.file': pidFile }))});`,
    );
    const parent = new TestProcess({ command: process.execPath, args: [...(execArgv ?? []), script] });
    const written = (): number => (existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0);
    const pid = await waitFor('the plugin to spin', written, { seen: () => parent.output });
    parent.kill('SIGKILL');
    await waitForEnd(pid);
  });
});
