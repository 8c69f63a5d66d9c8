import type { Props } from '@millrace/connect-api';
import type { TargetState } from '@millrace/topic-stores';
import { waitFor } from '@millrace/testing';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { errorData } from '../../src/host/error-data.ts';
import { HostedUnit } from '../../src/host/hosted-unit.ts';
import { Lease } from '../../src/host/lease.ts';
import type { UnitEvent } from '../../src/host/messages.ts';
import type { Report, UnitRunner } from '../../src/task/task-runner.ts';

/** A runner whose calls end when the test lets them. */
class GatedRunner implements UnitRunner {
  readonly log: string[] = [];
  readonly report: Report;
  readonly #gates = new Map<string, PromiseWithResolvers<undefined>>();
  busy = 0;
  overlapped = false;
  startError: Error | null = null;

  constructor(report: Report) {
    this.report = report;
  }

  hold(call: string): void {
    this.#gates.set(call, Promise.withResolvers());
  }

  release(call: string): void {
    this.#gates.get(call)?.resolve(undefined);
  }

  async start(): Promise<void> {
    await this.setTargetState('start');
  }

  async setTargetState(state: TargetState | 'start'): Promise<void> {
    await this.#call(state);
    if (this.startError !== null) {
      throw this.startError;
    }
  }

  async taskConfigs(): Promise<readonly Props[]> {
    await this.#call('taskConfigs');
    return [{ a: '1' }];
  }

  interrupt(): void {
    this.log.push('interrupt');
  }

  stop(): Promise<void> {
    return this.#call('stop');
  }

  cancel(): void {
    this.log.push('cancel');
  }

  async #call(name: string): Promise<void> {
    this.log.push(name);
    this.busy += 1;
    this.overlapped ||= this.busy > 1;
    await this.#gates.get(name)?.promise;
    this.busy -= 1;
  }
}

describe('A unit in its host', () => {
  let lease: Lease;
  let events: UnitEvent[];
  let runner: GatedRunner;
  let unit: HostedUnit;
  let ended: boolean;

  beforeEach(() => {
    lease = new Lease();
    lease.renew(Number.POSITIVE_INFINITY);
    events = [];
    ended = false;
    runner = new GatedRunner((event) => {
      unit.report(event);
    });
    unit = new HostedUnit({
      of: { connector: 'X', task: 0, run: 1 },
      lease,
      create: () => Promise.resolve(runner),
      send: (event) => events.push(event),
      onEnd: () => {
        ended = true;
      },
      gracefulTimeoutMs: 1_000,
      logger: pino({ level: 'silent' }),
    });
  });

  it('takes one call at a time, in their order', async () => {
    runner.hold('start');
    const calls = Promise.all([unit.start(), unit.setTargetState('PAUSED'), unit.taskConfigs()]);
    await waitFor('the start', () => runner.log.length === 1);
    runner.release('start');
    const [, , configs] = await calls;
    expect(configs).toEqual([{ a: '1' }]);
    expect(runner.log).toEqual(['start', 'PAUSED', 'taskConfigs']);
    expect(runner.overlapped).toBe(false);
  });

  it('that is stopped while it starts finishes its start first, and drops what waits', async () => {
    runner.hold('start');
    const started = unit.start();
    const paused = unit.setTargetState('PAUSED');
    const dropped = expect(paused).rejects.toThrow('is being stopped');
    await waitFor('the start', () => runner.log.length === 1);
    const stopped = unit.stop(1_000);
    runner.release('start');
    expect(await stopped).toBe('stopped');
    await started;
    await dropped;
    expect(runner.log).toEqual(['start', 'interrupt', 'stop']);
    expect(ended).toBe(true);
  });

  it('that is stopped while it waits for the lease is never started', async () => {
    lease.renew(Number.NEGATIVE_INFINITY);
    const started = expect(unit.start()).rejects.toThrow('is being stopped');
    expect(await unit.stop(1_000)).toBe('stopped');
    await started;
    expect(runner.log).toEqual([]);
  });

  it('that does not stop in time is abandoned, and is heard of no more', async () => {
    await unit.start();
    runner.hold('stop');
    expect(await unit.stop(10)).toBe('cancelled');
    expect(runner.log).toEqual(['start', 'interrupt', 'stop', 'cancel']);
    runner.report({ kind: 'running', version: null });
    expect(events).toEqual([]);
    expect(await unit.stop(10)).toBe('not-running');
  });

  it('whose start fails has released everything when that is told', async () => {
    runner.startError = new Error('no such host');
    await expect(unit.start()).rejects.toThrow('no such host');
    expect(runner.log).toEqual(['start', 'interrupt', 'stop']);
    expect(ended).toBe(true);
  });

  it('that cannot reach its target state has released everything when that is told', async () => {
    await unit.start();
    runner.startError = new Error('cannot go on');
    await expect(unit.setTargetState('STARTED')).rejects.toThrow('cannot go on');
    expect(runner.log.at(-1)).toBe('stop');
    expect(ended).toBe(true);
  });

  it('that fails is stopped before that is told, so that a restart cannot overlap with it', async () => {
    await unit.start();
    runner.hold('stop');
    runner.report({ kind: 'failed', error: errorData(new Error('lost')) });
    await waitFor('its stop', () => runner.log.includes('stop'));
    expect(events).toEqual([]);
    runner.release('stop');
    await waitFor('the event', () => events.length === 1);
    expect(events[0]).toMatchObject({ kind: 'failed', error: { message: 'lost' } });
    expect(await unit.stop(10)).toBe('not-running');
  });

  it('that fails and then hangs is told of all the same', async () => {
    await unit.start();
    runner.hold('stop');
    runner.report({ kind: 'failed', error: errorData(new Error('lost')) });
    await waitFor('the event', () => events.length === 1);
    expect(runner.log.at(-1)).toBe('cancel');
  });
});
