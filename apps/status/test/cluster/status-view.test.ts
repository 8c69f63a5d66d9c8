import { decodeStatusRecord } from '@millrace/topic-stores';
import { describe, expect, it } from 'vitest';
import { StatusView } from '../../src/cluster/status-view.ts';
import type { Transition } from '../../src/history/history-event.ts';
import { status } from '../records.ts';

function apply(view: StatusView, key: string, value: object | null, at = 1): Transition | null {
  const decoded = decodeStatusRecord(key, value === null ? null : Buffer.from(JSON.stringify(value)));
  if (decoded.kind === 'unreadable') {
    throw new Error(decoded.reason);
  }
  return view.apply(decoded, at);
}

describe('what the status topic says', () => {
  it('follows a task over states and workers', () => {
    const view = new StatusView();
    expect(apply(view, 'status-task-my-source-0', status('RUNNING'))).toMatchObject({
      kind: 'task',
      connector: 'my-source',
      task: 0,
      state: 'RUNNING',
      previous: null,
      worker: 'w1:8083',
    });
    const failed = apply(view, 'status-task-my-source-0', status('FAILED', { trace: 'boom' }), 2);
    expect(failed).toMatchObject({ state: 'FAILED', previous: 'RUNNING', trace: 'boom' });
    apply(view, 'status-task-my-source-0', status('RUNNING', { worker: 'w2:8083', generation: 2 }), 3);
    expect(view.tasks('my-source')).toMatchObject([[0, { workerId: 'w2:8083', since: 3 }]]);
  });

  it('does not believe a worker that gives up a task which its successor runs already', () => {
    const view = new StatusView();
    apply(view, 'status-task-c-0', status('RUNNING', { worker: 'w2', generation: 3 }));
    expect(apply(view, 'status-task-c-0', status('UNASSIGNED', { worker: 'w1', generation: 2 }))).toBeNull();
    expect(view.tasks('c')).toMatchObject([[0, { state: 'RUNNING', workerId: 'w2' }]]);
  });

  it('forgets the tasks with their connector, and tells the end of each once', () => {
    const view = new StatusView();
    apply(view, 'status-connector-c', status('RUNNING'));
    apply(view, 'status-task-c-0', status('UNASSIGNED'));
    expect(apply(view, 'status-connector-c', null)).toMatchObject({
      state: 'DESTROYED',
      previous: 'RUNNING',
    });
    expect(view.tasks('c')).toEqual([]);
    expect(apply(view, 'status-task-c-0', null)).toMatchObject({
      state: 'DESTROYED',
      previous: 'UNASSIGNED',
    });
    expect(apply(view, 'status-task-c-0', null)).toBeNull();
    expect(apply(view, 'status-connector-c', null)).toBeNull();
    expect(apply(view, 'status-task-c-0', status('RUNNING'))).toMatchObject({ previous: null });
  });

  it('knows workers by their presence, and tells when one came, was replaced and went', () => {
    const view = new StatusView();
    const presence = { incarnation: 'a', version: '1.0.0', host: 'h', startTime: 5, applied: 7 };
    expect(apply(view, 'status-worker-w1:8083', presence)).toMatchObject({
      kind: 'worker',
      state: 'PRESENT',
      worker: 'w1:8083',
      version: '1.0.0',
    });
    expect(apply(view, 'status-worker-w1:8083', { ...presence, applied: 8 }, 2)).toBeNull();
    expect(view.workers().get('w1:8083')).toMatchObject({ presence: { applied: 8 }, lastSeen: 2 });
    expect(apply(view, 'status-worker-w1:8083', { ...presence, incarnation: 'b' })).toMatchObject({
      state: 'PRESENT',
    });
    expect(apply(view, 'status-worker-w1:8083', null)).toMatchObject({ state: 'GONE', previous: 'PRESENT' });
  });

  it('takes metrics as a sign of life, and no more', () => {
    const view = new StatusView();
    expect(apply(view, 'status-metrics-w1:8083', { tasks: [] }, 9)).toBeNull();
    expect(view.workers().get('w1:8083')).toMatchObject({ presence: null, lastSeen: 9 });
  });

  it('tells when a worker is drained', () => {
    const view = new StatusView();
    expect(apply(view, 'status-drain-w1', { drain: true })).toMatchObject({
      kind: 'drain',
      state: 'DRAINING',
    });
    expect(apply(view, 'status-drain-w1', null)).toMatchObject({ state: 'ENDED' });
  });

  it('tells a topic when it is first seen, and when it is reset', () => {
    const view = new StatusView();
    const key = 'status-topic-lines:connector-c';
    const value = { topic: { name: 'lines', connector: 'c', task: 1, discoverTimestamp: 5 } };
    expect(apply(view, key, value)).toMatchObject({
      kind: 'topic',
      state: 'USED',
      task: 1,
      detail: { topic: 'lines' },
    });
    expect(apply(view, key, value)).toBeNull();
    expect(view.topics('c')).toEqual(['lines']);
    expect(apply(view, key, null)).toMatchObject({ state: 'RESET' });
    expect(view.topics('c')).toEqual([]);
  });
});

it('passes over records of Millrace that are no part of the history', () => {
  const view = new StatusView();
  for (const key of ['status-plugin-A-1', 'status-request-1', 'status-answer-1']) {
    expect(apply(view, key, {})).toBeNull();
  }
  expect(view.workers().size).toBe(0);
});
