import { expect, test } from 'vitest';
import { taskProgressConfigDef, taskProgressTimeoutMs } from '../../src/index.ts';

test("a connector's own time comes before its worker's, which comes before the standard", () => {
  expect(taskProgressTimeoutMs({})).toBe(300_000);
  expect(taskProgressTimeoutMs({}, 5_000)).toBe(5_000);
  expect(taskProgressTimeoutMs({ 'task.progress.timeout.ms': '0' }, 5_000)).toBe(0);
  expect(taskProgressTimeoutMs({ 'task.progress.timeout.ms': null }, 5_000)).toBe(5_000);
  expect(taskProgressConfigDef(7).key('task.progress.timeout.ms')?.defaultValue).toBe(7);
});

test.each([
  ['-1', 'Value must be at least 0'],
  ['soon', 'Not a number of type INT'],
])('%s is refused, naming the key', (value, reason) => {
  expect(() => taskProgressTimeoutMs({ 'task.progress.timeout.ms': value })).toThrow(
    `Invalid value ${value} for configuration task.progress.timeout.ms: ${reason}`,
  );
});
