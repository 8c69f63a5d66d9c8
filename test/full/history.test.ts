import { startBroker } from '@millrace/testing';
import { expect, it } from 'vitest';
import { runHistory } from '../history/run-history.ts';
import { ENOUGH, summary } from '../history/summary.ts';

const SECONDS = Number(process.env['MILLRACE_HISTORY_SECONDS'] ?? 600);

it(
  'the history of the config topic is one over a long time, with freezes longer than a transaction and a broker that restarts',
  async () => {
    const broker = await startBroker();
    const result = await runHistory({
      bootstrapServers: broker.bootstrapServers,
      seconds: SECONDS,
      atLeast: ENOUGH,
      processes: 4,
      clients: 16,
      pauseMs: 20,
      longFreezes: true,
      broker,
    });
    await broker.stop();
    console.log(summary(SECONDS, result));
    expect(result.faults).toEqual([]);
    expect(result.acknowledged).toBeGreaterThanOrEqual(ENOUGH);
  },
  (3 * SECONDS + 180) * 1_000,
);
