import { memoryConfigBackingStore, MemoryTopic, type ClusterConfigState } from '@millrace/topic-stores';
import { describe, expect, it } from 'vitest';
import { desiredUnits } from '../../src/herder/desired-units.ts';

const X = 'X';
const all = { connectors: [X, 'gone'], tasks: [0, 1, 2].map((task) => ({ connector: X, task })) };
const nothing = new Set<string>();

/** Connector X with two tasks. */
async function stateWith(
  change: (store: ReturnType<typeof memoryConfigBackingStore>) => Promise<unknown> = async () =>
    Promise.resolve(),
): Promise<ClusterConfigState> {
  const store = memoryConfigBackingStore(new MemoryTopic('config'));
  await store.start();
  await store.write({ kind: 'create-connector', connector: X, config: { name: X, v: '1' } });
  const revision = store.snapshot().revision(X) ?? -1;
  await store.write({ kind: 'put-task-configs', connector: X, configs: [{ n: '0' }, { n: '1' }], revision });
  await change(store);
  const state = store.snapshot();
  await store.stop();
  return state;
}

describe('What a worker should run', () => {
  it('is of its assignment what the config topic has', async () => {
    const units = desiredUnits(all, await stateWith(), nothing);
    expect([...units.keys()]).toEqual(['connector:X', 'task:X-0', 'task:X-1']);
    expect(units.get('task:X-1')).toMatchObject({
      targetState: 'STARTED',
      taskConfig: { n: '1' },
      connectorConfig: { name: X, v: '1' },
    });
  });

  it('does not include tasks whose configurations changed since the last round', async () => {
    const units = desiredUnits(all, await stateWith(), new Set([X]));
    expect([...units.keys()]).toEqual(['connector:X']);
  });

  it('has no tasks for a connector that is stopped', async () => {
    const state = await stateWith((store) => store.write({ kind: 'stop-connector', connector: X }));
    const units = desiredUnits(all, state, nothing);
    expect([...units.keys()]).toEqual(['connector:X']);
    expect(units.get('connector:X')?.targetState).toBe('STOPPED');
  });

  it('changes its revision for the connector at once, for its tasks when they are published', async () => {
    const before = desiredUnits(all, await stateWith(), nothing);
    const updated = await stateWith((store) =>
      store.write({ kind: 'put-connector', connector: X, config: { name: X, v: '2' } }),
    );
    const after = desiredUnits(all, updated, nothing);
    expect(after.get('connector:X')?.revision).not.toBe(before.get('connector:X')?.revision);
    expect(after.get('task:X-0')).toEqual(before.get('task:X-0'));
    const published = await stateWith(async (store) => {
      const { state } = await store.write({
        kind: 'put-connector',
        connector: X,
        config: { name: X, v: '2' },
      });
      const revision = state.revision(X) ?? -1;
      await store.write({ kind: 'put-task-configs', connector: X, configs: [{ n: '0' }], revision });
    });
    const last = desiredUnits(all, published, nothing);
    expect(last.get('task:X-0')?.revision).not.toBe(before.get('task:X-0')?.revision);
    expect(last.get('task:X-0')?.connectorConfig).toMatchObject({ v: '2' });
    expect(last.has('task:X-1')).toBe(false);
  });
});
