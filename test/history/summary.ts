import type { HistoryResult } from './run-history.ts';

/** The fewest acknowledged writes that prove anything. */
export const ENOUGH = 1_000;

/** One line about what was done and found. */
export function summary(seconds: number, result: HistoryResult): string {
  const { operations, acknowledged, refused, unknown, reads, kills, freezes, foreign, restarts, faults } =
    result;
  return (
    `history: ${seconds} s, ${operations} operations (${acknowledged} writes acknowledged, ${refused} refused, ${unknown} unknown, ` +
    `${reads} reads), ${foreign} foreign writes, ${kills} kills, ${freezes} freezes, ${restarts} broker restarts: ` +
    `${faults.length} faults`
  );
}
