/** Milliseconds of the machine's monotonic clock: comparable between processes of one machine, never set back. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

/** Converts a moment of this process's `performance.now()` to {@link monotonicMs}. */
export function monotonicFromPerformance(moment: number): number {
  return monotonicMs() + (moment - performance.now());
}
