import { autoRestartSettings } from '@millrace/config';
import { ConfigError, type Props } from '@millrace/connect-api';
import { waitFor } from '@millrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RestartCount } from '../../src/herder/unit-table.ts';
import { herderBed, type HerderBed } from './herder-bed.ts';

const X = 'X';
const QUICK = { 'auto.restart.enabled': 'true', 'auto.restart.backoff.initial.ms': '1' };
/** Longer than any test. */
const LONG = { ...QUICK, 'auto.restart.backoff.initial.ms': '600000' };

describe('A herder whose connectors are restarted after failures', () => {
  let bed: HerderBed;

  beforeEach(async () => {
    bed = await herderBed({ autoRestart: autoRestartSettings({ 'auto.restart.max.attempts': '3' }) });
  });

  afterEach(async () => {
    expect(bed.script.overlaps).toEqual([]);
    await bed.close();
  });

  const state = (task?: number): string | undefined => bed.states(X, task).at(-1);
  const count = (task: number | null): RestartCount | undefined =>
    bed.herder.restartCounts().find((each) => each.connector === X && each.task === task);

  /** Connector X with one task runs here. */
  async function running(props: Props): Promise<void> {
    await bed.create(X, props);
    bed.herder.onAssigned({ connectors: [X], tasks: [] }, { generation: 1, leader: true });
    await waitFor('the task configuration', () => bed.config.snapshot().taskCount(X) === 1);
    bed.herder.onAssigned(
      { connectors: [X], tasks: [{ connector: X, task: 0 }] },
      { generation: 2, leader: true },
    );
    await waitFor('the task', () => state(0) === 'RUNNING');
  }

  async function failTask(): Promise<void> {
    bed.script.runner('X-0').fail('lost the file');
    await waitFor('the failure', () => state(0) === 'FAILED');
  }

  it('starts a task that failed again, with the statuses of a restart', async () => {
    await running(QUICK);
    bed.script.runner('X-0').fail('lost the file');
    await waitFor('the restart', () => bed.states(X, 0).length === 3);
    expect(bed.states(X, 0)).toEqual(['RUNNING', 'FAILED', 'RUNNING']);
    expect(bed.states(X)).toEqual(['RUNNING']);
    expect(count(0)).toEqual({ connector: X, task: 0, attempts: 1, waiting: false, givenUp: false });
    expect(count(null)).toMatchObject({ attempts: 0 });
  });

  it('starts a connector that failed again, and its tasks go on', async () => {
    await running(QUICK);
    bed.script.runner(X).fail('lost the catalogue');
    await waitFor('the restart', () => bed.states(X).length === 3);
    expect(bed.states(X)).toEqual(['RUNNING', 'FAILED', 'RUNNING']);
    expect(bed.states(X, 0)).toEqual(['RUNNING']);
  });

  it('gives up what fails at every start, after as many attempts as there may be', async () => {
    await running(QUICK);
    bed.script.startErrors.set('X-0', new Error('lost the file'));
    bed.script.runner('X-0').fail('lost the file');
    await waitFor('the end', () => count(0)?.givenUp);
    await bed.statuses.read();
    expect(count(0)).toMatchObject({ attempts: 3, waiting: false });
    expect(bed.states(X, 0)).toEqual(['RUNNING', 'FAILED', 'FAILED', 'FAILED', 'FAILED']);
  });

  it('leaves alone what cannot mend itself, until somebody restarts it', async () => {
    await running(QUICK);
    bed.script.runner('X-0').fail(new ConfigError('no such table'));
    await waitFor('the end', () => count(0)?.givenUp);
    expect(count(0)).toMatchObject({ attempts: 0, waiting: false });
    expect(bed.herder.restartTask({ connector: X, task: 0 })).toBe(true);
    await waitFor('the restart', () => state(0) === 'RUNNING');
    expect(count(0)?.givenUp).toBe(false);
  });

  it('leaves alone what is not to be restarted', async () => {
    await running({});
    await failTask();
    expect(count(0)).toMatchObject({ attempts: 0, waiting: false, givenUp: false });
  });

  it('fails a connector whose settings of restarts are wrong, naming the key', async () => {
    await bed.create(X, { 'auto.restart.max.attempts': 'many' });
    bed.herder.onAssigned({ connectors: [X], tasks: [] }, { generation: 1, leader: true });
    await waitFor('the failure', () => state() === 'FAILED');
    expect(bed.statuses.connector(X)?.trace).toContain('auto.restart.max.attempts');
    expect(bed.script.log).toEqual([]);
  });

  it('waits while it is paused, and restarts it when it is resumed', async () => {
    await running(LONG);
    await failTask();
    expect(count(0)?.waiting).toBe(true);
    await bed.config.write({ kind: 'set-target-state', connector: X, state: 'PAUSED' });
    await waitFor('the pause', () => count(0)?.waiting === false);
    await bed.config.write({ kind: 'set-target-state', connector: X, state: 'STARTED' });
    await waitFor('the next plan', () => count(0)?.waiting);
    expect(state(0)).toBe('FAILED');
  });

  it('forgets a restart that is overtaken by one by hand', async () => {
    await running(LONG);
    await failTask();
    await bed.config.write({ kind: 'restart-connector', connector: X, includeTasks: true, onlyFailed: true });
    await waitFor('the restart', () => state(0) === 'RUNNING');
    expect(bed.states(X, 0)).toEqual(['RUNNING', 'FAILED', 'RESTARTING', 'RUNNING']);
    expect(count(0)).toMatchObject({ attempts: 0, waiting: false });
  });

  it('forgets a restart of what is revoked, lost or stopped', async () => {
    await running(LONG);
    await failTask();
    await bed.herder.onRevoked({ connectors: [], tasks: [{ connector: X, task: 0 }] });
    expect(count(0)).toBeUndefined();
    bed.script.runner(X).fail('lost the catalogue');
    await waitFor('the failure', () => count(null)?.waiting);
    await bed.herder.onLost('fenced');
    expect(bed.herder.restartCounts()).toEqual([]);
  });

  it('starts what was reconfigured at once, and counts from the beginning', async () => {
    await running(LONG);
    bed.script.runner(X).fail('lost the catalogue');
    await waitFor('the failure', () => count(null)?.waiting);
    await bed.config.write({
      kind: 'put-connector',
      connector: X,
      config: { name: X, 'connector.class': 'C', ...QUICK },
    });
    await waitFor('the connector', () => state() === 'RUNNING');
    expect(count(null)).toMatchObject({ attempts: 0, waiting: false });
  });
});
