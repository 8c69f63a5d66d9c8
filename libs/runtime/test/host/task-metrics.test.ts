import type { WorkerConfig } from '@millrace/config';
import { waitFor } from '@millrace/testing';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { TaskReports } from '../../src/herder/task-reports.ts';
import { errorData } from '../../src/host/error-data.ts';
import { HostedUnit } from '../../src/host/hosted-unit.ts';
import { Lease } from '../../src/host/lease.ts';
import type { FromHost, ToHost } from '../../src/host/messages.ts';
import type { TaskDescription } from '../../src/host/task-description.ts';
import { TaskHost, type UnitFactory } from '../../src/host/task-host.ts';
import type { StallReason } from '../../src/metrics/progress-watch.ts';
import type { UnitRunner } from '../../src/task/task-runner.ts';
import { silent } from '../task/parts.ts';

const description: TaskDescription = {
  texts: { 'task-class': 'T' },
  transforms: [{ alias: 'mask', class: 'M', version: '1' }],
  predicates: [],
};

describe('A task in its host', () => {
  let stalled: StallReason | null;
  let lines: { readonly level: number; readonly msg: string; readonly reason?: string }[];
  let unit: HostedUnit;

  beforeEach(async () => {
    stalled = null;
    lines = [];
    unit = newUnit(0);
    await unit.start();
  });

  function newUnit(task: number | null): HostedUnit {
    const lease = new Lease();
    lease.renew(Number.POSITIVE_INFINITY);
    const runner: UnitRunner = {
      description,
      start: () => Promise.resolve(),
      setTargetState: () => undefined,
      metrics: () => ({ 'running-ratio': 1, 'batch-size-avg': Number.NaN }),
      stalled: () => stalled,
      stop: () => Promise.resolve(),
      cancel: () => undefined,
    };
    return new HostedUnit({
      of: { connector: 'X', task, run: 1 },
      lease,
      create: () => Promise.resolve(runner),
      send: () => undefined,
      onEnd: () => undefined,
      gracefulTimeoutMs: 1_000,
      logger: pino({}, { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]) }),
    });
  }

  it('tells what it measures, what it is made of once, and leaves out what is not known', () => {
    const reading = { connector: 'X', task: 0, values: { 'running-ratio': 1 }, stalled: null };
    expect(unit.metrics()).toEqual({ ...reading, description });
    expect(unit.metrics()).toEqual(reading);
  });

  it('has nothing to tell before it was started; connectors never have', async () => {
    expect(newUnit(0).metrics()).toBeNull();
    const connector = newUnit(null);
    await connector.start();
    expect(connector.metrics()).toBeNull();
  });

  it('is logged once when it begins to stall, and once when that is over', () => {
    for (const reason of [null, 'poll', 'poll', null, null] as const) {
      stalled = reason;
      expect(unit.metrics()?.stalled).toBe(reason);
    }
    expect(lines).toMatchObject([
      {
        level: 40,
        connector: 'X',
        task: 0,
        reason: 'poll',
        msg: 'RUNNING, but stalled: its poll() does not return',
      },
      { level: 40, connector: 'X', task: 0, reason: 'poll', msg: 'Stalled no more' },
    ]);
  });

  it('stalls no more when it is stopped', async () => {
    stalled = 'put';
    unit.metrics();
    await unit.stop(1_000);
    expect(unit.metrics()).toMatchObject({ stalled: null });
    expect(lines.at(-1)?.msg).toBe('Stalled no more');
  });
});

it('A host tells the last of a task that fails before it tells of the failure', async () => {
  const sent: FromHost[] = [];
  let tell: (message: ToHost) => void = () => undefined;
  let fail: () => void = () => undefined;
  const task: UnitFactory['task'] = (_start, report) => {
    fail = () => {
      report({ kind: 'failed', error: errorData(new Error('boom')) });
    };
    return Promise.resolve({
      start: () => Promise.resolve(),
      setTargetState: () => undefined,
      metrics: () => ({ 'total-record-errors': 1 }),
      stop: () => Promise.resolve(),
      cancel: () => undefined,
    });
  };
  new TaskHost({
    main: {
      send: (message) => sent.push(message),
      onMessage: (listener) => {
        tell = listener;
      },
    },
    exit: () => undefined,
    createWork: () =>
      Promise.resolve({
        factory: { task } as UnitFactory,
        logger: silent,
        gracefulTimeoutMs: 1_000,
        metricsIntervalMs: 60_000,
      }),
  });
  tell({ type: 'init', config: {} as WorkerConfig });
  tell({ type: 'lease', deadline: Number.POSITIVE_INFINITY });
  await waitFor('the host to be ready', () => sent.some(({ type }) => type === 'ready'));
  const unit = {
    connector: 'X',
    task: 0,
    run: 1,
    connectorConfig: {},
    taskConfig: {},
    targetState: 'STARTED',
  } as const;
  tell({ type: 'request', id: 1, request: { op: 'start', unit } });
  await waitFor('the task to run', () => sent.some(({ type }) => type === 'reply'));
  fail();
  await waitFor('the failure', () => sent.some(({ type }) => type === 'event'));
  expect(sent.slice(-2)).toMatchObject([
    {
      type: 'metrics',
      tasks: [{ connector: 'X', task: 0, values: { 'total-record-errors': 1 }, stalled: null }],
    },
    { type: 'event', event: { kind: 'failed' } },
  ]);
});

describe('Reports of tasks', () => {
  const report = (values: Readonly<Record<string, number>>) => ({
    connector: 'X',
    task: 0,
    values,
    stalled: 'poll',
  });

  it('keep the last values, and a description until there is another', () => {
    const reports = new TaskReports();
    reports.take([{ ...report({ a: 1 }), description }]);
    reports.take([report({ a: 2 })]);
    expect(reports.readings(() => true)).toEqual([report({ a: 2 })]);
    expect(reports.descriptions()).toEqual([{ connector: 'X', task: 0, ...description }]);
    reports.take([{ ...report({ a: 0 }), description: { ...description, transforms: [] } }]);
    expect(reports.descriptions()).toMatchObject([{ transforms: [] }]);
    reports.forget('task:X-0');
    expect(reports.readings(() => true)).toEqual([]);
  });

  it('say of what has failed what it measured, but not that it stalls', () => {
    const reports = new TaskReports();
    reports.take([report({ a: 1 })]);
    expect(reports.readings(() => false)).toEqual([{ ...report({ a: 1 }), stalled: null }]);
  });
});
