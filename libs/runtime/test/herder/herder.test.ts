import { waitFor } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { herderBed, type HerderBed } from './herder-bed.ts';

const X = 'X';
const xAndTask = { connectors: [X], tasks: [{ connector: X, task: 0 }] };

describe('A herder', () => {
  let bed: HerderBed;

  beforeEach(async () => {
    bed = await herderBed();
  });

  afterEach(async () => {
    expect(bed.script.overlaps).toEqual([]);
    await bed.close();
  });

  /** Connector X with one task runs here. */
  async function running(): Promise<void> {
    await bed.create(X);
    bed.herder.onAssigned({ connectors: [X], tasks: [] }, { generation: 1, leader: true });
    await waitFor('the task configuration', () => bed.config.snapshot().taskCount(X) === 1);
    bed.herder.onAssigned(xAndTask, { generation: 2, leader: true });
    await waitFor('the task', () => bed.states(X, 0).at(-1) === 'RUNNING');
  }

  it('starts a connector, publishes its task configurations, and starts tasks after the next round', async () => {
    await running();
    expect(bed.states(X)).toEqual(['RUNNING']);
    expect(bed.states(X, 0)).toEqual(['RUNNING']);
    expect(bed.statuses.connector(X)).toMatchObject({
      workerId: 'worker:1',
      generation: 1,
      version: '1.0',
      trace: null,
    });
    expect(bed.statuses.task(X, 0)).toMatchObject({ generation: 2 });
    expect(bed.herder.counts()).toEqual({ connectors: 1, tasks: 1 });
  });

  it('says which state of the config topic it has acted upon', async () => {
    await running();
    await waitFor('the offset', () => bed.applied.at(-1) === bed.config.snapshot().offset);
    const before = bed.config.snapshot().offset;
    await bed.config.write({ kind: 'set-logger-level', namespace: 'a', level: 'INFO' });
    const { offset } = await bed.config.read();
    expect(offset).toBeGreaterThan(before);
    await waitFor('the offset of a record that changes nothing', () => bed.applied.at(-1) === offset);
  });

  it('pauses and resumes', async () => {
    await running();
    await bed.config.write({ kind: 'set-target-state', connector: X, state: 'PAUSED' });
    await waitFor('the pause', () => bed.states(X, 0).at(-1) === 'PAUSED');
    await bed.config.write({ kind: 'set-target-state', connector: X, state: 'STARTED' });
    await waitFor('the task to run', () => bed.states(X, 0).length === 3);
    await waitFor('the connector to run', () => bed.states(X).length === 3);
    expect(bed.states(X)).toEqual(['RUNNING', 'PAUSED', 'RUNNING']);
    expect(bed.states(X, 0)).toEqual(['RUNNING', 'PAUSED', 'RUNNING']);
  });

  it('stops a connector but keeps it, and its tasks end', async () => {
    await running();
    await bed.config.write({ kind: 'stop-connector', connector: X });
    await waitFor('the connector to stop', () => bed.states(X).at(-1) === 'STOPPED');
    await bed.herder.onJoinPrepare();
    bed.herder.onAssigned({ connectors: [X], tasks: [] }, { generation: 3, leader: true });
    await waitFor('the tombstone', () => bed.states(X, 0).at(-1) === 'TOMBSTONE');
    expect(bed.states(X, 0)).toEqual(['RUNNING', 'UNASSIGNED', 'TOMBSTONE']);
    expect(bed.states(X)).toEqual(['RUNNING', 'STOPPED']);
  });

  it('stops what is deleted; the leader removes its statuses', async () => {
    await running();
    await bed.config.write({ kind: 'delete-connector', connector: X });
    await bed.herder.onJoinPrepare();
    expect(bed.script.log.slice(-2).sort()).toEqual(['stop X', 'stop X-0']);
    bed.herder.onAssigned({ connectors: [], tasks: [] }, { generation: 3, leader: true });
    await waitFor('the tombstones', () => bed.statuses.connectors().length === 0);
    expect(bed.states(X)).toEqual(['RUNNING', 'UNASSIGNED', 'TOMBSTONE']);
  });

  it('removes the topics of a connector that was deleted when it is revoked, and of no other', async () => {
    await running();
    bed.script.runner('X-0').report({ kind: 'topic', topic: 'orders' });
    await waitFor('the topic', () => bed.statuses.topics(X).length === 1);
    await bed.herder.onRevoked({ connectors: [X], tasks: [] });
    bed.herder.onAssigned(xAndTask, { generation: 3, leader: false });
    await bed.statuses.read();
    expect(bed.statuses.topics(X)).toHaveLength(1);
    await bed.config.write({ kind: 'delete-connector', connector: X });
    await bed.herder.onRevoked(xAndTask);
    await bed.statuses.read();
    expect(bed.statuses.topics(X)).toEqual([]);
  });

  it('leaves the statuses of what is deleted to the leader', async () => {
    await running();
    await bed.config.write({ kind: 'delete-connector', connector: X });
    await bed.herder.onJoinPrepare();
    bed.herder.onAssigned({ connectors: [], tasks: [] }, { generation: 3, leader: false });
    await bed.statuses.read();
    expect(bed.states(X)).toEqual(['RUNNING', 'UNASSIGNED']);
  });

  it('gives up what is revoked before it says so, with the statuses written', async () => {
    await running();
    await bed.herder.onRevoked({ connectors: [], tasks: [{ connector: X, task: 0 }] });
    expect(bed.script.log.at(-1)).toBe('stop X-0');
    await bed.statuses.read();
    expect(bed.states(X, 0)).toEqual(['RUNNING', 'UNASSIGNED']);
    expect(bed.herder.counts()).toEqual({ connectors: 1, tasks: 0 });
  });

  it('waits with a revocation for a task that is slow to start, and does not start it twice', async () => {
    await bed.create(X);
    const gate = Promise.withResolvers<undefined>();
    bed.script.startGate = gate.promise;
    bed.herder.onAssigned({ connectors: [X], tasks: [] }, { generation: 1, leader: true });
    const revoked = bed.herder.onRevoked({ connectors: [X], tasks: [] });
    gate.resolve(undefined);
    await revoked;
    bed.herder.onAssigned({ connectors: [X], tasks: [] }, { generation: 2, leader: true });
    await waitFor('the connector', () => bed.states(X).at(-1) === 'RUNNING');
  });

  it('restarts a connector whose configuration changes, and its tasks once they are published again', async () => {
    await running();
    await bed.config.write({
      kind: 'put-connector',
      connector: X,
      config: { name: X, 'connector.class': 'C', 'tasks.max': '2' },
    });
    await waitFor('two tasks', () => bed.config.snapshot().taskCount(X) === 2);
    await waitFor('the old task to stop', () => bed.states(X, 0).at(-1) === 'UNASSIGNED');
    const tasks = [0, 1].map((task) => ({ connector: X, task }));
    bed.herder.onAssigned({ connectors: [X], tasks }, { generation: 3, leader: true });
    await waitFor('both tasks', () => bed.states(X, 1).at(-1) === 'RUNNING');
    await waitFor('both tasks', () => bed.states(X, 0).at(-1) === 'RUNNING');
    expect(bed.states(X)).toEqual(['RUNNING', 'UNASSIGNED', 'RUNNING']);
  });

  it('writes FAILED with the trace when a connector cannot be started, and names what is missing', async () => {
    bed.script.startErrors.set(X, new Error('Failed to find any class com.acme.Nobody'));
    await bed.create(X);
    bed.herder.onAssigned({ connectors: [X], tasks: [] }, { generation: 1, leader: true });
    await waitFor('the failure', () => bed.states(X).at(-1) === 'FAILED');
    expect(bed.statuses.connector(X)?.trace).toContain('com.acme.Nobody');
    expect(bed.statuses.connector(X)?.version).toBeNull();
  });

  it('lets the tasks of a failed connector run, and a failed task does not take its connector down', async () => {
    await running();
    bed.script.runner('X').fail('lost the catalogue');
    await waitFor('the failure', () => bed.states(X).at(-1) === 'FAILED');
    expect(bed.states(X, 0)).toEqual(['RUNNING']);
    bed.script.runner('X-0').fail('lost the file');
    await waitFor('the failure', () => bed.states(X, 0).at(-1) === 'FAILED');
    expect(bed.statuses.task(X, 0)?.trace).toContain('lost the file');
  });

  it('leaves what failed alone over a pause and a resume', async () => {
    await running();
    bed.script.runner('X-0').fail('lost the file');
    await waitFor('the failure', () => bed.states(X, 0).at(-1) === 'FAILED');
    await bed.config.write({ kind: 'set-target-state', connector: X, state: 'PAUSED' });
    await waitFor('the pause', () => bed.states(X).at(-1) === 'PAUSED');
    await bed.config.write({ kind: 'set-target-state', connector: X, state: 'STARTED' });
    await waitFor('the connector', () => bed.states(X).at(-1) === 'RUNNING');
    expect(bed.states(X, 0)).toEqual(['RUNNING', 'FAILED']);
  });

  it('restarts the connector alone', async () => {
    await running();
    await bed.config.write({
      kind: 'restart-connector',
      connector: X,
      includeTasks: false,
      onlyFailed: false,
    });
    await waitFor('the restart', () => bed.states(X).length === 3);
    expect(bed.states(X)).toEqual(['RUNNING', 'UNASSIGNED', 'RUNNING']);
    expect(bed.states(X, 0)).toEqual(['RUNNING']);
  });

  it('restarts the connector with its tasks, and announces it', async () => {
    await running();
    await bed.config.write({
      kind: 'restart-connector',
      connector: X,
      includeTasks: true,
      onlyFailed: false,
    });
    await waitFor('the restart', () => bed.states(X).length === 4 && bed.states(X, 0).length === 4);
    expect(bed.states(X)).toEqual(['RUNNING', 'UNASSIGNED', 'RESTARTING', 'RUNNING']);
    expect(bed.states(X, 0)).toEqual(['RUNNING', 'UNASSIGNED', 'RESTARTING', 'RUNNING']);
  });

  it('restarts one task that runs here, also when it failed, and says when it is not here', async () => {
    await running();
    expect(bed.herder.restartTask({ connector: X, task: 0 })).toBe(true);
    await waitFor('the restart', () => bed.states(X, 0).length === 3);
    expect(bed.states(X, 0)).toEqual(['RUNNING', 'UNASSIGNED', 'RUNNING']);
    bed.script.runner('X-0').fail('lost the file');
    await waitFor('the failure', () => bed.states(X, 0).at(-1) === 'FAILED');
    expect(bed.herder.restartTask({ connector: X, task: 0 })).toBe(true);
    await waitFor('the restart', () => bed.states(X, 0).at(-1) === 'RUNNING');
    expect(bed.herder.restartTask({ connector: X, task: 1 })).toBe(false);
    expect(bed.herder.owns(X, 0)).toBe(true);
    expect(bed.herder.owns('Y', null)).toBe(false);
  });

  it('serves restarts that come while one is under way', async () => {
    await running();
    for (let count = 0; count < 5; count += 1) {
      bed.herder.restartTask({ connector: X, task: 0 });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor('the task', () => bed.states(X, 0).at(-1) === 'RUNNING' && bed.states(X, 0).length > 1);
  });

  it('stops everything when its place in the group is lost, and starts again with the next assignment', async () => {
    await running();
    await bed.herder.onLost('session-expired');
    expect(bed.script.log.slice(-2).sort()).toEqual(['stop X', 'stop X-0']);
    expect(bed.herder.counts()).toEqual({ connectors: 0, tasks: 0 });
    bed.herder.onAssigned(xAndTask, { generation: 5, leader: false });
    await waitFor('the task', () => bed.statuses.task(X, 0)?.generation === 5);
  });

  it('says nothing of what another worker runs by the time it finds out that its place is lost', async () => {
    await running();
    bed.statuses.put({
      connector: X,
      task: 0,
      state: 'RUNNING',
      trace: null,
      workerId: 'worker:2',
      generation: 3,
      version: '1.0',
    });
    await bed.herder.onLost('fenced');
    await bed.statuses.read();
    expect(bed.statuses.task(X, 0)).toMatchObject({ state: 'RUNNING', workerId: 'worker:2' });
    expect(bed.statuses.connector(X)).toMatchObject({ state: 'UNASSIGNED', workerId: 'worker:1' });
  });

  it('says again what it runs when a worker that was frozen says late that it is unassigned', async () => {
    await running();
    bed.statuses.put({
      connector: X,
      task: null,
      state: 'UNASSIGNED',
      trace: null,
      workerId: 'worker:2',
      generation: 0,
      version: null,
    });
    await waitFor('the truth', () => bed.states(X).length === 3);
    expect(bed.states(X)).toEqual(['RUNNING', 'UNASSIGNED', 'RUNNING']);
    expect(bed.statuses.connector(X)).toMatchObject({ workerId: 'worker:1', version: '1.0' });
  });

  it('waits for the lease before it starts anything', async () => {
    await bed.create(X);
    bed.herder.onLease(Number.NEGATIVE_INFINITY);
    bed.herder.onAssigned({ connectors: [X], tasks: [] }, { generation: 1, leader: true });
    await bed.herder.onRevoked({ connectors: [X], tasks: [] });
    expect(bed.script.log).toEqual([]);
    bed.herder.onAssigned({ connectors: [X], tasks: [] }, { generation: 2, leader: true });
    bed.herder.onLease(Number.POSITIVE_INFINITY);
    await waitFor('the connector', () => bed.states(X).at(-1) === 'RUNNING');
  });

  it('starts a task again whose lease expired without a loss of membership', async () => {
    await running();
    bed.script.runner('X-0').report({ kind: 'lease-expired' });
    await waitFor(
      'the second start',
      () => bed.script.log.filter((line) => line === 'start X-0').length === 2,
    );
    expect(bed.states(X, 0)).not.toContain('FAILED');
  });

  it('publishes the task configurations again when somebody left them incomplete', async () => {
    await running();
    bed.configTopic.append({ key: 'commit-X', value: Buffer.from('{"tasks":2}') });
    await waitFor('a complete set', () => {
      const state = bed.config.snapshot();
      return !state.inconsistent(X) && state.taskCount(X) === 1 && state.offset > 5;
    });
    bed.herder.onAssigned(xAndTask, { generation: 3, leader: true });
    await waitFor('the task', () => bed.states(X, 0).at(-1) === 'RUNNING');
  });

  it('restarts a connector when values of a config provider may have changed', async () => {
    await running();
    bed.script.runner('X').report({ kind: 'values-expire', afterMs: 5 });
    await waitFor('the restart', () => bed.states(X).length === 3);
    expect(bed.states(X)).toEqual(['RUNNING', 'UNASSIGNED', 'RUNNING']);
    expect(bed.states(X, 0)).toEqual(['RUNNING']);
  });

  it('records the topics of a task once', async () => {
    await running();
    bed.script.runner('X-0').report({ kind: 'topic', topic: 'orders' });
    await waitFor('the topic', () => bed.statuses.topics(X).length === 1);
    expect(bed.statuses.topics(X)).toMatchObject([{ topic: 'orders', connector: X, task: 0 }]);
    const seen = bed.statuses.topic(X, 'orders')?.discoverTimestamp;
    bed.script.runner('X-0').report({ kind: 'topic', topic: 'orders' });
    await bed.statuses.read();
    expect(bed.statuses.topic(X, 'orders')?.discoverTimestamp).toBe(seen);
  });
});

describe('A task that does not stop', () => {
  it('costs its host, whose other tasks move on without a failure', async () => {
    const bed = await herderBed({ gracefulTimeoutMs: 50 });
    await bed.create(X, { 'tasks.max': '4' });
    bed.herder.onAssigned({ connectors: [X], tasks: [] }, { generation: 1, leader: true });
    await waitFor('the task configurations', () => bed.config.snapshot().taskCount(X) === 4);
    const tasks = [0, 1, 2, 3].map((task) => ({ connector: X, task }));
    bed.herder.onAssigned({ connectors: [X], tasks }, { generation: 2, leader: true });
    await waitFor('all tasks', () => tasks.every(({ task }) => bed.states(X, task).at(-1) === 'RUNNING'));
    bed.script.stopGates.set('X-0', new Promise(() => undefined));
    await bed.herder.onRevoked({ connectors: [], tasks: [{ connector: X, task: 0 }] });
    expect(bed.script.log).toContain('cancel X-0');
    await bed.statuses.read();
    expect(bed.states(X, 0).at(-1)).toBe('UNASSIGNED');
    await waitFor('the others', () => bed.herder.counts().tasks === 3);
    expect([1, 2, 3].flatMap((task) => bed.states(X, task))).not.toContain('FAILED');
    await bed.close();
  });
});
