import { ConfigError } from '@millrace/connect-api';
import { autoRestartSettings, type AutoRestartSettings } from '@millrace/config';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  AutoRestart,
  describePlan,
  planAutoRestart,
  type FailedUnit,
  type RestartPlan,
} from '../../src/herder/auto-restart.ts';
import type { UnitSpec } from '../../src/herder/desired-units.ts';
import { errorData } from '../../src/host/error-data.ts';

const settings: AutoRestartSettings = {
  enabled: true,
  backoffInitialMs: 1_000,
  backoffMaxMs: 6_000,
  maxAttempts: 5,
  resetAfterMs: 60_000,
};
const failed: FailedUnit = { settings, restartable: true, attempts: 0, targetState: 'STARTED' };
const mostly = (): number => 1;

describe('The plan for a unit that failed', () => {
  const plan = (situation: Partial<FailedUnit>, random = mostly): RestartPlan =>
    planAutoRestart({ ...failed, ...situation }, random);

  it('doubles the pause up to the longest, and leaves up to half of it to chance', () => {
    const pauses = (random: () => number): unknown[] =>
      [0, 1, 2, 3, 4].map((attempts) => {
        const next = plan({ attempts }, random);
        return next.kind === 'restart' ? next.afterMs : next;
      });
    expect(pauses(() => 1)).toEqual([1_000, 2_000, 4_000, 6_000, 6_000]);
    expect(pauses(() => 0)).toEqual([500, 1_000, 2_000, 3_000, 3_000]);
  });

  it('keeps to the longest pause however often it was tried', () => {
    const forEver = { ...settings, maxAttempts: -1 };
    expect(plan({ attempts: 5_000, settings: forEver })).toEqual({
      kind: 'restart',
      afterMs: 6_000,
      attempt: 5_001,
      maxAttempts: -1,
    });
  });

  it('is none where restarts are off or their settings are broken', () => {
    expect(plan({ settings: { ...settings, enabled: false } })).toEqual({ kind: 'off' });
    expect(plan({ settings: null })).toEqual({ kind: 'off' });
  });

  it('is none for what fails again for certain, or was tried often enough', () => {
    expect(plan({ restartable: false })).toEqual({ kind: 'useless' });
    expect(plan({ attempts: 5 })).toEqual({ kind: 'exhausted', attempts: 5 });
    expect(plan({ settings: { ...settings, maxAttempts: 0 } })).toEqual({ kind: 'exhausted', attempts: 0 });
  });

  it('is none while it is not to run', () => {
    expect(plan({ targetState: 'PAUSED' })).toEqual({ kind: 'idle', targetState: 'PAUSED' });
    expect(plan({ targetState: null })).toEqual({ kind: 'idle', targetState: null });
  });

  it('reads as a line of the log', () => {
    expect(describePlan(plan({ attempts: 1 }))).toBe('restarts in 2000 ms, attempt 2 of 5');
    expect(describePlan(plan({ settings: { ...settings, maxAttempts: -1 } }))).toBe(
      'restarts in 1000 ms, attempt 1, without limit',
    );
    expect(describePlan(plan({ settings: null }))).toBe('it stays so until it is restarted or reconfigured');
    expect(describePlan(plan({ restartable: false }))).toMatch(/^a restart would not help; it stays so/);
    expect(describePlan(plan({ attempts: 5 }))).toMatch(/^it was restarted 5 times in vain .*; it stays so/);
    expect(describePlan(plan({ targetState: 'PAUSED' }))).toBe('not restarted while it should be PAUSED');
    expect(describePlan(plan({ targetState: null }))).toBe('it is not wanted like this any more');
  });
});

describe('The automatic restarts of a unit', () => {
  const spec: UnitSpec = {
    connector: 'X',
    task: 0,
    revision: '7',
    targetState: 'STARTED',
    connectorConfig: { 'auto.restart.backoff.initial.ms': '1000', 'auto.restart.max.attempts': '3' },
    taskConfig: {},
  };
  const lost = errorData(new Error('lost the file'));
  let restarts: number;
  let clock: number;
  let auto: AutoRestart;

  beforeEach(() => {
    vi.useFakeTimers();
    restarts = 0;
    clock = 0;
    auto = new AutoRestart({
      defaults: autoRestartSettings({ 'auto.restart.enabled': 'true' }),
      now: () => clock,
      random: mostly,
      restart: () => {
        restarts += 1;
        auto.begin(spec);
      },
      logger: pino({ level: 'silent' }),
    });
    auto.begin(spec);
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const fail = (): string => auto.onFailed(lost, spec, spec);
  const pass = (ms: number): void => {
    vi.advanceTimersByTime(ms);
  };

  /** It runs for so long and fails. */
  function runAndFail(ms: number): string {
    auto.onState(true);
    clock += ms;
    return fail();
  }

  it('come after their pause, each longer than the last, up to the limit', () => {
    expect(fail()).toBe('restarts in 1000 ms, attempt 1 of 3');
    pass(999);
    expect(restarts).toBe(0);
    expect(auto.count()).toEqual({ attempts: 0, waiting: true, givenUp: false });
    pass(1);
    expect(restarts).toBe(1);
    expect(auto.count()).toEqual({ attempts: 1, waiting: false, givenUp: false });
    expect(fail()).toBe('restarts in 2000 ms, attempt 2 of 3');
    pass(2_000);
    expect(fail()).toBe('restarts in 4000 ms, attempt 3 of 3');
    pass(4_000);
    expect(fail()).toContain('restarted 3 times in vain');
    pass(1_000_000);
    expect(restarts).toBe(3);
    expect(auto.count()).toEqual({ attempts: 3, waiting: false, givenUp: true });
  });

  it('are counted anew after it ran for so long, and not when it ran shorter', () => {
    expect(runAndFail(10)).toContain('attempt 1 of 3');
    pass(1_000);
    expect(runAndFail(599_999)).toContain('attempt 2 of 3');
    pass(2_000);
    expect(runAndFail(600_000)).toContain('attempt 1 of 3');
    pass(1_000);
    expect(auto.count().attempts).toBe(3);
  });

  it('are counted anew when it was healthy before it was paused or moved to another host', () => {
    fail();
    pass(1_000);
    auto.onState(true);
    clock += 600_000;
    auto.onState(false);
    expect(fail()).toContain('attempt 1 of 3');
    pass(1_000);
    auto.onState(true);
    clock += 600_000;
    auto.begin(spec);
    expect(fail()).toContain('attempt 1 of 3');
  });

  it('never happen for a configuration that is wrong', () => {
    expect(auto.onFailed(errorData(new ConfigError('no such host')), spec, spec)).toContain('not help');
    pass(1_000_000);
    expect(restarts).toBe(0);
    expect(auto.count().givenUp).toBe(true);
  });

  it('are dropped when it is paused, and planned anew when it is resumed', () => {
    fail();
    auto.follow({ ...spec, targetState: 'PAUSED' });
    pass(1_000_000);
    expect(restarts).toBe(0);
    expect(auto.count()).toEqual({ attempts: 0, waiting: false, givenUp: false });
    auto.follow(spec);
    pass(500);
    // Nothing changed: the pause goes on.
    auto.follow({ ...spec });
    pass(500);
    expect(restarts).toBe(1);
  });

  it('wait for the resumption of what failed while it was paused', () => {
    const paused: UnitSpec = { ...spec, targetState: 'PAUSED' };
    expect(auto.onFailed(lost, spec, paused)).toContain('should be PAUSED');
    pass(1_000_000);
    auto.follow(spec);
    pass(1_000);
    expect(restarts).toBe(1);
  });

  it('are dropped when it is not wanted any more', () => {
    fail();
    auto.follow(null);
    pass(1_000_000);
    expect(restarts).toBe(0);
  });

  it('are dropped and counted anew when it is reconfigured', () => {
    fail();
    pass(1_000);
    fail();
    const changed: UnitSpec = { ...spec, revision: '8' };
    auto.follow(changed);
    pass(1_000_000);
    expect(restarts).toBe(1);
    auto.begin(changed);
    expect(auto.onFailed(lost, changed, changed)).toContain('attempt 1 of 3');
  });

  it('are dropped and counted anew when it is restarted by hand', () => {
    fail();
    pass(1_000);
    fail();
    auto.forget();
    pass(1_000_000);
    expect(restarts).toBe(1);
    auto.begin(spec);
    expect(fail()).toContain('attempt 1 of 3');
  });

  it('are off for a connector that says so, and whose settings are wrong', () => {
    const off: UnitSpec = { ...spec, connectorConfig: { 'auto.restart.enabled': 'false' } };
    auto.begin(off);
    expect(auto.onFailed(lost, off, off)).toBe('it stays so until it is restarted or reconfigured');
    const wrong: UnitSpec = { ...spec, connectorConfig: { 'auto.restart.enabled': 'often' } };
    expect(() => {
      auto.begin(wrong);
    }).toThrow('Invalid value often for configuration auto.restart.enabled');
    expect(auto.onFailed(lost, wrong, wrong)).toBe('it stays so until it is restarted or reconfigured');
    expect(auto.count().givenUp).toBe(false);
  });
});
