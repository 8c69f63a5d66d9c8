import { describe, expect, it } from 'vitest';
import { ConfigView } from '../../src/cluster/config-view.ts';

const config = (props: Readonly<Record<string, string>>) =>
  ({ kind: 'connector', connector: 'c', config: props }) as const;

describe('what the config topic says of connectors', () => {
  it('tells creation, change and deletion by names, never by values', () => {
    const view = new ConfigView();
    const created = view.apply(config({ 'connector.class': 'A', password: 'one', old: 'x' }), 0, 1);
    const updated = view.apply(config({ 'connector.class': 'A', password: 'two', fresh: 'y' }), 1, 2);
    const deleted = view.apply({ kind: 'connector', connector: 'c', config: null }, 2, 3);

    expect(created).toMatchObject({
      kind: 'config',
      state: 'CREATED',
      detail: { class: 'A', added: ['connector.class', 'old', 'password'], changed: [], removed: [] },
    });
    expect(updated).toMatchObject({
      state: 'UPDATED',
      detail: { class: 'A', added: ['fresh'], changed: ['password'], removed: ['old'] },
    });
    expect(deleted).toMatchObject({ state: 'DELETED', connector: 'c', detail: { class: 'A' } });
    expect(JSON.stringify([created, updated, deleted])).not.toMatch(/one|two/);
    expect(view.connectors()).toEqual([]);
  });

  it('knows the target state, which is STARTED until something else is written', () => {
    const view = new ConfigView();
    view.apply(config({}), 0, 1);
    expect(view.connector('c')?.targetState).toBe('STARTED');
    const paused = view.apply({ kind: 'target-state', connector: 'c', state: 'PAUSED' }, 1, 2);
    expect(paused).toMatchObject({ kind: 'target-state', state: 'PAUSED', previous: 'STARTED' });
    const undone = view.apply({ kind: 'target-state', connector: 'c', state: null }, 2, 3);
    expect(undone).toMatchObject({ state: 'STARTED', previous: 'PAUSED' });
  });

  it('takes an initial state that was written before the configuration', () => {
    const view = new ConfigView();
    view.apply({ kind: 'target-state', connector: 'c', state: 'STOPPED' }, 0, 1);
    view.apply(config({}), 1, 2);
    expect(view.connector('c')?.targetState).toBe('STOPPED');
  });

  it('says nothing of the tombstones of a target state that a deletion brings', () => {
    const view = new ConfigView();
    view.apply(config({}), 0, 1);
    view.apply({ kind: 'connector', connector: 'c', config: null }, 1, 2);
    expect(view.apply({ kind: 'target-state', connector: 'c', state: null }, 2, 3)).toBeNull();
    expect(view.apply({ kind: 'connector', connector: 'c', config: null }, 3, 4)).toBeNull();
  });

  it('counts committed tasks, and ignores a commit that compaction left without its connector', () => {
    const view = new ConfigView();
    expect(view.apply({ kind: 'commit', connector: 'c', tasks: 3 }, 0, 1)).toBeNull();
    view.apply(config({}), 1, 2);
    expect(view.connector('c')?.taskCount).toBe(0);
    expect(view.apply({ kind: 'commit', connector: 'c', tasks: 3 }, 2, 3)).toMatchObject({
      state: '3',
      previous: null,
    });
    expect(view.apply({ kind: 'commit', connector: 'c', tasks: 0 }, 3, 4)).toMatchObject({
      state: '0',
      previous: '3',
    });
  });
});
