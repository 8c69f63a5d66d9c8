import { fileURLToPath } from 'node:url';
import { TestProcess, waitFor } from '@millrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { processHostFactory } from '../../src/host/process-host.ts';
import { herderBed, type HerderBed } from '../herder/herder-bed.ts';

const SCRIPT = fileURLToPath(new URL('./misbehaving-host.ts', import.meta.url));
const X = 'X';
/** Processes of sources take their time to start on a busy machine. */
const PATIENCE = { timeoutMs: 60_000 };

describe('A task in a process of its own kind', { timeout: 180_000 }, () => {
  let bed: HerderBed | null = null;

  afterEach(async () => {
    await bed?.close();
    bed = null;
  });

  /** Runs connector X, whose tasks do these misdeeds, and which is restarted by itself where that may help. */
  async function running(...misdeeds: string[]): Promise<HerderBed> {
    bed = await herderBed({
      gracefulTimeoutMs: 300,
      unresponsiveMs: 5_000,
      hostFactory: processHostFactory({ entry: SCRIPT, execArgv: ['--max-old-space-size=64'] }),
    });
    await bed.create(X, {
      misdeeds: misdeeds.join(','),
      'auto.restart.enabled': 'true',
      'auto.restart.backoff.initial.ms': '1',
    });
    bed.herder.onAssigned({ connectors: [X], tasks: [] }, { generation: 1, leader: true });
    const { config, herder } = bed;
    await waitFor('the tasks', () => config.snapshot().taskCount(X) === misdeeds.length, PATIENCE);
    const tasks = misdeeds.map((_, task) => ({ connector: X, task }));
    herder.onAssigned({ connectors: [X], tasks }, { generation: 2, leader: true });
    return bed;
  }

  /** Task 0 is FAILED with a trace like this, and everything else runs. */
  async function onlyTheFirstFails({ statuses }: HerderBed, trace: RegExp): Promise<void> {
    await waitFor('the failure', () => statuses.task(X, 0)?.state === 'FAILED', {
      ...PATIENCE,
      seen: () => statuses.tasks(X),
    });
    expect(statuses.task(X, 0)?.trace).toMatch(trace);
    await waitFor(
      'the others to run',
      () =>
        statuses.connector(X)?.state === 'RUNNING' &&
        [1, 2].every((task) => statuses.task(X, task)?.state === 'RUNNING'),
      { ...PATIENCE, seen: () => statuses.tasks(X) },
    );
  }

  it('that ends its process is FAILED, and its neighbours run again', async () => {
    await onlyTheFirstFails(await running('exits', 'none', 'none'), /exited with code 7/);
  });

  it('that spins is FAILED, and its neighbours run again', async () => {
    await onlyTheFirstFails(await running('spins', 'none', 'none'), /did not answer for 5000 ms/);
  });

  it('that throws where nothing catches it is FAILED with that error', async () => {
    await onlyTheFirstFails(await running('throws', 'none', 'none'), /RangeError: out of its mind/);
  });

  it('that eats memory is FAILED, and its neighbours run again', async () => {
    await onlyTheFirstFails(
      await running('eats memory', 'none', 'none'),
      /ended by SIGABRT|exited with code/,
    );
  });

  it('is not restarted by itself when it ended two processes', async () => {
    const { herder, statuses } = await running('exits');
    await waitFor('the failure', () => statuses.task(X, 0)?.state === 'FAILED', PATIENCE);
    expect(herder.restartCounts().find(({ task }) => task === 0)).toMatchObject({
      attempts: 0,
      waiting: false,
      givenUp: true,
    });
  });

  it('that never returns from stop() is gone when its revocation is done, and its neighbours run again', async () => {
    const { herder, statuses } = await running('never stops', 'none', 'none');
    await waitFor(
      'all to run',
      () => herder.counts().tasks === 3 && statuses.tasks(X).length === 3,
      PATIENCE,
    );
    await herder.onRevoked({ connectors: [], tasks: [{ connector: X, task: 0 }] });
    await waitFor('its status', () => statuses.task(X, 0)?.state === 'UNASSIGNED', PATIENCE);
    await waitFor('the others', () => herder.counts().tasks === 2, PATIENCE);
    expect(statuses.task(X, 1)?.state).toBe('RUNNING');
    expect(statuses.task(X, 2)?.state).toBe('RUNNING');
  });

  it('that spins in stop() is ended with its host', async () => {
    const { herder, statuses } = await running('spins in stop', 'none', 'none');
    await waitFor(
      'all to run',
      () => statuses.tasks(X).filter(({ state }) => state === 'RUNNING').length === 3,
    );
    await herder.onRevoked({ connectors: [], tasks: [{ connector: X, task: 0 }] });
    await waitFor('its status', () => statuses.task(X, 0)?.state === 'UNASSIGNED', PATIENCE);
    await waitFor(
      'the others',
      () => [1, 2].every((task) => statuses.task(X, task)?.state === 'RUNNING'),
      PATIENCE,
    );
  });

  it('is restarted on demand after it was FAILED', async () => {
    const { herder, statuses, ...history } = await running('exits', 'none', 'none');
    await waitFor('the failure', () => statuses.task(X, 0)?.state === 'FAILED', PATIENCE);
    const before = history.states(X, 0).length;
    const since = (): readonly string[] => history.states(X, 0).slice(before);
    expect(herder.restartTask({ connector: X, task: 0 })).toBe(true);
    await waitFor('the second failure', () => since().includes('FAILED'), PATIENCE);
    // It runs for moments only: its history knows what a look at its state may miss.
    expect(since()).toContain('RUNNING');
  });
});

describe('A task host whose worker is killed', () => {
  it('ends with it, even when a task spins in it', async () => {
    const script = fileURLToPath(new URL('./orphan.ts', import.meta.url));
    const worker = new TestProcess({ command: process.execPath, args: [script] });
    const [, pid] = await worker.waitForOutput(/process (\d+) started its task/, 60_000);
    worker.kill('SIGKILL');
    await waitFor('the host to be gone', () => {
      try {
        process.kill(Number(pid), 0);
        return false;
      } catch {
        return true;
      }
    });
  }, 90_000);
});
