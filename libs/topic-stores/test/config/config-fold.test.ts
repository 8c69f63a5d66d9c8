import { describe, expect, it } from 'vitest';
import { ConfigFold } from '../../src/config/config-fold.ts';
import type { ConfigRecord, Props } from '../../src/index.ts';

/** A fold that records are applied to one after the other. */
class Log {
  readonly fold = new ConfigFold();
  #offset = 0;

  apply(...records: readonly ConfigRecord[]): unknown {
    let change: unknown = null;
    for (const record of records) {
      change = this.fold.apply(record, this.#offset);
      this.#offset += 1;
    }
    return change;
  }
}

const connector = (name: string, config: Props | null = {}): ConfigRecord => ({
  kind: 'connector',
  connector: name,
  config,
});
const task = (name: string, number: number, config: Props = {}): ConfigRecord => ({
  kind: 'task',
  connector: name,
  task: number,
  config,
});
const commit = (name: string, tasks: number): ConfigRecord => ({ kind: 'commit', connector: name, tasks });

describe('the config topic, folded', () => {
  it('starts a connector that has no target state, and keeps one that it has', () => {
    const log = new Log();
    log.apply(connector('a'), { kind: 'target-state', connector: 'b', state: 'STOPPED' }, connector('b'));
    const state = log.fold.snapshot();
    expect([state.targetState('a'), state.targetState('b')]).toEqual(['STARTED', 'STOPPED']);
  });

  it('takes task configurations only with their commit', () => {
    const log = new Log();
    log.apply(connector('a'), task('a', 0, { t: '0' }), task('a', 1, { t: '1' }));
    expect(log.fold.snapshot().taskCount('a')).toBe(0);
    const change = log.apply(commit('a', 2));
    expect(change).toMatchObject({ kind: 'tasks-updated', tasks: [{ task: 0 }, { task: 1 }] });
    const state = log.fold.snapshot();
    expect(state.allTaskConfigs('a')).toEqual([{ t: '0' }, { t: '1' }]);
    expect(state.taskConfigGeneration('a')).toBe(0);
    expect(state.pendingFencing('a')).toBe(true);
    expect(state.appliedConnectorConfig('a')).toEqual({});
  });

  it('takes tasks beyond the count along, and counts generations', () => {
    const log = new Log();
    log.apply(connector('a'), task('a', 0), task('a', 5, { t: '5' }), commit('a', 1));
    log.apply(task('a', 0), commit('a', 1));
    const state = log.fold.snapshot();
    expect(state.tasks('a')).toHaveLength(1);
    expect(state.taskConfig({ connector: 'a', task: 5 })).toEqual({ t: '5' });
    expect(state.taskConfigGeneration('a')).toBe(1);
  });

  it('is inconsistent about a connector whose commit misses tasks, until a whole set comes', () => {
    const log = new Log();
    log.apply(connector('a'), task('a', 0), commit('a', 2));
    expect(log.fold.snapshot().inconsistent('a')).toBe(true);
    expect(log.fold.snapshot().tasks('a')).toEqual([]);
    log.apply(task('a', 1), commit('a', 2));
    expect(log.fold.snapshot().inconsistent('a')).toBe(true);
    log.apply(task('a', 0), task('a', 1), commit('a', 2));
    expect(log.fold.snapshot().inconsistent('a')).toBe(false);
    expect(log.fold.snapshot().tasks('a')).toHaveLength(2);
  });

  it('takes a commit of no tasks as it is, without a new generation', () => {
    const log = new Log();
    log.apply(connector('a'), task('a', 0), commit('a', 1), commit('a', 0));
    const state = log.fold.snapshot();
    expect([state.taskCount('a'), state.taskConfigGeneration('a'), state.inconsistent('a')]).toEqual([
      0,
      0,
      false,
    ]);
  });

  it('forgets what compaction has left of a removed connector', () => {
    const log = new Log();
    log.apply(task('a', 0), commit('a', 1), connector('a'));
    expect(log.fold.snapshot().tasks('a')).toEqual([]);
    log.apply(task('a', 0, { t: 'old' }), connector('a', null), connector('a'), commit('a', 1));
    expect(log.fold.snapshot().inconsistent('a')).toBe(true);
  });

  it('remembers of a removed connector what was fenced, its generation, and its target state until that goes too', () => {
    const log = new Log();
    log.apply(connector('a'), task('a', 0), commit('a', 1), {
      kind: 'fencing',
      connector: 'a',
      taskCount: 1,
    });
    log.apply({ kind: 'target-state', connector: 'a', state: 'PAUSED' }, connector('a', null));
    let state = log.fold.snapshot();
    expect(state.contains('a')).toBe(false);
    expect([state.taskCountRecord('a'), state.taskConfigGeneration('a')]).toEqual([1, 0]);
    expect(state.targetState('a')).toBe('PAUSED');
    log.apply({ kind: 'target-state', connector: 'a', state: null });
    expect(log.fold.snapshot().targetState('a')).toBeUndefined();
    log.apply(connector('a'), { kind: 'target-state', connector: 'a', state: null });
    state = log.fold.snapshot();
    expect(state.targetState('a')).toBe('STARTED');
  });

  it('tells of a target state only when it changes, and of a connector that is there', () => {
    const log = new Log();
    expect(log.apply({ kind: 'target-state', connector: 'a', state: 'PAUSED' })).toBeNull();
    log.apply(connector('a'));
    expect(log.apply({ kind: 'target-state', connector: 'a', state: 'PAUSED' })).toBeNull();
    expect(log.apply({ kind: 'target-state', connector: 'a', state: 'STARTED' })).toMatchObject({
      kind: 'target-state',
    });
  });

  it('clears what is to be fenced when the fencing is recorded after the tasks', () => {
    const log = new Log();
    log.apply(
      connector('a'),
      { kind: 'fencing', connector: 'a', taskCount: 1 },
      task('a', 0),
      commit('a', 1),
    );
    expect(log.fold.snapshot().pendingFencing('a')).toBe(true);
    log.apply({ kind: 'fencing', connector: 'a', taskCount: 1 });
    expect(log.fold.snapshot().pendingFencing('a')).toBe(false);
  });

  it('gives snapshots that stay as they are', () => {
    const log = new Log();
    expect(log.fold.snapshot().offset).toBe(-1);
    log.apply(connector('a', { v: '1' }));
    const before = log.fold.snapshot();
    expect(log.fold.snapshot()).toBe(before);
    log.apply(connector('a', { v: '2' }), connector('b'));
    expect(before.connectors()).toEqual(['a']);
    expect([before.connectorConfig('a'), before.offset, before.revision('a')]).toEqual([{ v: '1' }, 1, 0]);
    const after = log.fold.snapshot();
    expect([after.connectorConfig('a'), after.offset, after.revision('a')]).toEqual([{ v: '2' }, 3, 1]);
  });

  it('is not troubled by a count that nothing could hold', () => {
    const log = new Log();
    log.apply(connector('a'), task('a', 0), commit('a', Number.MAX_SAFE_INTEGER));
    expect(log.fold.snapshot().inconsistent('a')).toBe(true);
    expect(log.fold.snapshot().tasks('a')).toEqual([]);
  });
});
