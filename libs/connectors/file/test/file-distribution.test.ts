import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileDistribution } from '../src/file-distribution.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `f${String(index)}`);

function moved(before: readonly (readonly string[])[], after: readonly (readonly string[])[]): number {
  return before.flatMap((share, task) =>
    share.filter((file) => after.flat().includes(file) && !after[task]?.includes(file)),
  ).length;
}

describe('Files over tasks', () => {
  it('are spread evenly, with no task without a file', () => {
    const distribution = new FileDistribution();
    expect(
      distribution
        .distribute(names(5), 2)
        .map((share) => share.length)
        .sort(),
    ).toEqual([2, 3]);
    expect(distribution.distribute(names(1), 4)).toEqual([['f0']]);
    expect(distribution.distribute([], 4)).toEqual([]);
  });

  it('stay where they are when one more comes', () => {
    const distribution = new FileDistribution();
    const before = distribution.distribute(names(4), 2);
    const after = distribution.distribute(names(5), 2);
    expect(moved(before, after)).toBe(0);
  });

  it('move only as far as an even spread demands', () => {
    const distribution = new FileDistribution();
    const before = distribution.distribute(names(6), 2);
    const gone = before[0] ?? [];
    const after = distribution.distribute(
      names(6).filter((file) => !gone.includes(file)),
      2,
    );
    expect(after.map((share) => share.length).sort()).toEqual([1, 2]);
    expect(moved(before, after)).toBe(1);
  });

  it('are each with one task, and evenly, after any history', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uniqueArray(fc.nat(20)), fc.integer({ min: 1, max: 6 })), { maxLength: 8 }),
        (history) => {
          const distribution = new FileDistribution();
          for (const [numbers, maxTasks] of history) {
            const files = numbers.map((number) => `f${String(number)}`);
            const shares = distribution.distribute(files, maxTasks);
            const sizes = shares.map((share) => share.length);
            expect(shares.flat().sort()).toEqual([...files].sort());
            expect(shares).toHaveLength(Math.min(maxTasks, files.length));
            expect(
              Math.max(0, ...sizes) - Math.min(...(sizes.length === 0 ? [0] : sizes)),
            ).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});
