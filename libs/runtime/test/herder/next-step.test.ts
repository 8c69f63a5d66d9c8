import { describe, expect, it } from 'vitest';
import type { UnitSpec } from '../../src/herder/desired-units.ts';
import { nextStep, type UnitLife, type UnitSituation } from '../../src/herder/next-step.ts';

const spec: UnitSpec = {
  connector: 'X',
  task: 0,
  revision: '7',
  targetState: 'STARTED',
  connectorConfig: {},
  taskConfig: {},
};
const life: UnitLife = { spec, targetState: 'STARTED', failed: false };
const settled: UnitSituation = { wanted: spec, life, restart: 'none', relocate: false };

describe('The next step of a unit', () => {
  it('is none when it runs as wanted, or is neither wanted nor there', () => {
    expect(nextStep(settled)).toBeNull();
    expect(nextStep({ ...settled, wanted: null, life: null })).toBeNull();
  });

  it('is its start when it is wanted and not there', () => {
    expect(nextStep({ ...settled, life: null })).toBe('start');
  });

  it('is its stop when it is not wanted any more', () => {
    expect(nextStep({ ...settled, wanted: null })).toBe('stop');
    expect(nextStep({ ...settled, wanted: null, restart: 'plain' })).toBe('stop');
  });

  it('is a restart for another configuration, or when one was asked for', () => {
    expect(nextStep({ ...settled, wanted: { ...spec, revision: '8' } })).toBe('restart');
    expect(nextStep({ ...settled, restart: 'plain' })).toBe('restart');
  });

  it('is a transition when only the target state differs', () => {
    expect(nextStep({ ...settled, wanted: { ...spec, targetState: 'PAUSED' } })).toBe('transition');
  });

  it('is a move when its host is about to end', () => {
    expect(nextStep({ ...settled, relocate: true })).toBe('relocate');
  });

  it('is none for a failed one, until it is restarted, reconfigured or given up', () => {
    const failed: UnitSituation = { ...settled, life: { ...life, failed: true } };
    expect(nextStep(failed)).toBeNull();
    expect(nextStep({ ...failed, wanted: { ...spec, targetState: 'PAUSED' } })).toBeNull();
    expect(nextStep({ ...failed, relocate: true })).toBeNull();
    expect(nextStep({ ...failed, restart: 'announced' })).toBe('restart');
    expect(nextStep({ ...failed, wanted: { ...spec, revision: '8' } })).toBe('restart');
    expect(nextStep({ ...failed, wanted: null })).toBe('forget');
  });
});
