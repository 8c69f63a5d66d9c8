import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeConfigRecord, encodeConfigRecord } from '../../src/config/config-records.ts';
import type { ConfigRecord, Props } from '../../src/index.ts';

function decoded(key: string | null, value: string | null): unknown {
  return decodeConfigRecord(key, value === null ? null : Buffer.from(value));
}

describe('records of the config topic', () => {
  it.each<[string, string, object]>([
    [
      'target-state-connector-x',
      '{"state":"PAUSED"}',
      { kind: 'target-state', connector: 'connector-x', state: 'PAUSED' },
    ],
    ['connector-task-x-0', '{"properties":{}}', { kind: 'connector', connector: 'task-x-0', config: {} }],
    [
      'connector-target-state-x',
      '{"properties":{}}',
      { kind: 'connector', connector: 'target-state-x', config: {} },
    ],
    [
      'task-commit-x-12',
      '{"properties":{"a":null}}',
      { kind: 'task', connector: 'commit-x', task: 12, config: { a: null } },
    ],
    ['commit-tasks-fencing-x', '{"tasks":0}', { kind: 'commit', connector: 'tasks-fencing-x', tasks: 0 }],
    ['tasks-fencing-task-x', '{"task-count":3}', { kind: 'fencing', connector: 'task-x', taskCount: 3 }],
    [
      'restart-connector-x-1',
      '{"include-tasks":true,"only-failed":"yes"}',
      { kind: 'restart', connector: 'x-1', includeTasks: true, onlyFailed: false },
    ],
    ['logger-cluster-root', '{"level":"trace"}', { kind: 'logger', namespace: 'root', level: 'trace' }],
  ])('%s %s', (key, value, expected) => {
    expect(decoded(key, value)).toEqual(expected);
  });

  it.each<[string, 'STARTED' | 'PAUSED' | 'STOPPED' | null]>([
    ['{"state":"PAUSED","state.v2":"STOPPED"}', 'STOPPED'],
    ['{"state":"PAUSED","state.v2":null}', 'PAUSED'],
    ['{"state":"STARTED","state.v2":7}', 'STARTED'],
    ['{"state":"STARTED"}', 'STARTED'],
    ['null', null],
  ])('a target state of %s', (value, state) => {
    expect(decoded('target-state-x', value)).toEqual({ kind: 'target-state', connector: 'x', state });
  });

  it.each<[string, string | null]>([
    ['target-state-x', '{"state":"PAUSED","state.v2":"FLYING"}'],
    ['target-state-x', '{}'],
    ['task-x-0', null],
    ['commit-x', null],
    ['session-key', null],
    ['restart-connector-x', null],
    ['commit-x', '{"tasks":-1}'],
    ['connector-x', '{"properties":{"a":["b"]}}'],
    ['connector-x', '7'],
    ['task-0', '{"properties":{}}'],
    ['session-keys', '{}'],
  ])('%s %s says nothing, and counts', (key, value) => {
    expect(decoded(key, value)).toMatchObject({ kind: 'ignored' });
  });

  it('that are no JSON do not count', () => {
    expect(decoded('connector-x', '')).toMatchObject({ kind: 'undecodable' });
    expect(decoded('nonsense', '{')).toMatchObject({ kind: 'undecodable' });
    expect(decodeConfigRecord('connector-x', Buffer.from([0x7b, 0xff, 0x7d]))).toMatchObject({
      kind: 'undecodable',
    });
    expect(decoded(null, '{}')).toMatchObject({ kind: 'ignored' });
  });

  it('come back as they went, whatever their texts hold', () => {
    const text = fc.string({ unit: 'grapheme' });
    const props: fc.Arbitrary<Props> = fc.dictionary(text, fc.option(text), { noNullPrototype: true });
    const connector = text;
    const config: fc.Arbitrary<Props | null> = fc.option(props, { nil: null });
    const record = fc.oneof<fc.Arbitrary<ConfigRecord>[]>(
      fc.record({ kind: fc.constant('connector'), connector, config }),
      fc.record({
        kind: fc.constant('task'),
        connector: text.filter((name) => name !== ''),
        task: fc.nat(999),
        config: props,
      }),
      fc.record({ kind: fc.constant('commit'), connector, tasks: fc.nat() }),
      fc.record({ kind: fc.constant('fencing'), connector, taskCount: fc.nat() }),
      fc.record({
        kind: fc.constant('restart'),
        connector,
        includeTasks: fc.boolean(),
        onlyFailed: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('logger'), namespace: text, level: text }),
      fc.record({
        kind: fc.constant('target-state'),
        connector,
        state: fc.constantFrom('STARTED', 'PAUSED', 'STOPPED', null),
      }),
    );
    fc.assert(
      fc.property(record, (original) => {
        const { key, value } = encodeConfigRecord(original);
        expect(decodeConfigRecord(key.toString('utf8'), value)).toEqual(original);
      }),
    );
  });

  it('hold keys that mean something in JavaScript as any other', () => {
    const config = JSON.parse('{"__proto__":"p","constructor":"c","toString":"t"}') as Record<string, string>;
    const { value } = encodeConfigRecord({ kind: 'connector', connector: 'x', config });
    expect(value?.toString('utf8')).toBe('{"properties":{"__proto__":"p","constructor":"c","toString":"t"}}');
  });
});
