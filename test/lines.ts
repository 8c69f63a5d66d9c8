import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { waitFor } from '@millrace/testing';

/** `count` distinct lines, numbered from `first`. */
export function numberedLines(count: number, first = 0): string {
  return Array.from({ length: count }, (_, index) => `line ${String(first + index).padStart(7, '0')}\n`).join(
    '',
  );
}

/** The lines of a file; none when it is not there. */
export function linesOf(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}

export function appendLines(file: string, count: number, first = 0): void {
  appendFileSync(file, numberedLines(count, first));
}

/** Waits until every line of `input` is in `output`: at least once, since faults may repeat some. */
export async function allArrived(input: string, output: string, timeoutMs = 30_000): Promise<void> {
  let missing: readonly string[] = [];
  await waitFor(
    `all lines of ${input} to arrive in ${output}`,
    () => {
      const there = new Set(linesOf(output));
      missing = linesOf(input).filter((line) => !there.has(line));
      return missing.length === 0;
    },
    { timeoutMs, intervalMs: 100, seen: () => `${missing.length} missing, first: ${missing[0] ?? ''}` },
  );
}
