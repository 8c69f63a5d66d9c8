import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, waitFor } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { LINE_BYTES, writeLines } from '../bench/lines-file.ts';
import { processTreeMemory } from '../bench/process-tree-memory.ts';
import { rateTo } from '../bench/rate.ts';
import { median, Results, table, type Metric } from '../bench/results.ts';
import { linesIn } from '../demo/lines.ts';

const SPEED: Metric = { name: 'speed', unit: 'records/s', better: 'more', digits: 0 };
const TIME: Metric = { name: 'start', unit: 's', better: 'less', digits: 2 };

describe('results', () => {
  it('are medians, and how many times better the first contender is', () => {
    const results = new Results();
    for (const value of [3_000, 1_000, 2_000]) {
      results.add('ours', SPEED, value);
    }
    results.add('theirs', SPEED, 500);
    results.add('ours', TIME, 0.5);
    results.add('theirs', TIME, 6);
    expect(table(['ours', 'theirs'], [SPEED, TIME], results).split('\n')).toEqual([
      '|                  |  ours | theirs | ratio |',
      '| ---------------- | ----: | -----: | ----: |',
      '| speed, records/s | 2,000 |    500 |  4.0× |',
      '| start, s         |  0.50 |   6.00 | 12.0× |',
    ]);
  });

  it('have no ratio where there is nobody to compare with', () => {
    const results = new Results();
    results.add('ours', TIME, 1);
    expect(table(['ours'], [TIME], results)).not.toContain('ratio');
  });

  it.each([
    [[1, 2, 3], 2],
    [[4, 1], 2.5],
    [[7], 7],
    [[], NaN],
  ])('the median of %j is %d', (values, middle) => {
    expect(median(values)).toBe(middle);
  });
});

it('a rate is that between the first sign of life and the target', async () => {
  const counts = [0, 0, 100, 200, 1_000];
  const rate = await rateTo(
    1_000,
    () => Promise.resolve(counts.shift() ?? 1_000),
    () => undefined,
  );
  // 900 units in two or more samples of 25 ms
  expect(rate).toBeGreaterThan(0);
  expect(rate).toBeLessThan(900 / 0.049);
});

it('lines have the length that they say, and differ', async () => {
  const file = join(tempDir(), 'lines.txt');
  await writeLines(file, 25_000);
  const text = readFileSync(file, 'utf8');
  const lines = linesIn(text);
  expect(text.length).toBe(25_000 * LINE_BYTES);
  expect(new Set(lines).size).toBe(25_000);
  expect(new Set(lines.map((line) => line.length))).toEqual(new Set([LINE_BYTES - 1]));
});

it('the memory of a process is that of all that it started', async () => {
  const child = spawn('bash', ['-c', 'node -e "setTimeout(() => {}, 60000)"; true'], { detached: true });
  const pid = child.pid ?? -1;
  try {
    await waitFor('the grandchild to be counted', () => processTreeMemory(pid) > 25e6);
    expect(processTreeMemory(process.pid)).toBeGreaterThan(processTreeMemory(pid));
  } finally {
    process.kill(-pid, 'SIGKILL');
  }
  await waitFor('it to be gone', () => processTreeMemory(pid) === 0);
});
