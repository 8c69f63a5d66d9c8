import { beforeEach, describe, expect, it } from 'vitest';
import { Sensor, StateTimer } from '../../src/index.ts';

let now: number;
const clock = (): number => now;

beforeEach(() => {
  now = 1_000_000;
});

describe('A sensor of two samples of ten seconds', () => {
  let sensor: Sensor;

  beforeEach(() => {
    sensor = new Sensor({ samples: 2, windowMs: 10_000, now: clock });
  });

  it('knows nothing before it was touched', () => {
    expect(sensor.rate()).toBe(0);
    expect(sensor.average()).toBeNaN();
    expect(sensor.max()).toBeNaN();
    expect(sensor.total).toBe(0);
  });

  it('spreads its first records over a whole sample, so that a start is no peak', () => {
    sensor.record(50);
    now += 100;
    sensor.record(50);
    expect(sensor.rate()).toBe(10);
  });

  it('gives rate, mean and maximum of the last two samples', () => {
    sensor.record(10);
    now += 10_000;
    sensor.record(30);
    now += 5_000;
    sensor.record(20);
    expect(sensor.rate()).toBe(4);
    expect(sensor.average()).toBe(20);
    expect(sensor.max()).toBe(30);
  });

  it('forgets what is older, but not the total', () => {
    sensor.record(1_000);
    now += 15_000;
    sensor.record(10);
    now += 5_000;
    expect(sensor.max()).toBe(10);
    expect(sensor.average()).toBe(10);
    expect(sensor.rate()).toBe(1);
    now += 20_000;
    expect(sensor.rate()).toBe(0);
    expect(sensor.max()).toBeNaN();
    expect(sensor.total).toBe(1_010);
  });

  it('keeps no more samples than it needs, however long it is touched', () => {
    for (let touched = 0; touched < 1_000; touched += 1) {
      sensor.record(1);
      now += 1_000;
    }
    expect(sensor.rate()).toBeCloseTo(1, 1);
    expect(sensor.total).toBe(1_000);
  });
});

it('a sensor whose samples are 0 ms long still gives numbers', () => {
  const sensor = new Sensor({ samples: 2, windowMs: 0, now: clock });
  sensor.record(5);
  expect(sensor.rate()).toSatisfy(Number.isFinite);
  expect(sensor.total).toBe(5);
});

describe('A timer of states', () => {
  it('gives the share of life in each', () => {
    const timer = new StateTimer<'running' | 'paused' | 'starting'>('starting', clock);
    expect(timer.ratio('starting')).toBe(0);
    now += 1_000;
    timer.change('running');
    now += 6_000;
    timer.change('paused');
    now += 1_000;
    timer.change('running');
    now += 2_000;
    expect(timer.ratio('running')).toBe(0.8);
    expect(timer.ratio('paused')).toBe(0.1);
    expect(timer.ratio('starting')).toBe(0.1);
  });
});
