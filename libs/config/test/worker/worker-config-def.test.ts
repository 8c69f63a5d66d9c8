import { describe, expect, test } from 'vitest';
import { configKeyInfo } from '@millrace/connect-api';
import { fixture } from '@millrace/testing';
import { readFileSync } from 'node:fs';
import { workerConfigDef } from '../../src/index.ts';
import { OWN_KEYS } from '../../src/worker/own-rows.ts';

interface FixtureKey {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default: string | null;
  readonly importance: string;
  readonly validator?: string;
}

/** Where we differ on purpose: moving a task takes milliseconds here (design section 7). */
const OUR_DEFAULTS: Readonly<Record<string, string>> = {
  'session.timeout.ms': '6000',
  'heartbeat.interval.ms': '1000',
  'scheduled.rebalance.max.delay.ms': '0',
};

const { worker } = fixture('config-defs.json') as { worker: readonly FixtureKey[] };
const def = workerConfigDef('worker');

describe("the JVM's worker settings", () => {
  test.each(worker.map((key) => [key.name, key] as const))('%s', (name, expected) => {
    const key = def.key(name);
    const info = key === undefined ? undefined : configKeyInfo(key);
    expect(info).toMatchObject({
      type: expected.type,
      required: expected.required,
      default_value: OUR_DEFAULTS[name] ?? expected.default,
      importance: expected.importance,
    });
    if (expected.validator !== undefined) {
      expect(String(key?.validator)).toBe(expected.validator);
    }
  });

  test('there are no others but our own', () => {
    const known = new Set(worker.map(({ name }) => name));
    const others = def.keys().flatMap(({ name }) => (known.has(name) ? [] : [name]));
    expect(others).toEqual(OWN_KEYS.map(({ row: [name] }) => name));
  });
});

test("the README's table lists our own settings as they are", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `([^`]+)` +\| (\S+) +\| (.*?) +\| (.*?) +\|$/gm)].map((match) =>
    match.slice(1),
  );
  expect(rows).toEqual(
    OWN_KEYS.map(({ row: [name, type, defaultValue], documentation }) => {
      const info = configKeyInfo({
        name,
        type,
        importance: 'LOW',
        documentation,
        ...(typeof defaultValue === 'symbol' ? {} : { defaultValue }),
      });
      const text = info.default_value ?? '';
      return [name, type.toLowerCase(), text === '' ? '–' : `\`${text}\``, documentation];
    }),
  );
});

test('each role needs only what it uses', () => {
  const required = (role: Parameters<typeof workerConfigDef>[0]): string[] =>
    workerConfigDef(role)
      .keys()
      .filter(({ defaultValue }) => defaultValue === undefined)
      .map(({ name }) => name)
      .sort();
  const topics = ['config.storage.topic', 'group.id', 'status.storage.topic'];
  expect(required('status')).toEqual(['bootstrap.servers', ...topics]);
  expect(required('gateway')).toEqual(['bootstrap.servers', ...topics, 'offset.storage.topic'].sort());
  expect(required('worker')).toEqual(
    ['bootstrap.servers', ...topics, 'offset.storage.topic', 'key.converter', 'value.converter'].sort(),
  );
  expect(required('node')).toEqual(required('worker'));
});
