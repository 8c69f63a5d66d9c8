import { beforeEach, describe, expect, it } from 'vitest';
import { ProgressWatch, type WaitingWork } from '../../src/metrics/progress-watch.ts';

describe('The watch over a task', () => {
  let now: number;
  let watch: ProgressWatch;
  const lag = (mark: number): WaitingWork => ({ reason: 'lag', mark });

  beforeEach(() => {
    now = 0;
    watch = new ProgressWatch({ limitMs: 1_000, now: () => now });
  });

  it('is content with one that has nothing to do', () => {
    now = 1e9;
    expect(watch.stalled(null)).toBeNull();
  });

  it('names a call that does not return, until it does', () => {
    watch.enter('poll');
    now = 999;
    expect(watch.stalled(null)).toBeNull();
    now = 1_000;
    expect(watch.stalled(null)).toBe('poll');
    now = 1_500;
    expect(watch.leave()).toBe(1_500);
    expect(watch.stalled(null)).toBeNull();
  });

  it('takes no offence at many calls that return', () => {
    for (let calls = 0; calls < 100; calls += 1) {
      watch.enter('put');
      now += 900;
      expect(watch.stalled(null)).toBeNull();
      watch.leave();
    }
  });

  it('names work that waits and of which nothing is done', () => {
    expect(watch.stalled(lag(5))).toBeNull();
    now = 999;
    expect(watch.stalled(lag(5))).toBeNull();
    now = 1_000;
    expect(watch.stalled(lag(5))).toBe('lag');
    expect(watch.stalled(lag(6))).toBeNull();
    now = 2_000;
    expect(watch.stalled(lag(6))).toBe('lag');
  });

  it('begins anew when there was no work in between', () => {
    watch.stalled(lag(5));
    now = 900;
    watch.stalled(null);
    now = 1_800;
    expect(watch.stalled(lag(5))).toBeNull();
    now = 2_800;
    expect(watch.stalled(lag(5))).toBe('lag');
  });

  it('names the call rather than the work that waits for it', () => {
    watch.stalled(lag(5));
    watch.enter('put');
    now = 5_000;
    expect(watch.stalled(lag(5))).toBe('put');
    watch.leave();
    expect(watch.stalled(lag(5))).toBe('lag');
  });

  it('says nothing where its limit is 0', () => {
    const off = new ProgressWatch({ limitMs: 0, now: () => now });
    off.enter('poll');
    off.stalled(lag(1));
    now = 1e9;
    expect(off.stalled(lag(1))).toBeNull();
  });
});
