import { describe, expect, it } from 'vitest';
import { restartPlan } from '../../src/herder/restart-plan.ts';

const connector = { task: null, failed: false };
const failedConnector = { task: null, failed: true };
const task0 = { task: 0, failed: false };
const failedTask1 = { task: 1, failed: true };

describe('A restart request', () => {
  const request = { connector: 'X', includeTasks: false, onlyFailed: false };

  it('concerns the connector alone', () => {
    expect(restartPlan(request, [connector, task0, failedTask1])).toEqual([connector]);
  });

  it('concerns the tasks too when it says so', () => {
    const all = [connector, task0, failedTask1];
    expect(restartPlan({ ...request, includeTasks: true }, all)).toEqual(all);
  });

  it('leaves what runs alone when it is for what failed', () => {
    const onlyFailed = { ...request, onlyFailed: true };
    expect(restartPlan(onlyFailed, [connector, failedTask1])).toEqual([]);
    expect(restartPlan(onlyFailed, [failedConnector, failedTask1])).toEqual([failedConnector]);
    expect(restartPlan({ ...onlyFailed, includeTasks: true }, [connector, task0, failedTask1])).toEqual([
      failedTask1,
    ]);
  });

  it('concerns what runs here only', () => {
    expect(restartPlan({ ...request, includeTasks: true }, [task0])).toEqual([task0]);
  });
});
