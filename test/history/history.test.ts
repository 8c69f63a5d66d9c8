import { startBroker, startKafka } from '@millrace/testing';
import { describe, expect, it } from 'vitest';
import { runHistory, type HistoryResult } from './run-history.ts';

/** Set by the full tests; without it a short run does. */
const LONG_SECONDS = Number(process.env['MILLRACE_HISTORY_SECONDS'] ?? 0);
const SHORT_SECONDS = 20;
/** Fewer would prove little. */
const ENOUGH = 1_000;

function summary(seconds: number, result: HistoryResult): string {
  const { operations, acknowledged, refused, unknown, reads, kills, freezes, foreign, restarts, faults } =
    result;
  return (
    `history: ${seconds} s, ${operations} operations (${acknowledged} writes acknowledged, ${refused} refused, ${unknown} unknown, ` +
    `${reads} reads), ${foreign} foreign writes, ${kills} kills, ${freezes} freezes, ${restarts} broker restarts: ` +
    `${faults.length} faults`
  );
}

describe('the history of the config topic', () => {
  it.skipIf(LONG_SECONDS > 0)(
    'is one, whichever of its writers are killed and frozen',
    async () => {
      const kafka = await startKafka();
      const result = await runHistory({
        bootstrapServers: kafka.bootstrapServers,
        seconds: SHORT_SECONDS,
        atLeast: ENOUGH,
        processes: 3,
        clients: 24,
        pauseMs: 20,
        longFreezes: false,
      });
      await kafka.stop();
      console.log(summary(SHORT_SECONDS, result));
      expect(result.faults).toEqual([]);
      expect(result.acknowledged).toBeGreaterThanOrEqual(ENOUGH);
      expect(result.kills).toBeGreaterThan(0);
      expect(result.freezes).toBeGreaterThan(0);
    },
    180_000,
  );

  it.runIf(LONG_SECONDS > 0)(
    'is one over a long time, with freezes longer than a transaction and a broker that restarts',
    async () => {
      const broker = await startBroker();
      const result = await runHistory({
        bootstrapServers: broker.bootstrapServers,
        seconds: LONG_SECONDS,
        atLeast: ENOUGH,
        processes: 4,
        clients: 16,
        pauseMs: 20,
        longFreezes: true,
        broker,
      });
      await broker.stop();
      console.log(summary(LONG_SECONDS, result));
      expect(result.faults).toEqual([]);
      expect(result.acknowledged).toBeGreaterThanOrEqual(ENOUGH);
    },
    (3 * LONG_SECONDS + 180) * 1_000,
  );
});
